/**
 * @module
 */
import { EXIT } from '../exit.ts';
import { shellCommand } from '../render/messages.ts';
import { renderReplay, replayJson } from '../render/replay.ts';
import { type ReplayOptions, readReplayOptions } from '../replay/options.ts';
import { replayBundle, replaySince } from '../replay/replay-bundles.ts';
import type { ReplayReport } from '../replay/report.ts';
import type { Session } from '../session.ts';
import { type LoadedSettings, loadSettings } from '../settings.ts';

/** What failed, once more. */
export async function replay(
  session: Session,
  reference: string | undefined,
  commandOptions: unknown,
): Promise<number> {
  const { context, output } = session;
  const options = readReplayOptions(reference, commandOptions, context.env, context.now());
  const report = await run(session, await loadSettings(session), options);
  output.result((style) => renderReplay(report, style), replayJson(report));
  const [item, another] = report.items;
  if (item?.action === 'sent' && item.bundle !== undefined && another === undefined) {
    output.tip(
      `wait for it with: ${shellCommand(['agentv-opik', 'status', reference ?? item.bundle, '--wait'])}`,
    );
  }
  return report.items.some(({ action }) => action === 'failed' || action === 'partial')
    ? EXIT.failed
    : EXIT.done;
}

async function run(
  session: Session,
  settings: LoadedSettings,
  options: ReplayOptions,
): Promise<ReplayReport> {
  const { selection } = options;
  switch (selection.kind) {
    case 'bundle':
      return replayBundle(session, settings, selection.reference, options);
    case 'since':
      return replaySince(session, settings, selection.time, options);
    case 'dead-letters': {
      // The client of SQS is loaded for this alone.
      const { replayDeadLetters } = await import('../replay/replay-dead-letters.ts');
      return replayDeadLetters(session, settings, selection.url, options);
    }
  }
}
