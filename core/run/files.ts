/**
 * @module
 */
import { lstat, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { absentIfMissing } from './layout.ts';

export interface RunFile {
  /** Run-relative, with `/`. */
  readonly path: string;
  /** Bytes. */
  readonly size: number;
  readonly absolutePath: string;
}

/** What editors, desktops and version control leave behind. */
const JUNK = /^(?:\.DS_Store|Thumbs\.db|desktop\.ini|\.git|\.idea|\.vscode|.*~|#.*#|\.#.*|\..*\.sw[a-z])$/i;

/**
 * Every file of a directory, sorted by path in code unit order.
 *
 * Guarantees: symlinks are not followed and not listed, so that nothing outside the directory is; editor junk is left out;
 * one directory's listing is held at a time per level.
 */
export async function* listFiles(dir: string, under = ''): AsyncGenerator<RunFile> {
  const entries = (await readdir(join(dir, under), { withFileTypes: true }))
    .filter((entry) => !JUNK.test(entry.name) && (entry.isFile() || entry.isDirectory()))
    // A folder sorts as the prefix that it is: `a-b` before `a/b`.
    .map((entry) => ({
      name: entry.name,
      isFolder: entry.isDirectory(),
      order: entry.isDirectory() ? `${entry.name}/` : entry.name,
    }))
    .sort((a, b) => (a.order < b.order ? -1 : 1));
  for (const { name, isFolder } of entries) {
    const path = under === '' ? name : `${under}/${name}`;
    if (isFolder) {
      yield* listFiles(dir, path);
      continue;
    }
    const absolutePath = join(dir, path);
    const stats = await lstat(absolutePath).catch(absentIfMissing);
    if (stats?.isFile() === true) yield { path, size: stats.size, absolutePath };
  }
}
