/**
 * From a bundle back to a folder that AgentV's own `results` commands read.
 *
 * @module
 */
import { CorruptObjectError } from './errors.ts';
import { PullFolder } from './pull-folder.ts';
import { type LeftOutFile, PullTally, restoreFiles } from './pull-restore.ts';
import type { Bundle } from './read.ts';
import { rebuildRun } from './rebuild.ts';

export { resultsPath } from './pull-path.ts';
export type { LeftOutFile } from './pull-restore.ts';

export interface PullSettings {
  readonly bundle: Bundle;
  /** Where the run shall lie: a folder that does not exist yet, or an empty one. */
  readonly directory: string;
  /** Called after each file, with how many there are by now. */
  readonly onFile?: ((path: string, done: number) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

export interface PullOutcome {
  /** Absolute. */
  readonly directory: string;
  /**
   * `files`: the run's own files, as the capture mode let them through. `results`: the bundle holds none, or not the
   * index, and what AgentV reads was rebuilt from the results.
   */
  readonly source: 'files' | 'results';
  /** Files written. */
  readonly files: number;
  /** Bytes written. */
  readonly bytes: number;
  /** Files of the bundle that are not in the folder; the first hundred. */
  readonly leftOut: readonly LeftOutFile[];
  readonly leftOutCount: number;
}

/**
 * Writes the run of a bundle into a folder.
 *
 * Guarantees:
 * - every object is checked against the manifest before anything of it is used;
 * - the folder appears whole or not at all, and nothing that is there is overwritten;
 * - no path in the bundle leads out of the folder; a file whose path would is left out and named;
 * - a file that the bundle does not hold to its end is left out and named, never left half-written;
 * - memory does not grow with the bundle: one object is held at a time (and, when rebuilding, the distinct names that
 *   AgentV's benchmark.json lists).
 *
 * What `upload` kept out is not counted here; the manifest names it in `skipped_files`.
 *
 * @throws PullTargetError when something lies at the directory already
 * @throws CorruptObjectError when the bundle is not what its manifest says
 * @throws StoreAccessError, StoreUnavailableError when the store cannot be read or the folder not be written
 *
 * @example
 * const bundle = await openBundle(store, path);
 * const { directory } = await pullBundle({ bundle, directory: 'runs/2026-11-20' });
 * // agentv results summary <directory>
 */
export async function pullBundle(settings: PullSettings): Promise<PullOutcome> {
  const { bundle, directory, onFile, signal } = settings;
  signal?.throwIfAborted();
  const folder = await PullFolder.make(directory);
  try {
    const tally = new PullTally(onFile);
    const hasIndex = await restoreFiles({ bundle, folder, tally, signal });
    if (!hasIndex) await rebuildRun({ bundle, folder, tally, signal });
    signal?.throwIfAborted();
    if (tally.files === 0) throw new CorruptObjectError(`${bundle.uri} holds nothing to write`);
    await folder.commit();
    const { files, bytes, leftOut, leftOutCount } = tally;
    const source = hasIndex ? 'files' : 'results';
    return { directory: folder.target, source, files, bytes, leftOut, leftOutCount };
  } catch (error) {
    await folder.discard();
    throw error;
  }
}
