/**
 * @module
 */
import { resolve } from 'node:path';
import { pullBundle } from '../../core/bundle/pull.ts';
import { findBundle } from '../bundle-reference.ts';
import { EXIT } from '../exit.ts';
import { shellCommand } from '../render/messages.ts';
import { pullJson, renderPull } from '../render/pull.ts';
import type { Session } from '../session.ts';
import { loadSettings } from '../settings.ts';

/** Bundle → run directory. */
export async function pull(session: Session, reference: string): Promise<number> {
  const { context, flags, output } = session;
  const bundle = await findBundle(session, await loadSettings(session), reference);
  const files = bundle.manifest.totals.artifact_files;
  const outcome = await pullBundle({
    bundle,
    directory: resolve(context.cwd, flags.out ?? ''),
    signal: context.signal,
    onFile: (_path, done) => output.progress('Writing files', done, Math.max(done, files)),
  });
  output.result(
    (style) => renderPull(bundle.uri, bundle.manifest, outcome, style),
    pullJson(bundle.uri, bundle.manifest, outcome),
  );
  output.tip(`read it with: ${shellCommand(['agentv', 'results', 'summary', outcome.directory])}`);
  return EXIT.done;
}
