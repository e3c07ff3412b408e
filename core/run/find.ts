/**
 * @module
 */
import type { Dirent } from 'node:fs';
import { readdir, readFile, realpath, stat } from 'node:fs/promises';
import { basename, dirname, isAbsolute, join, resolve, sep } from 'node:path';
import leven from 'leven';
import { AmbiguousRunError, RunNotFoundError } from './errors.ts';
import { absentIfMissing, indexIn, locationOf, type RunLocation } from './layout.ts';
import { asString, asTimeMs, isObject } from './readers.ts';
import { timeOfRunId } from './run-key.ts';

export interface FindRunInput {
  /** A run directory, the path of an `index.jsonl`, or a run id, with or without its experiment (`nightly/<id>`). */
  readonly run?: string | undefined;
  readonly cwd: string;
  /** A directory like `.agentv` to look in besides those of the repository. */
  readonly agentvHome?: string | undefined;
}

/** A run directory that a search came upon. */
interface Candidate {
  readonly dir: string;
  readonly indexPath: string;
}

/** Deepest is `results/runs/<experiment>/<run id>`. */
const MAX_DEPTH = 3;
/** Folders of `results` that hold copies or indexes of runs. */
const NOT_RUNS = new Set(['export', 'metadata']);
const MAX_SUGGESTIONS = 3;

/**
 * Finds the run a person means.
 *
 * A path wins over an id. An id is searched in `.agentv/results` of the working directory and its parents up to the git
 * root. Without `run` it is the latest one: the run that AgentV noted last in the nearest `.agentv/cache.json`, as
 * `agentv results` itself takes it, unless a run directory is younger than that note, as after a run by another tool or a
 * downloaded one. The age of a run is its id if that is a time, else when its index was last written.
 *
 * @throws RunNotFoundError naming where it looked and the ids nearest to the one asked for
 * @throws AmbiguousRunError listing the directories when an id names more than one
 *
 * @example
 * await findRun({ cwd: '/repo' });
 * await findRun({ run: '2026-11-20T10-21-37-666Z', cwd: '/repo' });
 */
export async function findRun(input: FindRunInput): Promise<RunLocation> {
  const homes = await agentvFolders(input);
  if (input.run === undefined) return latestRun(homes);
  const atPath = await runAtPath(resolve(input.cwd, input.run));
  if (atPath !== undefined) return atPath;
  return runById(input.run, homes);
}

async function runAtPath(path: string): Promise<RunLocation | undefined> {
  const stats = await stat(path).catch(absentIfMissing);
  if (stats === undefined) return undefined;
  if (stats.isDirectory()) {
    const dir = basename(path) === '.internal' ? dirname(path) : path;
    const indexPath = await indexIn(dir);
    if (indexPath !== undefined) return locationOf(dir, indexPath);
    throw new RunNotFoundError(`${path} is no AgentV run: it holds no index.jsonl.`, {
      hint: 'Give the directory that `agentv eval run` printed as "Artifact directory".',
    });
  }
  if (basename(path) !== 'index.jsonl') {
    throw new RunNotFoundError(`${path} is no AgentV run: its index is called index.jsonl.`, {
      hint: 'Give a run directory or the index.jsonl in it.',
    });
  }
  const parent = dirname(path);
  return locationOf(basename(parent) === '.internal' ? dirname(parent) : parent, path);
}

async function runById(id: string, homes: readonly string[]): Promise<RunLocation> {
  const candidates = await candidatesIn(homes);
  const suffix = `${sep}${id.split('/').join(sep)}`;
  const found = candidates.filter((candidate) => candidate.dir.endsWith(suffix));
  const [only, ...others] = found;
  if (only === undefined) {
    const near = nearest(
      id,
      candidates.map((candidate) => basename(candidate.dir)),
    );
    throw new RunNotFoundError(`No run "${id}" in ${whereLooked(homes)}, nor a path of that name.`, {
      hint:
        near.length > 0
          ? `The nearest run ids: ${near.join(', ')}.`
          : 'Run `agentv eval run` first, or give the path of a run directory.',
    });
  }
  if (others.length > 0) {
    throw new AmbiguousRunError(
      [`"${id}" names ${found.length} runs:`, ...found.map((each) => `- ${each.dir}`)].join('\n'),
      { hint: 'Give the path of one of them.' },
    );
  }
  return locationOf(only.dir, only.indexPath);
}

