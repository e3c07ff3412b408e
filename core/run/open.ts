/**
 * @module
 */
import { realpath, stat } from 'node:fs/promises';
import { basename, relative, sep } from 'node:path';
import { pMapIterable } from 'p-map';
import { type AgentvRow, parseRow } from './agentv-row.ts';
import { decideFates, FATE, type Fates } from './duplicates.ts';
import { EmptyRunError, IncompleteRunError, RunChangedError, RunNotFoundError } from './errors.ts';
import { listFiles, type RunFile } from './files.ts';
import { type IndexScan, type Rejected, scanIndex } from './index-scan.ts';
import { absentIfMissing, type RunFacts, type RunLocation, readFacts } from './layout.ts';
import { readLines } from './lines.ts';
import { mapRow, type RowPosition, type RunContext } from './map-row.ts';
import type { Result } from './result.ts';
import { RunFolder } from './run-folder.ts';
import { loadSidecars, NO_SIDECARS, type Sharing } from './sidecars.ts';
import { incompleteReason, type RunSummary, summarise } from './summary.ts';

export interface OpenRunOptions {
  /** The repository's identity, such as `github.com/acme/shop`: part of every result's key. */
  readonly source: string;
  /** Read an interrupted run too, each of its results noted as such. */
  readonly allowIncomplete?: boolean;
  /** Default 64 MiB. */
  readonly maxRowBytes?: number;
  /** Default 32 MiB. */
  readonly maxSidecarBytes?: number;
  /** Whether to read the files beside the rows; default true. */
  readonly sidecars?: boolean;
}

/** A run, read as often as asked. */
export interface Run {
  readonly summary: RunSummary;
  /** The first 100 lines that are no results; `summary.rejected_count` counts them all. */
  readonly rejected: readonly Rejected[];
  /** The results in the index's order. Throws RunChangedError if the index is written to meanwhile. */
  results(): AsyncIterable<Result>;
  /** Every file of the run directory, sorted by path. */
  files(): AsyncIterable<RunFile>;
}

const MIB = 1024 * 1024;
/** Rows whose sidecars are read at once: disks answer in parallel, and rows with theirs may be large. */
const ROWS_AT_ONCE = 4;

/**
 * Opens a run and learns what it consists of, without holding its rows.
 *
 * Guarantees: `rows_read = results + superseded + rejected_count`; opened again, also after being resumed, the same row is
 * the same result; memory does not grow with the run but for some 60 bytes a row at first, and 10 later.
 *
 * @throws IncompleteRunError for a run that is not finished, unless `allowIncomplete`
 * @throws EmptyRunError when no line of the index is a result
 * @throws RunNotFoundError when the index is gone
 * @throws RunChangedError when AgentV writes to the index while it is read
 */
export async function openRun(location: RunLocation, options: OpenRunOptions): Promise<Run> {
  const maxRowBytes = options.maxRowBytes ?? 64 * MIB;
  const before = await fingerprint(location.indexPath);
  const file = relative(location.dir, location.indexPath).split(sep).join('/');
  const facts = await readFacts(location);
  const scan = await scanIndex({ indexPath: location.indexPath, file, maxRowBytes });
  await assertUnchanged(location.indexPath, before);
  assertNotEmpty(location, scan);

  const dir = await realpath(location.dir);
  const folder = await RunFolder.open(dir);
  const fates = decideFates(scan.table, plannedFor(facts));
  scan.table.forgetHashes();
  const withSidecars = options.sidecars ?? true;
  const summary = await summarise({
    location,
    name: basename(dir),
    source: options.source,
    facts,
    scan,
    fates,
    taskFolder: withSidecars ? folder : undefined,
  });
  const reason = incompleteReason(facts, scan, fates);
  if (reason !== undefined && options.allowIncomplete !== true) {
    throw new IncompleteRunError(`The run ${summary.run_id} is not finished: ${reason}.`, {
      hint: 'Finish it with `agentv eval run … --resume`, or take it as it is with --allow-incomplete.',
    });
  }

  const context: RunContext = {
    source: options.source,
    runId: summary.run_id,
    runKey: summary.run_key,
    experiment: summary.experiment,
    file,
    startedAt: summary.started_at,
    complete: summary.complete,
  };
  const limits = { maxSidecarBytes: options.maxSidecarBytes ?? 32 * MIB };

  async function* rows(): AsyncGenerator<PlacedRow> {
    await assertUnchanged(location.indexPath, before);
    yield* keptRows(location.indexPath, maxRowBytes, scan, fates);
    await assertUnchanged(location.indexPath, before);
  }
  async function* withoutFiles(): AsyncGenerator<Result> {
    for await (const { row, position } of rows()) yield mapRow(row, NO_SIDECARS, context, position);
  }
  function stream(): AsyncIterable<Result> {
    if (!withSidecars) return withoutFiles();
    return pMapIterable(
      rows(),
      async ({ row, position, sharing }) =>
        mapRow(row, await loadSidecars(row, folder, sharing, limits), context, position),
      { concurrency: ROWS_AT_ONCE, backpressure: ROWS_AT_ONCE },
    );
  }

  return {
    summary,
    rejected: scan.rejected,
    // Each iteration is a pass of its own.
    results: () => ({ [Symbol.asyncIterator]: () => stream()[Symbol.asyncIterator]() }),
    files: () => listFiles(dir),
  };
}

