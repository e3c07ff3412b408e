/**
 * Paths that come out of a bundle, which anybody who may write to the store can have made.
 *
 * @module
 */
import type { RunIdentity } from './manifest.ts';

/**
 * Why a run-relative path must not be written below a folder; undefined if it may.
 *
 * Guarantee: a path that passes names a place below the folder it is joined to, on Linux, macOS and Windows alike, as
 * long as no symbolic link lies below that folder.
 */
export function problemOfPath(path: string): string | undefined {
  if (path === '') return 'its path is empty';
  if (path.includes('\0')) return 'its path holds a NUL character';
  if (path.includes('\\')) return 'its path holds a backslash, which climbs on Windows';
  if (path.startsWith('/')) return 'its path is absolute';
  for (const segment of path.split('/')) {
    if (segment === '' || segment === '.' || segment === '..') {
      return `its path has the segment ${JSON.stringify(segment)}`;
    }
    if (/^[A-Za-z]:/.test(segment)) return 'its path names a drive';
  }
  return undefined;
}

/** Under the 255 bytes that file systems allow a name, with room for a suffix. */
const MAX_SEGMENT_BYTES = 200;

/**
 * One segment of a path, of any name.
 *
 * Guarantee: never a way out of the folder; not unique, for AgentV's rule is not either.
 *
 * @see AgentV `packages/core/src/evaluation/run-artifacts.ts` `safeArtifactPathSegment`, which lets `..` pass; this does
 * not
 */
export function safeSegment(name: string, fallback: string): string {
  const safe = name
    .trim()
    .replaceAll(/[/\\:*?"<>|]/g, '_')
    .replaceAll(/\p{Cc}/gu, '_')
    .replace(/^\.{1,2}$/, '_')
    .replace(/[. ]$/, '_');
  return safe === '' ? fallback : cut(safe);
}

function cut(name: string): string {
  const bytes = Buffer.from(name);
  if (bytes.byteLength <= MAX_SEGMENT_BYTES) return name;
  // A character cut in two decodes as U+FFFD.
  return bytes.toString('utf8', 0, MAX_SEGMENT_BYTES).replace(/\uFFFD+$/, '');
}

/**
 * Where below `.agentv/results` AgentV's own commands find a pulled run, as segments joined by `/`.
 *
 * A rebuilt run is always of the 4.42 layout; captured files keep the layout they were read from.
 *
 * @param isRebuilt - whether the folder is rebuilt from results rather than made of the run's own files
 * @see AgentV `apps/cli/src/commands/eval/result-layout.ts`: an experiment holds letters, digits, `.`, `_` and `-`
 */
export function resultsPath(run: RunIdentity, isRebuilt: boolean): string {
  const runId = safeSegment(run.run_id, 'run');
  const experiment = safeSegment((run.experiment ?? '').replaceAll(/[^A-Za-z0-9._-]/g, '_'), 'default');
  if (!isRebuilt && run.layout === 'v5') return runId;
  if (!isRebuilt && (run.layout === 'v4.43' || run.layout === 'v5.0')) return `${experiment}/${runId}`;
  return `runs/${experiment}/${runId}`;
}
