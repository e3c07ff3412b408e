/**
 * @module
 */
import { verifyBundle } from '../../core/bundle/verify.ts';
import { findBundle } from '../bundle-reference.ts';
import { EXIT } from '../exit.ts';
import { renderVerify, verifyJson } from '../render/verify.ts';
import type { Session } from '../session.ts';
import { loadSettings } from '../settings.ts';

/** Every object of a bundle, read and compared. */
export async function verify(session: Session, reference: string): Promise<number> {
  const { context, output } = session;
  const bundle = await findBundle(session, await loadSettings(session), reference);
  const outcome = await verifyBundle({
    bundle,
    signal: context.signal,
    onObject: (done, total) => output.progress('Checking objects', done, total),
  });
  output.result(
    (style) => renderVerify(bundle.uri, outcome, style),
    verifyJson(bundle.uri, bundle.manifest.digest, outcome),
  );
  return outcome.problems.length === 0 ? EXIT.done : EXIT.failed;
}