async function latestRun(homes: readonly string[]): Promise<RunLocation> {
  const noted = await lastNoted(homes);
  let best: { readonly at: number; readonly run: Candidate } | undefined = noted;
  for (const run of await candidatesIn(homes)) {
    if (run.dir === noted?.run.dir) continue;
    const at = timeOfRunId(basename(run.dir)) ?? (await stat(run.indexPath)).mtimeMs;
    if (best === undefined || at > best.at) best = { at, run };
  }
  if (best === undefined) {
    throw new RunNotFoundError(`No AgentV run in ${whereLooked(homes)}.`, {
      hint: 'Run `agentv eval run` first, or give the path of a run directory.',
    });
  }
  return locationOf(best.run.dir, best.run.indexPath);
}

/** The run that the nearest cache.json points at, if it is still there. */
async function lastNoted(homes: readonly string[]): Promise<{ at: number; run: Candidate } | undefined> {
  for (const home of homes) {
    const text = await readFile(join(home, 'cache.json'), 'utf8').catch(absentIfMissing);
    const cache = text === undefined ? undefined : parseObject(text);
    const noted = asString(cache?.lastRunDir);
    if (noted === undefined) continue;
    const path = isAbsolute(noted) ? noted : resolve(dirname(home), noted);
    const dir = await realpath(path).catch(absentIfMissing);
    const indexPath = dir === undefined ? undefined : await indexIn(dir);
    if (dir === undefined || indexPath === undefined) continue;
    const at = asTimeMs(cache?.timestamp) ?? timeOfRunId(basename(dir)) ?? (await stat(indexPath)).mtimeMs;
    return { at, run: { dir, indexPath } };
  }
  return undefined;
}

/** The `.agentv` folders to look in, nearest first; without a git root only that of the working directory. */
async function agentvFolders(input: FindRunInput): Promise<readonly string[]> {
  const start = await realpath(input.cwd).catch(absentIfMissing);
  const folders: string[] = [];
  let atRoot = false;
  for (let dir = start; dir !== undefined; dir = dirname(dir) === dir ? undefined : dirname(dir)) {
    folders.push(join(dir, '.agentv'));
    atRoot = (await stat(join(dir, '.git')).catch(absentIfMissing)) !== undefined;
    if (atRoot) break;
  }
  const inRepository = atRoot ? folders : folders.slice(0, 1);
  return input.agentvHome === undefined
    ? inRepository
    : [...inRepository, resolve(input.cwd, input.agentvHome)];
}

async function candidatesIn(homes: readonly string[]): Promise<readonly Candidate[]> {
  const found: Candidate[] = [];
  for (const home of homes) await collect(join(home, 'results'), 0, found);
  return found;
}

async function collect(dir: string, depth: number, found: Candidate[]): Promise<void> {
  const entries: Dirent[] = (await readdir(dir, { withFileTypes: true }).catch(absentIfMissing)) ?? [];
  const isRun = entries.some((entry) => entry.name === 'index.jsonl' || entry.name === '.internal');
  if (depth > 0 && isRun) {
    const indexPath = await indexIn(dir);
    if (indexPath !== undefined) found.push({ dir, indexPath });
    return;
  }
  if (depth === MAX_DEPTH) return;
  for (const entry of entries) {
    if (!entry.isDirectory() || entry.name.startsWith('.')) continue;
    if (depth === 0 && NOT_RUNS.has(entry.name)) continue;
    await collect(join(dir, entry.name), depth + 1, found);
  }
}

function nearest(id: string, known: readonly string[]): readonly string[] {
  const wanted = id.split('/').at(-1) ?? id;
  return [...new Set(known)]
    .map((name) => ({ name, distance: leven(wanted, name) }))
    .sort((a, b) => a.distance - b.distance)
    .slice(0, MAX_SUGGESTIONS)
    .map(({ name }) => name);
}

function whereLooked(homes: readonly string[]): string {
  return homes.map((home) => join(home, 'results')).join(', ');
}

function parseObject(text: string): { readonly [key: string]: unknown } | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
