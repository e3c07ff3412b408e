/**
 * Which bundle of a run counts.
 *
 * @module
 */
import { InvalidManifestError, UnsupportedManifestError } from '../bundle/errors.ts';
import { runOfBundle } from '../bundle/keys.ts';
import type { Manifest } from '../bundle/manifest.ts';
import { committedDigests } from '../bundle/publish.ts';
import { type Bundle, openBundle } from '../bundle/read.ts';
import type { ObjectStore } from '../store/port.ts';
import { SupersededError } from './errors.ts';

/**
 * Orders bundles of one run: the one that shows the later state of the run is the newer; of two of the same state, the
 * one uploaded later (it may be captured more strictly); then the digest, so that everybody agrees.
 */
export function isNewer(a: Manifest, b: Manifest): boolean {
  if (a.run.as_of !== b.run.as_of) return a.run.as_of > b.run.as_of;
  if (a.created_at !== b.created_at) return a.created_at > b.created_at;
  return a.digest > b.digest;
}

/** The other committed bundles of a bundle's run. */
export async function siblingsOf(bundle: Bundle): Promise<Bundle[]> {
  const run = runOfBundle(bundle.path);
  const own = bundle.path.slice(run.length + 1);
  const siblings: Bundle[] = [];
  for (const digest of await committedDigests(bundle.store, run)) {
    const sibling = digest === own ? undefined : await openReadable(bundle.store, `${run}/${digest}`);
    if (sibling !== undefined) siblings.push(sibling);
  }
  return siblings;
}

/** A sibling whose manifest is broken or from the future cannot be ingested, so it cannot supersede either. */
async function openReadable(store: ObjectStore, path: string): Promise<Bundle | undefined> {
  try {
    return await openBundle(store, path);
  } catch (error) {
    if (error instanceof InvalidManifestError || error instanceof UnsupportedManifestError) return undefined;
    throw error;
  }
}

/** The newest bundle of a run's folder, if it holds any. */
export async function newestOf(store: ObjectStore, run: string): Promise<Bundle | undefined> {
  let newest: Bundle | undefined;
  for (const digest of await committedDigests(store, run)) {
    const bundle = await openReadable(store, `${run}/${digest}`);
    if (bundle === undefined) continue;
    if (newest === undefined || isNewer(bundle.manifest, newest.manifest)) newest = bundle;
  }
  return newest;
}

/** The newer one, if the store holds one. */
export async function supersederOf(bundle: Bundle): Promise<Bundle | undefined> {
  const newest = await newestOf(bundle.store, runOfBundle(bundle.path));
  return newest !== undefined && isNewer(newest.manifest, bundle.manifest) ? newest : undefined;
}

/** @throws SupersededError */
export async function refuseSuperseded(bundle: Bundle): Promise<void> {
  const newer = await supersederOf(bundle);
  if (newer !== undefined) throw new SupersededError(bundle.path, newer.path);
}
