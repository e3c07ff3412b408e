/**
 * @module
 */
import type { ObjectStore } from '../store/port.ts';
import { InvalidManifestError, UnsupportedManifestError } from './errors.ts';
import { bundleOfManifestKey } from './keys.ts';
import type { Manifest } from './manifest.ts';
import { readManifest } from './read.ts';

export interface ListSettings {
  readonly store: ObjectStore;
  /** Only runs of this source. */
  readonly source?: string;
  readonly signal?: AbortSignal;
}

/** A bundle in a store, or what keeps its manifest from being read. */
export type ListedBundle =
  | { readonly path: string; readonly manifest: Manifest }
  | { readonly path: string; readonly problem: string };

/**
 * All committed bundles of a store, in the order of their keys: by source, then by day.
 *
 * Guarantee: one unreadable manifest does not hide the others.
 */
export async function* listBundles({ store, source, signal }: ListSettings): AsyncGenerator<ListedBundle> {
  for await (const { key } of store.list('runs/', signal === undefined ? {} : { signal })) {
    const path = bundleOfManifestKey(key);
    if (path === undefined) continue;
    const listed = await read(store, path);
    if (source !== undefined && 'manifest' in listed && listed.manifest.run.source !== source) continue;
    yield listed;
  }
}

async function read(store: ObjectStore, path: string): Promise<ListedBundle> {
  try {
    return { path, manifest: await readManifest(store, path) };
  } catch (error) {
    if (error instanceof InvalidManifestError || error instanceof UnsupportedManifestError) {
      return { path, problem: error.message };
    }
    throw error;
  }
}
