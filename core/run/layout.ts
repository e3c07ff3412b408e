/**
 * Where AgentV's versions put a run, and what lies beside its index.
 *
 * @see AgentV `apps/cli/src/commands/eval/result-layout.ts`
 * @module
 */
import { readFile, stat } from 'node:fs/promises';
import { basename, dirname, join, relative, sep } from 'node:path';
import { asCount, asObject, asString, isObject, type JsonObject } from './readers.ts';

/**
 * The directory layouts seen: `v3-raw` `results/raw/<name>/` (3.12-3.14), `v4-flat` `results/runs/<ts>/` (4.0-4.10), `v4`
 * `results/runs/<experiment>/<ts>/` (4.11-4.42), `v4.43` `results/<experiment>/<ts>/`, `v5.0` the same with summary.json
 * for benchmark.json, `v5` `results/<run id>/` with `.internal/index.jsonl` (5.3).
 */
export type RunLayout = 'v3-raw' | 'v4-flat' | 'v4' | 'v4.43' | 'v5.0' | 'v5';

/** A run found on disk. */
export interface RunLocation {
  /** Absolute. */
  readonly dir: string;
  /** Absolute path of `index.jsonl`. */
  readonly indexPath: string;
  readonly layout: RunLayout;
}

/** What the files beside the index say of the run as a whole. */
export interface RunFacts {
  readonly runId: string | undefined;
  readonly experiment: string | undefined;
  /** How many results the run was to have. */
  readonly planned: number | undefined;
  /** Absolute path of the eval source, if there was one. */
  readonly evalFile: string | undefined;
  /** AgentV writes an empty benchmark.json at the start; it is still that one and no timing.json has joined it. */
  readonly unfinishedStub: boolean;
  /** Put together from several runs by `agentv results combine`. */
  readonly combined: boolean;
}

/** Summaries grow with the number of tests; beyond this they tell nothing that the index does not. */
const MAX_SUMMARY_BYTES = 64 * 1024 * 1024;

/** The index of a directory if it is a run. */
export async function indexIn(dir: string): Promise<string | undefined> {
  for (const name of [join('.internal', 'index.jsonl'), 'index.jsonl']) {
    const path = join(dir, name);
    if (await isFile(path)) return path;
  }
  return undefined;
}

/** Names the layout by the files, then by the place under `.agentv/results`, then by what benchmark.json lacks. */
export async function locationOf(dir: string, indexPath: string): Promise<RunLocation> {
  return { dir, indexPath, layout: await layoutOf(dir, indexPath) };
}

async function layoutOf(dir: string, indexPath: string): Promise<RunLayout> {
  if (basename(dirname(indexPath)) === '.internal') return 'v5';
  const benchmark = await readSummary(join(dir, 'benchmark.json'));
  if (benchmark === undefined && (await isFile(join(dir, 'summary.json')))) return 'v5.0';
  const place = placeInResults(dir);
  if (place !== undefined) {
    if (place[0] === 'raw') return 'v3-raw';
    if (place[0] === 'runs') return place.length === 2 ? 'v4-flat' : 'v4';
    if (place.length === 2 && place[0] !== 'export') return 'v4.43';
    return 'v4';
  }
  const metadata = asObject(benchmark?.metadata);
  const named = metadata?.experiment !== undefined || metadata?.planned_test_count !== undefined;
  return metadata !== undefined && !named ? 'v4-flat' : 'v4';
}

/** Reads what the run says of itself; every fact may be missing. */
export async function readFacts(location: RunLocation): Promise<RunFacts> {
  const benchmark = await readSummary(join(location.dir, 'benchmark.json'));
  const summary = await readSummary(join(location.dir, 'summary.json'));
  const metadata = { ...asObject(summary?.metadata), ...asObject(benchmark?.metadata) };
  const runSummary = asObject(benchmark?.run_summary);
  const isStub = benchmark !== undefined && Object.keys(runSummary ?? {}).length === 0;
  return {
    runId: asString(summary?.run_id) ?? asString(metadata.run_id),
    experiment: asString(metadata.experiment) ?? asString(summary?.experiment),
    planned: asCount(metadata.planned_test_count),
    evalFile: asString(metadata.eval_file),
    unfinishedStub: isStub && !(await isFile(join(location.dir, 'timing.json'))),
    combined: metadata.combined_from_run_ids !== undefined,
  };
}

/** The path segments of a run below `.agentv/results`, if it lies there. */
function placeInResults(dir: string): readonly string[] | undefined {
  const marker = `${sep}.agentv${sep}results${sep}`;
  const at = dir.lastIndexOf(marker);
  return at < 0 ? undefined : relative(dir.slice(0, at + marker.length), dir).split(sep);
}

async function readSummary(path: string): Promise<JsonObject | undefined> {
  if (!(await isFile(path, MAX_SUMMARY_BYTES))) return undefined;
  try {
    const value: unknown = JSON.parse(await readFile(path, 'utf8'));
    return isObject(value) ? value : undefined;
  } catch (error) {
    // A half-written summary says nothing; the index decides alone.
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

async function isFile(path: string, maxBytes = Number.POSITIVE_INFINITY): Promise<boolean> {
  const stats = await stat(path).catch(absentIfMissing);
  return stats?.isFile() === true && stats.size <= maxBytes;
}

/** For `.catch`: a path that is not there is an answer, any other failure is not. */
export function absentIfMissing(error: unknown): undefined {
  if (isMissing(error)) return undefined;
  throw error;
}

/** Whether a file system call failed because there is nothing at the path. */
export function isMissing(error: unknown): boolean {
  return ['ENOENT', 'ENOTDIR', 'ELOOP', 'ENAMETOOLONG'].includes(errorCode(error) ?? '');
}

export function errorCode(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}
