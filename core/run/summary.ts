/**
 * A run as a whole.
 *
 * @module
 */
import { FATE, type Fates } from './duplicates.ts';
import { type IndexScan, sourceName } from './index-scan.ts';
import type { RunFacts, RunLayout, RunLocation } from './layout.ts';
import type { ExecutionStatus } from './result.ts';
import { ROW } from './row-table.ts';
import { type RunFolder, readTextOf } from './run-folder.ts';
import { runKeyOf, timeOfRunId } from './run-key.ts';
import { parseTaskSource } from './task-source.ts';

export interface RunSummary {
  /** The repository's identity, as given. */
  readonly source: string;
  readonly run_id: string;
  /** The run's name in keys and paths; the same when the run is resumed. */
  readonly run_key: string;
  readonly experiment?: string;
  readonly layout: RunLayout;
  readonly started_at: string;
  /** When the latest row was written: moves on when the run is resumed. */
  readonly as_of: string;
  readonly complete: boolean;
  /** How many results the run was to have, where AgentV noted it. */
  readonly planned?: number;
  /** Repository-relative; a bare name where only a place on some machine is known. The first 1,000. */
  readonly eval_files: readonly string[];
  /** The first 1,000. */
  readonly suites: readonly string[];
  /** The first 1,000. */
  readonly targets: readonly string[];
  /** Rows whose value is beyond the first 1,000 of its list. */
  readonly unlisted_rows: { readonly eval_files: number; readonly suites: number; readonly targets: number };
  /** Non-blank lines of the index: `results + superseded + rejected_count`. */
  readonly rows_read: number;
  readonly results: number;
  readonly superseded: number;
  readonly rejected_count: number;
  readonly by_status: Readonly<Record<ExecutionStatus, number>>;
  /** Thresholds of single tests, from the first 200 sources beside the rows; AgentV keeps no other threshold. */
  readonly thresholds: readonly number[];
  /** AgentV versions that write such a run; no run says its version. */
  readonly agentv_versions: string;
}

interface SummaryInput {
  readonly location: RunLocation;
  /** The directory's own name. */
  readonly name: string;
  readonly source: string;
  readonly facts: RunFacts;
  readonly scan: IndexScan;
  readonly fates: Fates;
  /** Where to look for tests' sources; absent to look for none. */
  readonly taskFolder: RunFolder | undefined;
}

const VERSIONS: Readonly<Record<RunLayout, string>> = {
  'v3-raw': '3.12-3.14',
  'v4-flat': '4.0-4.10',
  v4: '4.11-4.42',
  'v4.43': '4.43',
  'v5.0': '5.0',
  v5: '5.3',
};

export async function summarise(input: SummaryInput): Promise<RunSummary> {
  const { facts, scan, fates } = input;
  const runId = scan.runId ?? facts.runId ?? input.name;
  const experiment = facts.experiment ?? scan.experiment;
  const started = timeOfRunId(runId) ?? scan.earliestMs ?? scan.latestMs ?? 0;
  const named = facts.evalFile === undefined ? undefined : sourceName(facts.evalFile);
  const evalFiles =
    scan.evalFiles.values.length === 0 && named !== undefined ? [named] : scan.evalFiles.values;
  return {
    source: input.source,
    run_id: runId,
    run_key: runKeyOf(runId, scan.firstTimestamp, experiment),
    ...(experiment === undefined ? {} : { experiment }),
    layout: input.location.layout,
    started_at: new Date(started).toISOString(),
    as_of: new Date(scan.latestMs ?? started).toISOString(),
    complete: incompleteReason(facts, scan, fates) === undefined,
    ...(facts.planned === undefined ? {} : { planned: facts.planned }),
    eval_files: evalFiles,
    suites: scan.suites.values,
    targets: scan.targets.values,
    unlisted_rows: {
      eval_files: scan.evalFiles.unlistedRows,
      suites: scan.suites.unlistedRows,
      targets: scan.targets.unlistedRows,
    },
    rows_read: scan.table.length + scan.rejectedCount,
    results: fates.kept,
    superseded: fates.superseded,
    rejected_count: scan.rejectedCount,
    by_status: {
      ok: countKept(scan, fates, ROW.ok),
      quality_failure: countKept(scan, fates, ROW.qualityFailure),
      execution_error: countKept(scan, fates, ROW.executionError),
    },
    thresholds: await thresholdsOf(input),
    agentv_versions: versionsOf(input),
  };
}

/** Why a run is not finished, as the end of a sentence; nothing if it is. */
export function incompleteReason(facts: RunFacts, scan: IndexScan, fates: Fates): string | undefined {
  const streaming = countKept(scan, fates, ROW.streaming);
  if (streaming > 0) return `${streaming} of its rows were streamed and never written out`;
  // A broken line is a result that was there; it is counted as rejected, not as missing.
  const had = fates.kept + scan.rejectedCount;
  if (!facts.combined && facts.planned !== undefined && had < facts.planned) {
    return `${fates.kept} results of ${facts.planned} planned`;
  }
  return facts.unfinishedStub ? 'AgentV has not written its summary' : undefined;
}

function countKept(scan: IndexScan, fates: Fates, flag: number): number {
  let count = 0;
  fates.bits.forEach((fate, ordinal) => {
    if ((fate & FATE.kept) !== 0 && scan.table.has(ordinal, flag)) count++;
  });
  return count;
}

async function thresholdsOf({ taskFolder, scan }: SummaryInput): Promise<readonly number[]> {
  const thresholds = new Set<number>();
  if (taskFolder === undefined) return [];
  for (const path of scan.taskFiles.values) {
    const place = await taskFolder.locate(path);
    if (place.kind !== 'file' || place.size > 1024 * 1024) continue;
    const threshold = parseTaskSource((await readTextOf(place)) ?? '')?.threshold;
    if (threshold !== undefined) thresholds.add(threshold);
  }
  return [...thresholds].sort((a, b) => a - b);
}

/** In the long v4 layout the rows date AgentV more closely: identities came with 4.42.2. */
function versionsOf({ location, scan, fates }: SummaryInput): string {
  if (location.layout === 'v4' && scan.projected) return '4.42.2-4.42';
  const isStreaming = countKept(scan, fates, ROW.streaming) > 0;
  if (location.layout === 'v4' && isStreaming) return '4.20-4.42';
  return VERSIONS[location.layout];
}
