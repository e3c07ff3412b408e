/**
 * What became of each bundle of a store.
 *
 * @module
 */
import { bundleOfManifestKey, receiptsPath } from '../core/bundle/keys.ts';
import { type Failure, FailureStore } from '../core/ingest/failure.ts';
import type { ObjectStore } from '../core/store/port.ts';

/** A committed bundle, and what became of it. */
export type BundleState =
  | { readonly path: string; readonly delivered: true }
  | {
      readonly path: string;
      readonly delivered: false;
      /** Why not, if it was tried. */
      readonly failure: Failure | undefined;
    };

/**
 * All committed bundles, in the order of their keys. One is delivered when a receipt says so, for whatever destination.
 *
 * Two listings, and a read for each failure: no manifest is read.
 */
export async function* bundleStates(store: ObjectStore, signal: AbortSignal): AsyncGenerator<BundleState> {
  const delivered = new Set<string>();
  const failed = new Set<string>();
  for await (const { key } of store.list(receiptsPath('runs/'), { signal })) {
    const [, bundle = '', name = ''] = RECEIPT.exec(key) ?? [];
    if (name === 'receipt.json') delivered.add(bundle);
    else if (name === 'failure.json') failed.add(bundle);
  }
  for await (const path of committedBundles(store, signal)) {
    if (delivered.has(path)) yield { path, delivered: true };
    else {
      const failure = failed.has(path) ? await lastFailure(store, path) : undefined;
      yield { path, delivered: false, failure };
    }
  }
}

/** The same for one bundle. A receipt counts that is there, readable or not, as in the listing of all. */
export async function bundleState(store: ObjectStore, path: string): Promise<BundleState> {
  for await (const { key } of store.list(`${receiptsPath(path)}/`)) {
    const [, bundle = '', name = ''] = RECEIPT.exec(key) ?? [];
    if (bundle === path && name === 'receipt.json') return { path, delivered: true };
  }
  return { path, delivered: false, failure: await lastFailure(store, path) };
}

const RECEIPT =
  /^receipts\/(runs\/[^/]+\/\d{4}\/\d\d\/\d\d\/[^/]+\/[0-9a-f]{12})\/(?:[0-9a-f]{12}\/)?((?:receipt|failure)\.json)$/;

/** The folders of all bundles that have a manifest. */
export async function* committedBundles(store: ObjectStore, signal: AbortSignal): AsyncGenerator<string> {
  for await (const { key } of store.list('runs/', { signal })) {
    const path = bundleOfManifestKey(key);
    if (path !== undefined) yield path;
  }
}

async function lastFailure(store: ObjectStore, path: string): Promise<Failure | undefined> {
  let last: Failure | undefined;
  for await (const failure of new FailureStore(store, path).all()) {
    if (last === undefined || failure.last_seen_at > last.last_seen_at) last = failure;
  }
  return last;
}
