/**
 * The run directory as a cage: path fields are followed inside it only.
 *
 * @module
 */
import { lstat, readFile, realpath, stat } from 'node:fs/promises';
import { dirname, join, posix, resolve, sep } from 'node:path';
import { isAbsolute } from './agentv-row.ts';
import { absentIfMissing, errorCode, isMissing } from './layout.ts';

export type Located =
  | { readonly kind: 'file'; readonly path: string; readonly absolutePath: string; readonly size: number }
  | { readonly kind: 'directory'; readonly path: string }
  | { readonly kind: 'missing' | 'outside' | 'unreadable' };

const CACHED_FOLDERS = 1024;

export class RunFolder {
  readonly #root: string;
  readonly #realFolders = new Map<string, string | undefined>();

  private constructor(root: string) {
    this.#root = root;
  }

  static async open(dir: string): Promise<RunFolder> {
    return new RunFolder(await realpath(dir));
  }

  /**
   * Looks up a run-relative path.
   *
   * Guarantees: never `file` or `directory` for anything whose real place, symlinks resolved, is outside the run.
   */
  async locate(path: string): Promise<Located> {
    if (isAbsolute(path) || path.includes('\0')) return { kind: 'outside' };
    const wanted = resolve(this.#root, path);
    if (!this.#contains(wanted)) return { kind: 'outside' };
    try {
      return await this.#locateReal(wanted, posix.normalize(path).replace(/\/$/, ''));
    } catch (error) {
      if (isMissing(error)) return { kind: 'missing' };
      if (errorCode(error) !== undefined) return { kind: 'unreadable' };
      throw error;
    }
  }

  async #locateReal(wanted: string, path: string): Promise<Located> {
    const parent = await this.#realFolder(dirname(wanted));
    if (parent === undefined) return { kind: 'missing' };
    if (!this.#contains(parent)) return { kind: 'outside' };
    let place = join(parent, wanted.slice(dirname(wanted).length));
    let stats = await lstat(place);
    if (stats.isSymbolicLink()) {
      place = await realpath(place);
      if (!this.#contains(place)) return { kind: 'outside' };
      stats = await stat(place);
    }
    if (stats.isDirectory()) return { kind: 'directory', path };
    return stats.isFile()
      ? { kind: 'file', path, absolutePath: place, size: stats.size }
      : { kind: 'unreadable' };
  }

  async #realFolder(folder: string): Promise<string | undefined> {
    if (this.#realFolders.has(folder)) return this.#realFolders.get(folder);
    const real = await realpath(folder).catch(absentIfMissing);
    if (this.#realFolders.size >= CACHED_FOLDERS) this.#realFolders.clear();
    this.#realFolders.set(folder, real);
    return real;
  }

  #contains(place: string): boolean {
    return place === this.#root || place.startsWith(`${this.#root}${sep}`);
  }
}

/** The text of a located file; nothing if it cannot be read after all. */
export async function readTextOf(located: Located & { kind: 'file' }): Promise<string | undefined> {
  try {
    return await readFile(located.absolutePath, 'utf8');
  } catch (error) {
    if (errorCode(error) !== undefined) return undefined;
    throw error;
  }
}
