/**
 * The folder that a pull fills: nobody sees it before it is whole.
 *
 * @module
 */
import { randomUUID } from 'node:crypto';
import { type FileHandle, lstat, mkdir, open, readdir, rename, rm, rmdir } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { fileStoreError, isSystemError } from '../store/file-errors.ts';
import { PullTargetError } from './errors.ts';
import { problemOfPath } from './pull-path.ts';

/** A file that the folder cannot hold, and why, as the end of a sentence. */
export interface RefusedFile {
  readonly refused: string;
}

/** What the file system says of a name that it cannot take, or cannot take twice. */
const REFUSALS = new Map([
  ['EEXIST', 'another file of the run has its name'],
  ['EISDIR', 'a folder of the run has its name'],
  ['ENOTDIR', 'a file of the run has the name of its folder'],
  ['ENAMETOOLONG', 'the file system allows no name that long'],
  ['EINVAL', 'the file system allows no such name'],
  ['EILSEQ', 'the file system allows no such name'],
]);

/** AgentV's listings take any folder with such a file for a run, so it gets its name last. */
export const INDEXES: readonly string[] = ['index.jsonl', '.internal/index.jsonl'];

/**
 * A folder in the making, beside the place where it will be.
 *
 * Guarantees:
 * - the target appears at once and whole, or not at all, however the pull ends; nothing that lies there is replaced;
 * - nothing is written outside: paths are checked, and no link is followed, for the folder is new and only plain files
 *   are made in it;
 * - a pull that was killed leaves one hidden folder `.agentv-opik-pull-…`, which AgentV does not take for a run.
 */
export class PullFolder {
  /** Absolute. */
  readonly target: string;
  readonly #building: string;
  readonly #lateNames: { readonly from: string; readonly to: string }[] = [];
  #lastFolder: string;

  private constructor(target: string, building: string) {
    this.target = target;
    this.#building = building;
    this.#lastFolder = building;
  }

  /**
   * @throws PullTargetError when something lies at the target, an empty folder excepted
   * @throws StoreAccessError, StoreUnavailableError when the folder above cannot be written to
   */
  static async make(directory: string): Promise<PullFolder> {
    const target = resolve(directory);
    await assertFree(target);
    const parent = dirname(target);
    const building = join(parent, `.agentv-opik-pull-${randomUUID()}`);
    return writing(target, async () => {
      await mkdir(parent, { recursive: true });
      await mkdir(building);
      return new PullFolder(target, building);
    });
  }

  /**
   * Makes a new file for writing; the caller closes it.
   *
   * @throws StoreAccessError, StoreUnavailableError
   */
  async create(path: string): Promise<FileHandle | RefusedFile> {
    const problem = problemOfPath(path) ?? this.#problemOfName(path);
    if (problem !== undefined) return { refused: problem };
    const place = join(this.#building, path);
    const late = INDEXES.includes(path) ? `${place}.${randomUUID()}` : place;
    return writing(this.target, async () => {
      try {
        await this.#makeFolder(dirname(place));
        const file = await open(late, 'wx');
        if (late !== place) this.#lateNames.push({ from: late, to: place });
        return file;
      } catch (error) {
        const refused = isSystemError(error) ? REFUSALS.get(error.code) : undefined;
        if (refused === undefined) throw error;
        return { refused };
      }
    });
  }

  /** Makes a whole file; gives what {@link create} refuses. */
  async write(path: string, contents: string): Promise<RefusedFile | undefined> {
    const file = await this.create(path);
    if ('refused' in file) return file;
    try {
      await writing(this.target, () => file.writeFile(contents));
    } finally {
      await file.close();
    }
    return undefined;
  }

  /** Appends to a file that {@link create} made. */
  async append(file: FileHandle, contents: string | Uint8Array): Promise<void> {
    await writing(this.target, () => file.writeFile(contents));
  }

  /** Removes a file that turned out to be no whole one. */
  async remove(path: string): Promise<void> {
    const place = join(this.#building, path);
    const index = this.#lateNames.findIndex(({ to }) => to === place);
    const [late] = index < 0 ? [] : this.#lateNames.splice(index, 1);
    await writing(this.target, () => rm(late?.from ?? place));
  }

  /**
   * Gives the folder its name.
   *
   * @throws PullTargetError when something came to lie at the target meanwhile
   */
  async commit(): Promise<void> {
    await writing(this.target, async () => {
      for (const { from, to } of this.#lateNames) await rename(from, to);
    });
    try {
      await removeEmptyFolder(this.target);
      await rename(this.#building, this.target);
    } catch (error) {
      if (!isSystemError(error)) throw error;
      throw new PullTargetError(`Cannot put the run at ${this.target} (${error.code})`, {
        hint: 'Something else is using it. Name a folder that does not exist yet.',
        cause: error,
      });
    }
  }

  /** Removes what was written so far. It must not hide why the pull failed, so what cannot be removed stays. */
  async discard(): Promise<void> {
    try {
      await rm(this.#building, { recursive: true, force: true });
    } catch (error) {
      if (!isSystemError(error)) throw error;
    }
  }

  /** The file system cannot guard a name that is not given yet. */
  #problemOfName(path: string): string | undefined {
    const isTaken = INDEXES.includes(path)
      ? this.#lateNames.some(({ to }) => to === join(this.#building, path))
      : INDEXES.some((index) => `${path}/`.toLowerCase().startsWith(`${index}/`));
    return isTaken ? "its name is the index's" : undefined;
  }

  async #makeFolder(folder: string): Promise<void> {
    if (folder === this.#lastFolder) return;
    await mkdir(folder, { recursive: true });
    this.#lastFolder = folder;
  }
}

async function assertFree(target: string): Promise<void> {
  const problem = await writing(target, () => problemOfTarget(target));
  if (problem === undefined) return;
  throw new PullTargetError(`${target} ${problem}`, {
    hint: 'Name a folder that does not exist yet; nothing is ever overwritten.',
  });
}

async function problemOfTarget(target: string): Promise<string | undefined> {
  try {
    const found = await lstat(target);
    if (found.isSymbolicLink()) return 'is a symbolic link';
    if (!found.isDirectory()) return 'is a file';
    return (await readdir(target)).length === 0 ? undefined : 'is not empty';
  } catch (error) {
    if (isSystemError(error, 'ENOENT')) return undefined;
    throw error;
  }
}

/** Windows renames a folder onto nothing only, not even onto an empty one. */
async function removeEmptyFolder(target: string): Promise<void> {
  try {
    await rmdir(target);
  } catch (error) {
    if (!isSystemError(error, 'ENOENT')) throw error;
  }
}

async function writing<T>(target: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw fileStoreError(error, `write to ${target}`);
  }
}
