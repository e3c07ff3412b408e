/**
 * From keys to paths that cannot leave the store's folder.
 *
 * Keys cannot climb by their segments ({@link core/store/keys}); here no symbolic link beneath the folder is followed
 * either, wherever it points. The check guards against links that lie there, not against somebody who swaps a folder
 * for a link meanwhile: who can do that owns the store anyway.
 *
 * @module
 */
import type { Stats } from 'node:fs';
import { lstat, mkdir, open } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { StoreAccessError } from './errors.ts';
import { isSystemError, symbolicLinkError } from './file-errors.ts';

/** What lies at a path, without following a link; undefined if nothing does. */
export async function lstatIfAny(path: string): Promise<Stats | undefined> {
  try {
    return await lstat(path);
  } catch (error) {
    if (isSystemError(error, 'ENOENT')) return undefined;
    throw error;
  }
}

/**
 * What lies at `segments` beneath `root`; undefined if nothing does.
 *
 * @throws StoreAccessError - a symbolic link is on the way, or `root` is not a folder.
 */
export async function lstatBeneath(root: string, segments: readonly string[]): Promise<Stats | undefined> {
  let path = root;
  let info: Stats | undefined;
  for (const segment of segments) {
    if (info !== undefined && !info.isDirectory()) return undefined;
    path = join(path, segment);
    info = await lstatIfAny(path);
    if (info === undefined) return undefined;
    if (info.isSymbolicLink()) throw symbolicLinkError(path);
  }
  return info;
}

/**
 * Makes the folder of `segments` beneath `root` durably, and gives its path.
 *
 * @throws StoreAccessError - a link or a file is in the way.
 */
export async function ensureFolder(root: string, segments: readonly string[]): Promise<string> {
  await makeRoot(root);
  let path = root;
  for (const segment of segments) {
    const parent = path;
    path = join(parent, segment);
    let info = await lstatIfAny(path);
    if (info === undefined) {
      await makeFolder(path);
      await syncFolder(parent);
      info = await lstat(path);
    }
    if (info.isSymbolicLink()) throw symbolicLinkError(path);
    if (!info.isDirectory()) throw inTheWayError(path, 'an object');
  }
  return path;
}

/** A folder and an object cannot share a name here, though in S3 they can. */
export function inTheWayError(path: string, what: 'an object' | 'a folder'): StoreAccessError {
  return new StoreAccessError(`${path} is ${what} already.`, {
    hint: 'In a folder, no key may be the beginning of another up to a "/"; use another key, or an S3 store.',
  });
}

/** Makes the names in a folder survive a power failure. */
export async function syncFolder(path: string): Promise<void> {
  try {
    const handle = await open(path, 'r');
    try {
      await handle.sync();
    } finally {
      await handle.close();
    }
  } catch (error) {
    // Windows and some network mounts have no such operation: there the name is as durable as the system makes it. A
    // folder that another process has removed as empty has no names to keep.
    if (!isSystemError(error, 'EPERM', 'EACCES', 'EISDIR', 'EINVAL', 'ENOTSUP', 'EBADF', 'ENOENT'))
      throw error;
  }
}

/** Not by Node's `recursive`, which never ends where a parent exists and still takes no folder, as in /proc. */
async function makeRoot(root: string): Promise<void> {
  let made: boolean;
  try {
    made = await makeFolder(root);
  } catch (error) {
    if (!isSystemError(error, 'ENOENT') || dirname(root) === root) throw error;
    await makeRoot(dirname(root));
    made = await makeFolder(root);
  }
  if (made) await syncFolder(dirname(root));
}

/** Whether this call made it: another writer may have been first. */
async function makeFolder(path: string): Promise<boolean> {
  try {
    await mkdir(path);
    return true;
  } catch (error) {
    if (!isSystemError(error, 'EEXIST')) throw error;
    return false;
  }
}
