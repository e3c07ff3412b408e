/**
 * Every real run in every capture mode: uploaded, pulled, compared.
 *
 * @module
 */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Manifest } from '../../../core/bundle/manifest.ts';
import { type PullOutcome, pullBundle, resultsPath } from '../../../core/bundle/pull.ts';
import { openBundle } from '../../../core/bundle/read.ts';
import type { CaptureMode } from '../../../core/capture/mode.ts';
import { findRun, openRun, type Result } from '../../../core/run/index.ts';
import { makeWorkspace, uploadRun, type Workspace } from '../../support/pipeline.ts';
import { type FixtureRun, fixtureRuns, RUNS } from '../../support/runs.ts';
import { digestsIn, filesIn, linesOf } from './pull-bundle.ts';

interface Stats {
  readonly mean: number;
  readonly stddev: number;
}

interface Benchmark {
  readonly metadata: Readonly<Record<string, unknown>>;
  readonly run_summary: Readonly<Record<string, Readonly<Record<string, Stats>>>>;
  readonly per_grader_summary?: Readonly<Record<string, Stats>>;
  readonly notes: readonly string[];
}

interface RebuiltRow {
  readonly test_id: string;
  readonly suite?: string;
  readonly target: string;
  readonly score: number;
  readonly execution_status: string;
  readonly token_usage?: unknown;
  readonly cost_usd?: number;
  readonly grading_path: string;
  readonly scores: readonly RebuiltScore[];
  readonly projection_identity?: { readonly id: string };
}

interface RebuiltScore {
  readonly name?: string;
  readonly type?: string;
  readonly score: number;
  readonly verdict?: string;
  readonly assertions: readonly unknown[];
  readonly scores?: readonly RebuiltScore[];
}

interface Pulled {
  readonly outcome: PullOutcome;
  readonly manifest: Manifest;
}

let workspace: Workspace;
let pulls = 0;

beforeAll(async () => {
  workspace = await makeWorkspace();
});
afterAll(() => workspace.remove());

async function pull(run: FixtureRun, mode: CaptureMode): Promise<Pulled> {
  const { path } = await uploadRun(run.directory, workspace, { mode });
  const bundle = await openBundle(workspace.store, path);
  const { manifest } = bundle;
  const place = resultsPath(manifest.run, mode === 'metadata-only');
  const directory = join(workspace.directory, `pulled-${++pulls}`, '.agentv/results', place);
  return { outcome: await pullBundle({ bundle, directory }), manifest };
}

async function resultsOf(directory: string): Promise<Result[]> {
  const run = await openRun(await findRun({ run: directory, cwd: directory }), {
    source: 'github.com/acme/shop',
    allowIncomplete: true,
  });
  const results: Result[] = [];
  for await (const result of run.results()) results.push(result);
  return results;
}

async function json<Value>(...path: string[]): Promise<Value> {
  return JSON.parse(await readFile(join(...path), 'utf8'));
}

/** The rules by which AgentV finds an error in a run, and those by which its commands would crash on it. */
async function assertReadableByAgentv(directory: string): Promise<void> {
  const rows = await linesOf<RebuiltRow>(join(directory, 'index.jsonl'));
  for (const row of rows) {
    expect(row.test_id).toEqual(expect.any(String));
    expect(row.target).toEqual(expect.any(String));
    expect(row.score).toBeGreaterThanOrEqual(0);
    expect(row.score).toBeLessThanOrEqual(1);
    expect(['ok', 'quality_failure', 'execution_error']).toContain(row.execution_status);
    const grading = await json<Record<string, unknown>>(directory, row.grading_path);
    expect(grading.assertions).toEqual(expect.any(Array));
    expect(grading.summary).toEqual(expect.any(Object));
    row.scores.forEach(assertExportable);
  }
}

/** AgentV's `results export` maps over the assertions of every score without asking whether they are there. */
function assertExportable(score: RebuiltScore): void {
  expect(score.score).toEqual(expect.any(Number));
  expect(score.assertions).toEqual(expect.any(Array));
  score.scores?.forEach(assertExportable);
}

