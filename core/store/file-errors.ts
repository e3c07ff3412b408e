/**
 * What the codes of the operating system mean for a store in a folder.
 *
 * @module
 */
import { InvalidKeyError, StoreAccessError, StoreUnavailableError } from './errors.ts';

/** An error of Node's file system functions. */
export interface SystemError extends Error {
  readonly code: string;
}

export function isSystemError(error: unknown, ...codes: readonly string[]): error is SystemError {
  if (!(error instanceof Error) || !('code' in error) || !('syscall' in error)) return false;
  return typeof error.code === 'string' && (codes.length === 0 || codes.includes(error.code));
}

/** Codes by which a file system says that it cannot link, as exFAT, SMB and FUSE mounts do. */
export const NO_HARD_LINKS = ['EPERM', 'ENOSYS', 'ENOTSUP', 'EOPNOTSUPP', 'EMLINK', 'EXDEV'] as const;

const ACCESS = new Map([
  [
    'EACCES',
    ['permission denied', 'Give this user read and write permission on the folder, or use another.'],
  ],
  [
    'EPERM',
    ['operation not permitted', 'Give this user read and write permission on the folder, or use another.'],
  ],
  ['EROFS', ['the file system is read-only', 'Use a folder on a writable file system.']],
  ['ENOTDIR', ['a file stands where a folder is needed', 'Remove that file, or use another folder.']],
  ['ENOENT', ['the folder cannot be made', 'Make the folder, or use another.']],
  ['EEXIST', ['a file stands where a folder is needed', 'Remove that file, or use another folder.']],
  ['EISDIR', ['a folder stands where an object is needed', 'Remove that folder, or use another.']],
  ['ELOOP', ['a symbolic link stands in the store', 'Replace the link by what it points to.']],
]);

const UNAVAILABLE = new Map([
  ['ENOSPC', ['the disk is full', 'Free some space and run the same command again.']],
  ['EDQUOT', ['the disk quota is used up', 'Free some space and run the same command again.']],
  [
    'EFBIG',
    ['the file would be larger than the file system or the limit allows', 'Raise the limit (ulimit -f).'],
  ],
  ['EMFILE', ['too many open files', 'Raise the limit (ulimit -n) or lower the concurrency.']],
  ['ENFILE', ['too many open files', 'Raise the limit (ulimit -n) or lower the concurrency.']],
  ['EIO', ['the disk failed', 'Check the disk or the network mount.']],
  ['ESTALE', ['the network mount went away', 'Mount it again.']],
]);

/** Turns a system error into the store's own; any other error stays what it is. */
export function fileStoreError(error: unknown, doing: string): unknown {
  if (!isSystemError(error)) return error;
  const { code } = error;
  if (code === 'ENAMETOOLONG') {
    return new InvalidKeyError(`Cannot ${doing}: the file system allows no name that long.`, {
      hint: 'Make each segment of a key with encodeSegment, or use a store with a shorter path.',
      cause: error,
    });
  }
  const [denied, remedy] = ACCESS.get(code) ?? [];
  if (denied !== undefined && remedy !== undefined) {
    return new StoreAccessError(`Cannot ${doing}: ${denied} (${shown(error)}).`, {
      hint: remedy,
      cause: error,
    });
  }
  const [failed = 'the file system failed', hint = 'Check the disk or the network mount, then try again.'] =
    UNAVAILABLE.get(code) ?? [];
  return new StoreUnavailableError(`Cannot ${doing}: ${failed} (${code}).`, { hint, cause: error });
}

/** With the path where there is one: of a whole folder that cannot be listed, one below is often the cause. */
function shown(error: SystemError): string {
  return 'path' in error && typeof error.path === 'string' ? `${error.code}, ${error.path}` : error.code;
}

/** The refusal of any symbolic link beneath the store's folder. */
export function symbolicLinkError(path: string): StoreAccessError {
  return new StoreAccessError(`${path} is a symbolic link, which a store does not follow.`, {
    hint: 'Replace the link by what it points to; only the folder of the store itself may be a link.',
  });
}
