/**
 * @module
 */
import type { SupersededError } from '../core/ingest/errors.ts';
import { reportToActions } from './github.ts';
import { renderSuperseded, supersededJson } from './render/superseded.ts';
import type { Session } from './session.ts';

/** A newer bundle of the same run is there: worth a warning, but nothing failed. */
export async function reportSuperseded(
  session: Session,
  bundle: string,
  by: string,
  { message, hint }: SupersededError,
): Promise<void> {
  session.output.warn(message, hint);
  session.output.result(() => renderSuperseded(), supersededJson(bundle, by));
  await reportToActions(
    session,
    { status: 'superseded', bundle },
    { headline: 'Superseded by a newer bundle', rows: [] },
  );
}
