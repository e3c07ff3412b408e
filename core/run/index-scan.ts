/**
 * The first pass over an index: who the rows are, not what they say.
 *
 * @module
 */
import { type AgentvRow, evalPathOf, isAbsolute, parseRow, pathOf } from './agentv-row.ts';
import { artifactPlace, digest, looseNaturalKey, naturalKey } from './identity.ts';
import { readLines } from './lines.ts';
import { asTimeMs } from './readers.ts';
import { ROW, RowTable } from './row-table.ts';

/** A line of the index that is no result. */
export interface Rejected {
  readonly file: string;
  /** 1-based. */
  readonly line: number;
  /** Quotes nothing of the line. */
  readonly reason: string;
}

/** The first distinct values of a field, and how many rows had one beyond them. */
export interface Distinct {
  readonly values: readonly string[];
  readonly unlistedRows: number;
}

export interface IndexScan {
  readonly table: RowTable;
  readonly rejected: readonly Rejected[];
  readonly rejectedCount: number;
  /** As the rows' projections say; absent if they say none or differ, as in combined runs. */
  readonly runId: string | undefined;
  readonly experiment: string | undefined;
  readonly firstTimestamp: string | undefined;
  readonly earliestMs: number | undefined;
  readonly latestMs: number | undefined;
  readonly suites: Distinct;
  readonly targets: Distinct;
  readonly evalFiles: Distinct;
  /** Places of the first tests' own EVAL.yaml. */
  readonly taskFiles: Distinct;
  /** Whether rows carry a projection identity, which dates AgentV. */
  readonly projected: boolean;
}

export interface ScanOptions {
  readonly indexPath: string;
  /** What `Rejected.file` calls the index. */
  readonly file: string;
  readonly maxRowBytes: number;
}

export const MAX_DISTINCT = 1000;
export const MAX_REJECTED_LISTED = 100;
const MAX_TASK_FILES = 200;

/**
 * Reads every row once.
 *
 * Guarantees: a broken line is recorded with its place and does not stop the others; memory grows by some 50 bytes a row.
 */
export async function scanIndex(options: ScanOptions): Promise<IndexScan> {
  const table = new RowTable();
  const rejected: Rejected[] = [];
  let rejectedCount = 0;
  const seen = new ScanTotals();

  for await (const line of readLines(options.indexPath, { maxLineBytes: options.maxRowBytes })) {
    const outcome = line.tooLong
      ? { reason: `Row exceeds ${options.maxRowBytes} bytes` }
      : parseRow(line.bytes.toString('utf8'));
    if (outcome.reason !== undefined) {
      rejectedCount++;
      if (rejected.length < MAX_REJECTED_LISTED) {
        rejected.push({ file: options.file, line: line.number, reason: outcome.reason });
      }
      continue;
    }
    addRow(table, outcome.row, line.number);
    seen.add(outcome.row);
  }
  return { table, rejected, rejectedCount, ...seen.totals() };
}

function addRow(table: RowTable, row: AgentvRow, line: number): void {
  const ordinal = table.add(line, statusFlag(row) | (row.streaming ? ROW.streaming : 0));
  if (row.projection !== undefined) table.setHash(ordinal, 'identity', digest(row.projection.id));
  table.setHash(ordinal, 'natural', digest(naturalKey(row)));
  table.setHash(ordinal, 'loose', digest(looseNaturalKey(row)));
  const place = artifactPlace(row);
  if (place !== undefined) table.setHash(ordinal, 'place', digest(place));
}

function statusFlag(row: AgentvRow): number {
  if (row.status === 'quality_failure') return ROW.qualityFailure;
  return row.status === 'execution_error' ? ROW.executionError : ROW.ok;
}

class ScanTotals {
  readonly #suites = new DistinctValues(MAX_DISTINCT);
  readonly #targets = new DistinctValues(MAX_DISTINCT);
  readonly #evalFiles = new DistinctValues(MAX_DISTINCT);
  readonly #taskFiles = new DistinctValues(MAX_TASK_FILES);
  #runId: string | undefined;
  #runIdsDiffer = false;
  #experiment: string | undefined;
  #firstTimestamp: string | undefined;
  #earliestMs: number | undefined;
  #latestMs: number | undefined;
  #rows = 0;
  #projected = false;

  add(row: AgentvRow): void {
    if (this.#rows++ === 0) this.#firstTimestamp = row.timestamp;
    this.#suites.add(row.suite);
    this.#targets.add(row.target);
    this.#evalFiles.add(evalFileOf(row));
    this.#taskFiles.add(pathOf(row, 'eval_path'));
    const { experiment } = row.fields;
    if (typeof experiment === 'string') this.#experiment ??= experiment;
    if (row.projection !== undefined) {
      this.#projected = true;
      const { runId } = row.projection;
      if (this.#runId !== undefined && runId !== undefined && runId !== this.#runId)
        this.#runIdsDiffer = true;
      this.#runId ??= runId;
    }
    const finished = asTimeMs(row.timestamp);
    if (finished === undefined) return;
    const started = asTimeMs(row.fields.start_time) ?? finished;
    this.#earliestMs = Math.min(this.#earliestMs ?? started, started, finished);
    this.#latestMs = Math.max(this.#latestMs ?? finished, finished);
  }

  totals(): Omit<IndexScan, 'table' | 'rejected' | 'rejectedCount'> {
    return {
      runId: this.#runIdsDiffer ? undefined : this.#runId,
      experiment: this.#experiment,
      firstTimestamp: this.#firstTimestamp,
      earliestMs: this.#earliestMs,
      latestMs: this.#latestMs,
      suites: this.#suites.list(),
      targets: this.#targets.list(),
      evalFiles: this.#evalFiles.list(),
      taskFiles: this.#taskFiles.list(),
      projected: this.#projected,
    };
  }
}

class DistinctValues {
  readonly #limit: number;
  readonly #values = new Set<string>();
  #unlistedRows = 0;

  constructor(limit: number) {
    this.#limit = limit;
  }

  add(value: string | undefined): void {
    if (value === undefined || this.#values.has(value)) return;
    if (this.#values.size < this.#limit) this.#values.add(value);
    else this.#unlistedRows++;
  }

  list(): Distinct {
    return { values: [...this.#values], unlistedRows: this.#unlistedRows };
  }
}

/** The source's path in the repository, or its bare name when only a place on some machine is known. */
function evalFileOf(row: AgentvRow): string | undefined {
  const inRepository = evalPathOf(row);
  if (inRepository !== undefined) return inRepository;
  const path = row.projection?.evalPath;
  return path === undefined || !isAbsolute(path) ? undefined : sourceName(path);
}

/** The last part of an absolute path; nothing for the index that exported rows name instead of their source. */
export function sourceName(path: string): string | undefined {
  const name = path.split(/[\\/]/).at(-1);
  return name === undefined || name === '' || name === 'index.jsonl' ? undefined : name;
}
