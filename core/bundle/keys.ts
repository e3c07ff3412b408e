/**
 * Where things lie in a store. The only file that builds keys of bundles and receipts.
 *
 * @module
 */
import { encodeSegment } from '../store/keys.ts';
import type { RunIdentity } from './manifest.ts';

const RUNS = 'runs';
const RECEIPTS = 'receipts';
export const MANIFEST_NAME = 'manifest.json';

/**
 * The folder of all bundles of one run: `runs/<source>/<yyyy>/<mm>/<dd>/<run-key>`.
 *
 * Guarantees: the same run has the same folder whatever is uploaded from it, for only its identity and its start are
 * used; and no name can climb out of it, for every one is encoded into a single segment.
 */
export function runPath(run: Pick<RunIdentity, 'source' | 'run_key' | 'started_at'>): string {
  const [year = '', month = '', day = ''] = run.started_at.slice(0, 10).split('-');
  return `${sourcePath(run.source)}${[year, month, day, runSegment(run.run_key)].join('/')}`;
}

/** The prefix of all bundles of one source. */
export function sourcePath(source: string): string {
  return `${RUNS}/${encodeSegment(source)}/`;
}

/** How a run's key stands in paths. */
export function runSegment(runKey: string): string {
  return encodeSegment(foldTimestamp(runKey));
}

/** AgentV's run ids differ in digits alone; in lower case they are plain segments, readable as they are. */
function foldTimestamp(runKey: string): string {
  return /^\d{4}-\d\d-\d\dT[\d-]+Z$/.test(runKey) ? runKey.toLowerCase() : runKey;
}

/** The folder of one bundle: its run's, and the first twelve digits of its digest. */
export function bundlePath(
  run: Pick<RunIdentity, 'source' | 'run_key' | 'started_at'>,
  digest: string,
): string {
  return `${runPath(run)}/${digest.slice(0, 12)}`;
}

export function partName(index: number): string {
  return `parts/${String(index).padStart(5, '0')}.jsonl.zst`;
}

export function itemsName(index: number): string {
  return `items/${String(index).padStart(5, '0')}.jsonl.zst`;
}

export function artifactsName(index: number): string {
  return `artifacts/${String(index).padStart(5, '0')}.jsonl.zst`;
}

/** The run's folder of a bundle's folder. */
export function runOfBundle(bundle: string): string {
  return bundle.slice(0, bundle.lastIndexOf('/'));
}

/** The folder of a bundle's (or run's) receipts: the same path under `receipts/`. */
export function receiptsPath(path: string): string {
  return `${RECEIPTS}/${path}`;
}

/** Whether a key is a bundle's manifest, as an upload event names it; gives the bundle's folder. */
export function bundleOfManifestKey(key: string): string | undefined {
  const match = /^(runs\/[^/]+\/\d{4}\/\d\d\/\d\d\/[^/]+\/[0-9a-f]{12})\/manifest\.json$/.exec(key);
  return match?.[1];
}

/** Whether a path has the shape of a bundle's folder. */
export function isBundlePath(path: string): boolean {
  return bundleOfManifestKey(`${path}/${MANIFEST_NAME}`) !== undefined;
}