describe.each(fixtureRuns())('pullBundle of $name', (run) => {
  it('gives back the very bytes of a full bundle', async () => {
    const { outcome, manifest } = await pull(run, 'full');

    expect(outcome).toMatchObject({ source: 'files', leftOut: [], leftOutCount: 0 });
    expect(outcome.files).toBe(manifest.totals.artifact_files);
    expect(await digestsIn(outcome.directory)).toEqual(await digestsIn(run.directory));
  });

  it('gives back the files of a redacted bundle with the same results', async () => {
    const { outcome } = await pull(run, 'redacted');

    expect(outcome).toMatchObject({ source: 'files', leftOut: [] });
    expect(await filesIn(outcome.directory)).toEqual(await filesIn(run.directory));
    expect(factsOf(await resultsOf(outcome.directory))).toEqual(factsOf(await resultsOf(run.directory)));
  });

  it('rebuilds a run from a metadata-only bundle, row by row', async () => {
    const { outcome, manifest } = await pull(run, 'metadata-only');

    const original = await resultsOf(run.directory);
    const rows = await linesOf<RebuiltRow>(join(outcome.directory, 'index.jsonl'));
    expect(outcome.source).toBe('results');
    expect(rows.length).toBe(manifest.totals.results);
    expect(
      rows.map((row) => [
        row.test_id,
        row.suite,
        row.target,
        row.score,
        row.execution_status,
        row.token_usage,
        row.cost_usd,
        row.projection_identity?.id,
        row.scores.map(({ name, type, score, verdict }) => ({ name, type, score, verdict })),
      ]),
    ).toEqual(
      original.map((result) => [
        result.test_id,
        result.suite,
        result.target,
        result.score,
        result.status,
        result.usage,
        result.cost_usd,
        result.projection_id,
        result.scores.map(({ name, type, score, verdict }) => ({ name, type, score, verdict })),
      ]),
    );
    await assertReadableByAgentv(outcome.directory);
  });

  it('rebuilds a run that reads as the same results', async () => {
    const { outcome } = await pull(run, 'metadata-only');

    const rows = await linesOf<{ readonly end_time?: string }>(run.index);
    const original = factsOf(await resultsOf(run.directory)).map((facts) =>
      // The key depends on when the row was written; of a row that also says when it ended, a bundle keeps the end only.
      rows[facts.line - 1]?.end_time === undefined ? facts : { ...facts, key: expect.any(String) },
    );
    const rebuilt = factsOf(await resultsOf(outcome.directory));
    expect(rebuilt.map(({ line, ...facts }) => facts)).toEqual(original.map(({ line, ...facts }) => facts));
  });

  it('writes no text of the run into a rebuilt one', async () => {
    const { outcome } = await pull(run, 'metadata-only');

    const texts = (await resultsOf(run.directory)).flatMap((result) => [
      result.content?.output,
      result.content?.error_message,
      ...result.scores.flatMap((score) => score.content?.assertions?.map(({ text }) => text)),
    ]);
    const written = await Promise.all(
      (await filesIn(outcome.directory)).map((path) => readFile(join(outcome.directory, path), 'utf8')),
    );
    for (const text of texts.filter((each) => each !== undefined && each.length > 8)) {
      expect(written.join('\n')).not.toContain(JSON.stringify(text).slice(1, -1));
    }
  });
});

/** What must survive every mode. Spans and files do not survive metadata-only, nor does what is read off them. */
function factsOf(results: readonly Result[]) {
  return results.map((result) => ({
    line: result.row.line,
    key: result.key,
    run_id: result.run_id,
    experiment: result.experiment,
    test_id: result.test_id,
    target: result.target,
    status: result.status,
    score: result.score,
    failure: result.failure,
    usage: result.usage,
    cost_usd: result.cost_usd,
    duration_ms: result.duration_ms,
    tool_calls: result.tool_calls,
    trials: result.trials,
    provider: result.provider,
    started_at: result.started_at,
    finished_at: result.finished_at,
    gate: result.gate,
    scores: result.scores.map(
      ({ name, type, score, verdict, weight, assertions_total, assertions_passed }) => ({
        name,
        type,
        score,
        verdict,
        weight,
        assertions_total: assertions_total ?? 0,
        assertions_passed: assertions_passed ?? 0,
      }),
    ),
  }));
}

describe('the aggregates of a rebuilt run', () => {
  // Runs whose own files say what AgentV computed from all that it had: no row superseded, no file overwritten.
  it.each(['baseline', 'ws', 'trials', 'jsonl', 'secrets', 'errors'])(
    'are those of AgentV: %s',
    async (name) => {
      for (const run of fixtureRuns().filter((each) => each.name.startsWith(`${name}/`))) {
        const { outcome, manifest } = await pull(run, 'metadata-only');

        const rebuilt = await json<Benchmark>(outcome.directory, 'benchmark.json');
        const original = await json<Benchmark>(run.directory, 'benchmark.json');
        expect(rebuilt.run_summary).toEqual(original.run_summary);
        expect(rebuilt.per_grader_summary).toEqual(original.per_grader_summary);
        expect(rebuilt.metadata).toEqual({
          ...original.metadata,
          // AgentV takes the first result of its memory, whose order the index does not keep.
          timestamp: expect.any(String),
          eval_file: manifest.run.eval_files[0],
          run_id: manifest.run.run_id,
        });
        expect(rebuilt.notes).toEqual(expect.arrayContaining([...original.notes]));
        expect(await json(outcome.directory, 'timing.json')).toEqual(
          await json(run.directory, 'timing.json'),
        );
      }
    },
  );

  it('keep the targets apart where AgentV overwrote their files', async () => {
    const [matrix] = fixtureRuns().filter((run) => run.name.startsWith('matrix/'));
    if (matrix === undefined) throw new Error('no matrix run');

    const { outcome } = await pull(matrix, 'metadata-only');

    const rows = await linesOf<RebuiltRow>(join(outcome.directory, 'index.jsonl'));
    expect(new Set(rows.map((row) => row.grading_path)).size).toBe(7);
    const rebuilt = await json<Benchmark>(outcome.directory, 'benchmark.json');
    const original = await json<Benchmark>(RUNS, matrix.name, 'benchmark.json');
    const passRates = ({ run_summary }: Benchmark) =>
      Object.entries(run_summary).map(([target, summary]) => [target, summary.pass_rate]);
    expect(passRates(rebuilt)).toEqual(passRates(original));
    expect(rebuilt.per_grader_summary).toEqual(original.per_grader_summary);
  });
});
