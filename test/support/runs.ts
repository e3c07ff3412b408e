/**
 * The real AgentV runs that the tests read.
 *
 * @module
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

export const RUNS = fileURLToPath(new URL('../fixtures/agentv-runs', import.meta.url));

export interface FixtureRun {
  /** Path below the fixtures, which names the run in test titles. */
  readonly name: string;
  readonly directory: string;
  readonly index: string;
  /** Killed while it ran: refused unless told otherwise. */
  readonly incomplete: boolean;
}

/** Every run directory among the fixtures, in order. */
export function fixtureRuns(): FixtureRun[] {
  return [...findRuns(RUNS)].sort((a, b) => (a.name < b.name ? -1 : 1));
}

export function fixtureRun(name: string): FixtureRun {
  const run = fixtureRuns().find((each) => each.name.startsWith(name));
  if (run === undefined) throw new Error(`no fixture run ${name}`);
  return run;
}

function* findRuns(directory: string): Generator<FixtureRun> {
  const index = ['index.jsonl', join('.internal', 'index.jsonl')].find((name) =>
    existsSync(join(directory, name)),
  );
  if (index !== undefined) {
    const name = relative(RUNS, directory);
    yield { name, directory, index: join(directory, index), incomplete: name.startsWith('interrupted') };
    return;
  }
  for (const entry of readdirSync(directory, { withFileTypes: true })) {
    if (entry.isDirectory()) yield* findRuns(join(directory, entry.name));
  }
}

/** A row as AgentV wrote it, with the fields that the tests compare. */
export interface IndexRow {
  readonly test_id: string;
  readonly suite?: string;
  readonly target: string;
  readonly score: number;
  readonly execution_status: 'ok' | 'quality_failure' | 'execution_error';
  readonly scores?: readonly { readonly name: string; readonly score: number; readonly scores?: unknown }[];
  readonly token_usage?: { readonly input?: number; readonly output?: number };
  readonly cost_usd?: number;
  readonly projection_identity?: { readonly id: string };
}

/** The rows that count: of copies with the same identity the last one, read without any code of the project. */
export function survivingRows(run: FixtureRun): IndexRow[] {
  const rows: IndexRow[] = readFileSync(run.index, 'utf8')
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => JSON.parse(line));
  const last = new Map<string, IndexRow>();
  for (const [index, row] of rows.entries()) last.set(row.projection_identity?.id ?? `line ${index}`, row);
  return [...last.values()];
}