/** Combined runs keep the plan of one of their parts, which says nothing of the whole. */
function plannedFor(facts: RunFacts): number | undefined {
  return facts.combined ? undefined : facts.planned;
}

interface PlacedRow {
  readonly row: AgentvRow;
  readonly position: RowPosition;
  readonly sharing: Sharing;
}

/** The second pass: rows that are results, superseded ones not even parsed. */
async function* keptRows(
  indexPath: string,
  maxRowBytes: number,
  scan: IndexScan,
  fates: Fates,
): AsyncGenerator<PlacedRow> {
  let next = 0;
  for await (const line of readLines(indexPath, { maxLineBytes: maxRowBytes })) {
    if (next >= scan.table.length) return;
    if (line.number !== scan.table.line(next)) continue;
    const ordinal = next++;
    const fate = fates.bits[ordinal] ?? 0;
    if ((fate & FATE.kept) === 0) continue;
    const { row } = parseRow(line.bytes.toString('utf8'));
    if (row === undefined) throw changed(indexPath);
    yield {
      row,
      position: {
        line: line.number,
        occurrence: fates.occurrence[ordinal] ?? 0,
        ambiguous: (fate & FATE.ambiguous) !== 0,
      },
      sharing: { shared: (fate & FATE.shared) !== 0, last: (fate & FATE.lastShared) !== 0 },
    };
  }
}

function assertNotEmpty(location: RunLocation, scan: IndexScan): void {
  if (scan.table.length > 0) return;
  const first = scan.rejected[0];
  const detail = first === undefined ? '' : ` Line ${first.line}: ${first.reason}.`;
  throw new EmptyRunError(
    `The run ${basename(location.dir)} has no results in ${location.indexPath}.${detail}`,
    {
      hint: 'Check what `agentv eval run` printed: it may have found no tests, or failed before the first.',
    },
  );
}

interface Fingerprint {
  readonly size: number;
  readonly mtimeMs: number;
}

async function fingerprint(indexPath: string): Promise<Fingerprint> {
  const stats = await stat(indexPath).catch(absentIfMissing);
  if (stats === undefined) {
    throw new RunNotFoundError(`There is no index at ${indexPath}.`, {
      hint: 'The run may have been moved or deleted; find it again.',
    });
  }
  return { size: stats.size, mtimeMs: stats.mtimeMs };
}

async function assertUnchanged(indexPath: string, before: Fingerprint): Promise<void> {
  const now = await fingerprint(indexPath);
  if (now.size !== before.size || now.mtimeMs !== before.mtimeMs) throw changed(indexPath);
}

function changed(indexPath: string): RunChangedError {
  return new RunChangedError(`${indexPath} was written to while it was read.`, {
    hint: 'Wait until AgentV has finished the run, then try again.',
  });
}
