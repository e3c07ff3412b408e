/**
 * Listing the objects beneath a folder in the order of their keys.
 *
 * @module
 */
import type { Dirent } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { isSystemError } from './file-errors.ts';
import { lstatBeneath, lstatIfAny } from './file-paths.ts';
import { compareKeys, isKey, TEMPORARY_PREFIX } from './keys.ts';
import type { ObjectInfo } from './port.ts';

interface Entry {
  readonly name: string;
  readonly isFolder: boolean;
  /** What the names of the entry's keys go on with, by which it is ordered: `a-b` comes before `a/`. */
  readonly order: string;
}

/**
 * All objects whose key starts with `prefix`, in ascending order of their keys' UTF-8 bytes.
 *
 * Holds the names of the folders from the root to the present object, not those of the whole store. Symbolic links are
 * left out, for they are not followed.
 *
 * @throws StoreAccessError - the prefix leads through a symbolic link.
 */
export async function* walkObjects(
  root: string,
  prefix: string,
  signal: AbortSignal | undefined,
): AsyncGenerator<ObjectInfo> {
  const { folder, rest } = splitPrefix(prefix);
  if (!(await isFolder(root, folder))) return;
  yield* walk(root, folder, rest, signal);
}

/**
 * The folders right beneath `prefix` that hold an object, however deep, in the order of their keys.
 */
export async function* walkFolders(
  root: string,
  prefix: string,
  signal: AbortSignal | undefined,
): AsyncGenerator<string> {
  if (!(await isFolder(root, prefix))) return;
  for (const entry of await entriesOf(root, prefix, signal)) {
    if (!entry.isFolder || !isKey(prefix + entry.name)) continue;
    // S3 knows no empty folder; here a put that was cut short may leave one.
    const first = await walk(root, `${prefix}${entry.order}`, '', signal).next();
    if (first.done !== true) yield entry.name;
  }
}

async function* walk(
  root: string,
  folder: string,
  namePrefix: string,
  signal: AbortSignal | undefined,
): AsyncGenerator<ObjectInfo> {
  for (const { name, isFolder, order } of await entriesOf(root, folder, signal)) {
    signal?.throwIfAborted();
    const key = folder + name;
    // A name that is no key was put there by somebody else, and no call could reach it.
    if (!name.startsWith(namePrefix) || !isKey(key)) continue;
    if (isFolder) {
      yield* walk(root, folder + order, '', signal);
      continue;
    }
    const info = await lstatIfAny(join(root, key));
    if (info?.isFile()) yield { key, size: info.size };
  }
}

async function entriesOf(root: string, folder: string, signal: AbortSignal | undefined): Promise<Entry[]> {
  signal?.throwIfAborted();
  const path = join(root, folder);
  const entries: Entry[] = [];
  for (const dirent of await readFolder(path, folder === '')) {
    if (dirent.name.startsWith(TEMPORARY_PREFIX)) continue;
    // A link is neither, like a socket: no put made it. One that somebody left there must not hide all the others.
    const isFolder = dirent.isDirectory();
    if (!isFolder && !dirent.isFile()) continue;
    entries.push({ name: dirent.name, isFolder, order: isFolder ? `${dirent.name}/` : dirent.name });
  }
  return entries.sort((a, b) => compareKeys(a.order, b.order));
}

async function readFolder(path: string, isRoot: boolean): Promise<Dirent[]> {
  try {
    return await readdir(path, { withFileTypes: true });
  } catch (error) {
    // Deleted since its parent was read; a missing root is an empty store, but a root that is a file is a mistake.
    if (isSystemError(error, 'ENOENT') || (!isRoot && isSystemError(error, 'ENOTDIR'))) return [];
    throw error;
  }
}

async function isFolder(root: string, folder: string): Promise<boolean> {
  if (folder === '') return true;
  const info = await lstatBeneath(root, folder.slice(0, -1).split('/'));
  return info?.isDirectory() === true;
}

function splitPrefix(prefix: string): { readonly folder: string; readonly rest: string } {
  const cut = prefix.lastIndexOf('/') + 1;
  return { folder: prefix.slice(0, cut), rest: prefix.slice(cut) };
}
