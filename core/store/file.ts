/**
 * The store in a folder: no account, no server, and the same guarantees as S3's.
 *
 * @module
 */
import { constants } from 'node:fs';
import { type FileHandle, open, rmdir, unlink } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { ObjectNotFoundError, ObjectTooLargeError } from './errors.ts';
import { fileStoreError, isSystemError } from './file-errors.ts';
import { lstatBeneath, syncFolder } from './file-paths.ts';
import { walkFolders, walkObjects } from './file-walk.ts';
import { type WriterState, writeObject } from './file-write.ts';
import { assertFolder, assertKey, assertKeyPrefix } from './keys.ts';
import type { ObjectInfo, ObjectStore, PutOptions, ReadOptions } from './port.ts';

export interface FileStoreOptions {
  /** False for a file system known to have no hard links; otherwise the store finds out at the first put. */
  readonly hardLinks?: boolean;
}

/**
 * Opens the store in a folder, which need not exist yet: a missing one is an empty store, made by the first put.
 *
 * Guarantees, beside the port's:
 * - nothing outside the folder is read or written, for no symbolic link beneath it is followed;
 * - an object that `put` reported survives a power failure, as far as the file system keeps its word;
 * - a killed writer leaves at most a hidden `.tmp-…` file, never listed and swept after an hour.
 *
 * Unlike in S3, a key cannot be the folder of another: `a` and `a/b` exclude each other (StoreAccessError). Ordering by
 * keys means that `listFolders` gives `a-b` before `a`, as S3 does.
 *
 * An aborted call rejects with the reason of its signal.
 *
 * @param dir - a path, relative ones from the current folder, or a `file:` URL.
 *
 * @example
 * const store = createFileStore('./bundles');
 * await store.put('runs/a/manifest.json', body, { ifAbsent: true });
 */
export function createFileStore(dir: string | URL, options: FileStoreOptions = {}): ObjectStore {
  const root = resolve(typeof dir === 'string' ? dir : fileURLToPath(dir));
  const uri = pathToFileURL(root).href.replace(/\/$/, '');
  const writer: WriterState = { hardLinks: options.hardLinks ?? true, swept: new Set() };

  return {
    uri,
    get: (key, read = {}) =>
      guarded(`read ${key} in ${uri}`, read.signal, () => getObject(root, uri, key, read)),
    head: (key, { signal } = {}) => guarded(`look at ${key} in ${uri}`, signal, () => headObject(root, key)),
    put: (key, body, put: PutOptions = {}) =>
      guarded(`write ${key} in ${uri}`, put.signal, async () => {
        assertKey(key);
        const { ifAbsent = false, signal } = put;
        return writeObject(writer, root, key.split('/'), body, { ifAbsent, signal });
      }),
    delete: (key) => guarded(`delete ${key} in ${uri}`, undefined, () => deleteObject(root, key)),
    list: (prefix, { signal } = {}) =>
      guardedEach(`list ${uri}`, signal, () => {
        assertKeyPrefix(prefix);
        return walkObjects(root, prefix, signal);
      }),
    listFolders: (prefix, { signal } = {}) =>
      guardedEach(`list ${uri}`, signal, () => {
        assertFolder(prefix);
        return walkFolders(root, prefix, signal);
      }),
  };
}

async function getObject(root: string, uri: string, key: string, options: ReadOptions): Promise<Uint8Array> {
  assertKey(key);
  const segments = key.split('/');
  const present = await lstatBeneath(root, segments);
  const handle = present?.isFile() ? await openIfAny(join(root, ...segments)) : undefined;
  if (handle === undefined) {
    throw new ObjectNotFoundError(`There is no ${key} in ${uri}.`, { hint: 'Check the store and the name.' });
  }
  try {
    assertSize(key, (await handle.stat()).size, options.maxBytes);
    // The open file is one object from beginning to end: a put gives the name to another file.
    const body = await handle.readFile({ signal: options.signal });
    assertSize(key, body.byteLength, options.maxBytes);
    return body;
  } finally {
    await handle.close();
  }
}

async function headObject(root: string, key: string): Promise<ObjectInfo | undefined> {
  assertKey(key);
  const info = await lstatBeneath(root, key.split('/'));
  return info?.isFile() ? { key, size: info.size } : undefined;
}

async function deleteObject(root: string, key: string): Promise<void> {
  assertKey(key);
  const segments = key.split('/');
  const info = await lstatBeneath(root, segments);
  if (!info?.isFile()) return;
  const path = join(root, ...segments);
  try {
    await unlink(path);
  } catch (error) {
    // Another process deleted it first.
    if (!isSystemError(error, 'ENOENT')) throw error;
    return;
  }
  await syncFolder(dirname(path));
  await removeEmptyFolders(root, segments.slice(0, -1));
}

/** An empty folder is nothing to a reader, so it may stay where it cannot be removed. */
async function removeEmptyFolders(root: string, segments: readonly string[]): Promise<void> {
  for (let depth = segments.length; depth > 0; depth--) {
    try {
      await rmdir(join(root, ...segments.slice(0, depth)));
    } catch (error) {
      if (!isSystemError(error)) throw error;
      return;
    }
  }
}

async function openIfAny(path: string): Promise<FileHandle | undefined> {
  try {
    return await open(path, constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0));
  } catch (error) {
    if (isSystemError(error, 'ENOENT')) return undefined;
    throw error;
  }
}

function assertSize(key: string, size: number, maxBytes: number | undefined): void {
  if (maxBytes === undefined || size <= maxBytes) return;
  throw new ObjectTooLargeError(`${key} has ${size} bytes, more than the ${maxBytes} allowed.`, {
    hint: 'It was not written by this program, or with another limit.',
  });
}

async function guarded<T>(
  doing: string,
  signal: AbortSignal | undefined,
  work: () => Promise<T>,
): Promise<T> {
  signal?.throwIfAborted();
  try {
    return await work();
  } catch (error) {
    signal?.throwIfAborted();
    throw fileStoreError(error, doing);
  }
}

async function* guardedEach<T>(
  doing: string,
  signal: AbortSignal | undefined,
  work: () => AsyncGenerator<T>,
): AsyncGenerator<T> {
  try {
    yield* work();
  } catch (error) {
    signal?.throwIfAborted();
    throw fileStoreError(error, doing);
  }
}
