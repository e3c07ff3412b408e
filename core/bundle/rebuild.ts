/**
 * A run folder of AgentV's 4.42 layout out of nothing but results.
 *
 * @module
 */
import type { FileHandle } from 'node:fs/promises';
import type { Result } from '../run/result.ts';
import { CorruptObjectError } from './errors.ts';
import type { PullFolder, RefusedFile } from './pull-folder.ts';
import { safeSegment } from './pull-path.ts';
import type { PullStep, PullTally } from './pull-restore.ts';
import { RebuiltAggregates } from './rebuild-benchmark.ts';
import { rebuildGrading, rebuildRow } from './rebuild-row.ts';

/**
 * Writes `index.jsonl`, `benchmark.json`, `timing.json` and a `grading.json` for each result.
 *
 * The grading files are there because AgentV's `results validate` warns of every row without one; no command of AgentV's
 * needs another file. A file that lies in the folder already is left as it is.
 *
 * Guarantees: one row a result, in the bundle's order; no two results share a file; nothing of a result's `content` is
 * written, whatever the capture mode.
 *
 * @throws CorruptObjectError when there are not as many results as the manifest says
 */
export async function rebuildRun(step: PullStep): Promise<void> {
  const { bundle, folder, tally } = step;
  const aggregates = new RebuiltAggregates(bundle.manifest);
  // All three before any result, so that no test called `timing.json` takes a place of theirs.
  const index = await RebuiltFile.create('index.jsonl', folder);
  const benchmark = await RebuiltFile.create('benchmark.json', folder);
  const timing = await RebuiltFile.create('timing.json', folder);
  try {
    const results = await writeResults(step, index, aggregates);
    const expected = bundle.manifest.totals.results;
    if (results !== expected) {
      throw new CorruptObjectError(
        `${bundle.uri}: ${results} results in the parts, ${expected} in the manifest`,
      );
    }
    await benchmark.append(pretty(aggregates.benchmark()));
    await timing.append(pretty(aggregates.timing()));
  } finally {
    for (const file of [index, benchmark, timing]) await file.close();
  }
  for (const file of [index, benchmark, timing]) file.count(tally);
}

async function writeResults(
  { bundle, folder, tally, signal }: PullStep,
  index: RebuiltFile,
  aggregates: RebuiltAggregates,
): Promise<number> {
  let results = 0;
  for (const part of bundle.parts) {
    for await (const result of bundle.results(part)) {
      signal?.throwIfAborted();
      const path = await writeGrading(result, folder, tally, bundle.uri);
      await index.append(`${JSON.stringify(rebuildRow(result, path))}\n`);
      aggregates.add(result);
      results += 1;
    }
  }
  return results;
}

/**
 * Gives the file's path: `<suite>/<test>/grading.json` as in AgentV, whose results of several targets overwrite each
 * other there. Here a place that is taken gets the result's key. The file system decides what is taken, for it knows
 * which names it takes for one.
 */
async function writeGrading(
  result: Result,
  folder: PullFolder,
  tally: PullTally,
  uri: string,
): Promise<string> {
  const test = safeSegment(result.test_id, 'unknown');
  const suite = result.suite === undefined ? '' : `${safeSegment(result.suite, 'default')}/`;
  const text = pretty(rebuildGrading(result));
  for (const place of [`${suite}${test}`, `${test}~${result.key}`]) {
    const path = `${place}/grading.json`;
    if ((await folder.write(path, text)) !== undefined) continue;
    tally.wrote(path, Buffer.byteLength(text));
    return path;
  }
  throw new CorruptObjectError(`${uri}: two results have the key ${result.key}`);
}

function pretty(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}

/** A file open for appending; one that was captured whole takes nothing. */
class RebuiltFile {
  readonly #path: string;
  readonly #folder: PullFolder;
  readonly #file: FileHandle | RefusedFile;
  #bytes = 0;

  private constructor(path: string, folder: PullFolder, file: FileHandle | RefusedFile) {
    this.#path = path;
    this.#folder = folder;
    this.#file = file;
  }

  static async create(path: string, folder: PullFolder): Promise<RebuiltFile> {
    return new RebuiltFile(path, folder, await folder.create(path));
  }

  async append(text: string): Promise<void> {
    if ('refused' in this.#file) return;
    await this.#folder.append(this.#file, text);
    this.#bytes += Buffer.byteLength(text);
  }

  async close(): Promise<void> {
    if (!('refused' in this.#file)) await this.#file.close();
  }

  count(tally: PullTally): void {
    if (!('refused' in this.#file)) tally.wrote(this.#path, this.#bytes);
  }
}
