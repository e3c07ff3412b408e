/**
 * The run's own files out of a bundle's artifacts, piece by piece.
 *
 * @module
 */
import type { FileHandle } from 'node:fs/promises';
import { CorruptObjectError } from './errors.ts';
import type { ArtifactChunk } from './manifest.ts';
import { INDEXES, type PullFolder } from './pull-folder.ts';
import type { Bundle } from './read.ts';

/** A file of the bundle that is not in the folder. */
export interface LeftOutFile {
  readonly path: string;
  /** The end of a sentence. */
  readonly reason: string;
}

const MAX_LISTED = 100;

/** Counts what was written and what was not. */
export class PullTally {
  files = 0;
  bytes = 0;
  leftOutCount = 0;
  readonly leftOut: LeftOutFile[] = [];
  readonly #onFile: ((path: string, done: number) => void) | undefined;

  constructor(onFile?: (path: string, done: number) => void) {
    this.#onFile = onFile;
  }

  wrote(path: string, bytes: number): void {
    this.files += 1;
    this.bytes += bytes;
    this.#onFile?.(path, this.files);
  }

  leaveOut(path: string, reason: string): void {
    this.leftOutCount += 1;
    if (this.leftOut.length < MAX_LISTED) this.leftOut.push({ path, reason });
  }
}

export interface PullStep {
  readonly bundle: Bundle;
  readonly folder: PullFolder;
  readonly tally: PullTally;
  readonly signal: AbortSignal | undefined;
}

/**
 * Writes the files of the bundle; whether the run's index is among them.
 *
 * @throws CorruptObjectError when there are not as many files as the manifest says
 */
export async function restoreFiles({ bundle, folder, tally, signal }: PullStep): Promise<boolean> {
  let current: Restored | undefined;
  let whole = 0;
  let hasIndex = false;
  try {
    for await (const chunk of bundle.artifacts()) {
      signal?.throwIfAborted();
      if (current?.path !== chunk.path) {
        await current?.abandon();
        current = await Restored.begin(chunk.path, folder, tally);
      }
      await current.write(contentsOf(chunk));
      if (!chunk.last) continue;
      const wasWritten: boolean = await current.end();
      hasIndex ||= wasWritten && INDEXES.includes(chunk.path);
      whole += 1;
      current = undefined;
    }
    await current?.abandon();
    current = undefined;
  } finally {
    await current?.close();
  }
  const expected = bundle.manifest.totals.artifact_files;
  if (whole !== expected) {
    throw new CorruptObjectError(
      `${bundle.uri}: ${whole} files in the artifacts, ${expected} in the manifest`,
    );
  }
  return hasIndex;
}

function contentsOf({ text, base64 }: ArtifactChunk): Buffer {
  return text === undefined ? Buffer.from(base64 ?? '', 'base64') : Buffer.from(text);
}

/** A file between its first and its last piece; one that the folder refused takes its pieces and drops them. */
class Restored {
  readonly path: string;
  readonly #folder: PullFolder;
  readonly #tally: PullTally;
  readonly #file: FileHandle | undefined;
  #bytes = 0;

  private constructor(path: string, folder: PullFolder, tally: PullTally, file: FileHandle | undefined) {
    this.path = path;
    this.#folder = folder;
    this.#tally = tally;
    this.#file = file;
  }

  static async begin(path: string, folder: PullFolder, tally: PullTally): Promise<Restored> {
    const made = await folder.create(path);
    if (!('refused' in made)) return new Restored(path, folder, tally, made);
    tally.leaveOut(path, made.refused);
    return new Restored(path, folder, tally, undefined);
  }

  async write(contents: Buffer): Promise<void> {
    if (this.#file === undefined) return;
    await this.#folder.append(this.#file, contents);
    this.#bytes += contents.byteLength;
  }

  /** Whether the folder has the file now. */
  async end(): Promise<boolean> {
    await this.close();
    if (this.#file === undefined) return false;
    this.#tally.wrote(this.path, this.#bytes);
    return true;
  }

  /** The upload stopped in the middle of this file, as it does when the redactor fails on a later piece. */
  async abandon(): Promise<void> {
    await this.close();
    if (this.#file === undefined) return;
    await this.#folder.remove(this.path);
    this.#tally.leaveOut(this.path, 'the bundle does not hold it to its end');
  }

  async close(): Promise<void> {
    await this.#file?.close();
  }
}
