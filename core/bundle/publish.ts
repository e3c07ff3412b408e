/**
 * From staging to the store: objects in parallel, the manifest last and only if absent.
 *
 * @module
 */
import { mapConcurrently } from '../concurrent.ts';
import { ObjectNotFoundError, StoreAccessError } from '../store/errors.ts';
import type { ObjectStore } from '../store/port.ts';
import { CorruptObjectError } from './errors.ts';
import { sha256Hex, unpack } from './jsonl.ts';
import { bundleOfManifestKey, bundlePath, MANIFEST_NAME, runOfBundle } from './keys.ts';
import type { BundleObject, Manifest } from './manifest.ts';
import { readManifest } from './read.ts';

const OBJECTS_IN_FLIGHT = 4;

export interface PublishSettings {
  readonly staging: ObjectStore;
  readonly store: ObjectStore;
  /** As built; `revision` is set here. */
  readonly manifest: Manifest;
  readonly signal?: AbortSignal;
  readonly onObject?: (done: number, total: number) => void;
}

export interface PublishOutcome {
  /** The bundle's folder in the store. */
  readonly path: string;
  readonly manifest: Manifest;
  /** `exists`: this very bundle was there already and nothing was written. */
  readonly outcome: 'created' | 'exists';
  readonly uploaded: number;
  /** Objects that an earlier, interrupted upload had put. */
  readonly reused: number;
}

/**
 * Puts a built bundle into the store.
 *
 * Guarantees:
 * - the same bundle put twice, also at the same time, is there once; whoever comes second gets `exists`;
 * - killed anywhere, the store holds no bundle yet, and the next try skips the objects that are already there;
 * - an object that is there under the same name is used only if it holds the same plain bytes;
 * - a writer that may only put what is not there yet, and list the run's folder, is enough. It cannot look into an object
 *   that is there, and takes one of the same size for the same: whoever reads the bundle checks it anyway.
 *
 * @throws CorruptObjectError when an object of this name holds something else, and this writer may not replace it
 */
export async function publishBundle(settings: PublishSettings): Promise<PublishOutcome> {
  const { staging, store, signal } = settings;
  const path = bundlePath(settings.manifest.run, settings.manifest.digest);
  const present = await committed(store, path);
  if (present !== undefined) {
    return { path, manifest: present, outcome: 'exists', uploaded: 0, reused: 0 };
  }

  let done = 0;
  let reused = 0;
  const objects = await mapConcurrently(
    settings.manifest.objects,
    async (object) => {
      const stored = await publishObject(staging, store, path, object, signal);
      if (stored.reused) reused += 1;
      done += 1;
      settings.onObject?.(done, settings.manifest.objects.length);
      return stored.object;
    },
    { concurrency: OBJECTS_IN_FLIGHT, signal },
  );

  const revision = (await countOthers(store, path)) + 1;
  const manifest: Manifest = { ...settings.manifest, revision, objects };
  const body = Buffer.from(`${JSON.stringify(manifest, null, 2)}\n`);
  const put = await store.put(`${path}/${MANIFEST_NAME}`, body, {
    ifAbsent: true,
    contentType: 'application/json',
    ...(signal === undefined ? {} : { signal }),
  });
  if (put === 'created') {
    return { path, manifest, outcome: 'created', uploaded: objects.length - reused, reused };
  }
  const winner = await unlessRefused(readManifest(store, path));
  return { path, manifest: winner ?? manifest, outcome: 'exists', uploaded: objects.length - reused, reused };
}

async function committed(store: ObjectStore, path: string): Promise<Manifest | undefined> {
  if ((await unlessRefused(store.head(`${path}/${MANIFEST_NAME}`))) === undefined) return undefined;
  return readManifest(store, path);
}

/** What this writer may not look at, it does not know. Its conditional puts decide nevertheless. */
async function unlessRefused<Value>(look: Promise<Value>): Promise<Value | undefined> {
  try {
    return await look;
  } catch (error) {
    if (error instanceof StoreAccessError) return undefined;
    throw error;
  }
}

/** Committed bundles of the same run. Told from the listing alone, for which no object need be readable. */
async function countOthers(store: ObjectStore, path: string): Promise<number> {
  let count = 0;
  for await (const { key } of store.list(`${runOfBundle(path)}/`)) {
    const bundle = bundleOfManifestKey(key);
    if (bundle !== undefined && bundle !== path) count += 1;
  }
  return count;
}

/** Names of the run's folders that hold a manifest. */
export async function committedDigests(store: ObjectStore, run: string): Promise<string[]> {
  const digests: string[] = [];
  for await (const digest of store.listFolders(`${run}/`)) {
    if ((await store.head(`${run}/${digest}/${MANIFEST_NAME}`)) !== undefined) digests.push(digest);
  }
  return digests;
}

async function publishObject(
  staging: ObjectStore,
  store: ObjectStore,
  path: string,
  object: BundleObject,
  signal: AbortSignal | undefined,
): Promise<{ object: BundleObject; reused: boolean }> {
  const key = `${path}/${object.path}`;
  const body = await staging.get(object.path);
  const put = await store.put(key, body, { ifAbsent: true, ...(signal === undefined ? {} : { signal }) });
  if (put === 'created') return { object, reused: false };
  const found = await adopt(store, key, object);
  if (found !== undefined) return { object: found, reused: true };
  await replace(store, key, body, signal);
  return { object, reused: false };
}

/** No manifest names the object yet, or this would not have been reached: nobody can have read it. */
async function replace(
  store: ObjectStore,
  key: string,
  body: Uint8Array,
  signal: AbortSignal | undefined,
): Promise<void> {
  try {
    await store.put(key, body, signal === undefined ? {} : { signal });
  } catch (error) {
    if (!(error instanceof StoreAccessError)) throw error;
    throw new CorruptObjectError(
      `${store.uri}/${key} holds something else, and may not be replaced from here`,
      {
        hint: 'Have somebody who may delete it do so, then upload again.',
        cause: error,
      },
    );
  }
}

/** The entry for what is stored under the key, if it holds the same plain bytes; another zstd may pack them otherwise. */
async function adopt(
  store: ObjectStore,
  key: string,
  object: BundleObject,
): Promise<BundleObject | undefined> {
  try {
    const stored = await store.get(key);
    const entry = { ...object, size: stored.byteLength, sha256: sha256Hex(stored) };
    await unpack(stored, entry);
    return entry;
  } catch (error) {
    if (error instanceof CorruptObjectError || error instanceof ObjectNotFoundError) return undefined;
    if (error instanceof StoreAccessError) return adoptUnread(store, key, object);
    throw error;
  }
}

/** The folder's name is a digest of the plain bytes, so that one of our own uploads put the object: it is as we packed it. */
async function adoptUnread(
  store: ObjectStore,
  key: string,
  object: BundleObject,
): Promise<BundleObject | undefined> {
  for await (const { key: listed, size } of store.list(key)) {
    if (listed === key) return size === object.size ? object : undefined;
  }
  return undefined;
}
