import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  type ExecutionStatus,
  IncompleteRunError,
  type Result,
  resultSchema,
  type TokenUsage,
} from '../../../core/run/index.ts';
import { collect, openAt } from './temp-run.ts';

const RUNS = join(import.meta.dirname, '../../fixtures/agentv-runs');

interface Expected {
  readonly dir: string;
  readonly rows: number;
  readonly results: number;
  readonly by: readonly [ok: number, failed: number, errored: number];
  readonly layout: string;
}

const EXPECTED: readonly Expected[] = [
  { dir: 'baseline/2026-11-20T10-21-37-666Z', rows: 4, results: 4, by: [2, 2, 0], layout: 'v4' },
  { dir: 'errors/2026-11-20T10-21-38-383Z', rows: 8, results: 8, by: [1, 3, 4], layout: 'v4' },
  { dir: 'errors/2026-11-20T10-21-56-949Z', rows: 2, results: 2, by: [0, 0, 2], layout: 'v4' },
  { dir: 'jsonl/2026-11-20T10-22-09-333Z', rows: 2, results: 2, by: [2, 0, 0], layout: 'v4' },
  { dir: 'matrix/2026-11-20T10-22-00-782Z', rows: 7, results: 7, by: [5, 2, 0], layout: 'v4' },
  { dir: 'resumed', rows: 8, results: 4, by: [2, 1, 1], layout: 'v4' },
  { dir: 'secrets/2026-11-20T10-22-04-635Z', rows: 2, results: 2, by: [0, 0, 2], layout: 'v4' },
  { dir: 'secrets/2026-11-20T10-23-06-014Z', rows: 2, results: 2, by: [0, 1, 1], layout: 'v4' },
  { dir: 'secrets/2026-11-20T10-23-09-770Z', rows: 2, results: 2, by: [0, 1, 1], layout: 'v4' },
  { dir: 'trials/2026-11-20T10-22-01-739Z', rows: 3, results: 3, by: [2, 1, 0], layout: 'v4' },
  { dir: 'trials/2026-11-20T10-22-02-614Z', rows: 3, results: 3, by: [2, 1, 0], layout: 'v4' },
  { dir: 'v4.9.0/2026-11-20T10-26-46-691Z', rows: 9, results: 9, by: [3, 6, 0], layout: 'v4-flat' },
  { dir: 'v5.3.1-next.1/2026-11-20T10-27-17-380Z', rows: 8, results: 8, by: [3, 3, 2], layout: 'v5' },
  { dir: 'ws/2026-11-20T10-22-03-719Z', rows: 2, results: 2, by: [1, 1, 0], layout: 'v4' },
];

interface IndexRow {
  readonly test_id: string;
  readonly target: string;
  readonly score: number;
  readonly execution_status: ExecutionStatus;
  readonly token_usage?: TokenUsage;
  readonly cost_usd?: number;
  readonly scores?: readonly { readonly name?: string; readonly score: number }[];
}

async function indexOf(dir: string, file: string): Promise<readonly IndexRow[]> {
  const text = await readFile(join(dir, file), 'utf8');
  return text
    .trim()
    .split('\n')
    .map((line): IndexRow => JSON.parse(line));
}

function summed(result: Result): TokenUsage {
  const sum: TokenUsage = {};
  for (const { usage } of result.spans) {
    for (const part of ['input', 'output', 'cached', 'reasoning'] as const) {
      const count = usage?.[part];
      if (count !== undefined) sum[part] = (sum[part] ?? 0) + count;
    }
  }
  return sum;
}

describe.each(EXPECTED)('real run $dir', ({ dir, rows, results, by, layout }) => {
  const path = join(RUNS, dir);

  it('counts every row', async () => {
    const { summary, rejected } = await openAt(path);
    expect(summary).toMatchObject({
      layout,
      complete: true,
      rows_read: rows,
      results,
      superseded: rows - results,
      rejected_count: 0,
      by_status: { ok: by[0], quality_failure: by[1], execution_error: by[2] },
    });
    expect(rejected).toEqual([]);
  });

  it('says of each result what its row says', async () => {
    const found = await collect((await openAt(path)).results());
    const index = await indexOf(path, found[0]?.row.file ?? '');
    expect(found.length).toBe(results);
    for (const result of found) {
      const row = index[result.row.line - 1];
      expect(row).toBeDefined();
      expect(resultSchema.parse(result)).toEqual(result);
      expect([result.test_id, result.target, result.score, result.status]).toEqual([
        row?.test_id,
        row?.target,
        row?.score,
        row?.execution_status,
      ]);
      expect(result.cost_usd).toBe(row?.cost_usd);
      if (row?.token_usage !== undefined) expect(result.usage).toEqual(row.token_usage);
      expect(result.scores.map(({ name, score }) => [name, score])).toEqual(
        (row?.scores ?? []).map(({ name, score }) => [name, score]),
      );
    }
  });

  it('counts each token once, on calls', async () => {
    for (const result of await collect((await openAt(path)).results())) {
      const calls = result.spans.filter((span) => span.type === 'llm');
      expect(result.spans.filter((span) => span.usage !== undefined && span.type !== 'llm')).toEqual([]);
      if (calls.length > 0) expect(summed(result)).toEqual(result.usage ?? {});
    }
  });

  it('gives every result a root span, parents before children, and unique ids', async () => {
    for (const result of await collect((await openAt(path)).results())) {
      const [root, ...others] = result.spans;
      expect(root).toMatchObject({ name: `invoke_agent ${result.target}`, type: 'general' });
      expect(root?.parent_id).toBeUndefined();
      const seen = new Set([root?.id]);
      for (const span of others) {
        expect(seen).toContain(span.parent_id);
        expect(seen).not.toContain(span.id);
        seen.add(span.id);
        expect((span.ended_at ?? span.started_at) >= span.started_at).toBe(true);
      }
      expect(result.finished_at >= result.started_at).toBe(true);
    }
  });

  it('gives the same results again, with keys of their own', async () => {
    const run = await openAt(path);
    const first = await collect(run.results());
    expect(await collect(run.results())).toEqual(first);
    expect(new Set(first.map((result) => result.key)).size).toBe(first.length);
    const alone = await collect((await openAt(path, { sidecars: false })).results());
    expect(alone.map((result) => result.key)).toEqual(first.map((result) => result.key));
  });

  // Runs without an error have nothing to show here.
  if (by[2] > 0) {
    it('never takes the error text for an answer', async () => {
      for (const result of await collect((await openAt(path)).results())) {
        if (result.status !== 'execution_error') continue;
        expect(result.content?.output).toBeUndefined();
        expect(result.gate.status).toBe('errored');
        expect(result.spans.map((span) => span.content?.output)).toEqual(result.spans.map(() => undefined));
      }
    });
  }
});

async function resultsOf(dir: string): Promise<Result[]> {
  return collect((await openAt(join(RUNS, dir))).results());
}

function named(results: readonly Result[], testId: string): Result {
  const found = results.find((result) => result.test_id === testId);
  if (found === undefined) throw new Error(`no result of ${testId}`);
  return found;
}

describe('baseline', () => {
  it('finds required graders, their minimum, and which of them failed', async () => {
    const results = await resultsOf('baseline/2026-11-20T10-21-37-666Z');
    const required = (result: Result) =>
      result.scores.filter((score) => score.required).map((score) => [score.name, score.min_score]);
    expect(required(named(results, 'capital'))).toEqual([['contains-Paris', undefined]]);
    expect(required(named(results, 'refund-json'))).toEqual([['refund-check', 0.6]]);
    expect(named(results, 'capital-wrong').gate).toEqual({
      status: 'failed',
      failed_required: ['says-lyon'],
    });
    expect(named(results, 'capital').gate).toEqual({ status: 'passed', failed_required: [] });
  });

  it('fills content, tools, provider and times', async () => {
    const results = await resultsOf('baseline/2026-11-20T10-21-37-666Z');
    const refund = named(results, 'refund-json');
    expect(refund.provider).toBe('cli');
    expect(refund.tool_calls).toEqual({ Read: 1, Bash: 1 });
    expect(refund.started_at).toBe('2026-11-20T10:21:37.857Z');
    expect(refund.spans.map((span) => span.name)).toEqual([
      'invoke_agent good-agent',
      'chat fake-model-1',
      'execute_tool Read',
      'execute_tool Bash',
      'chat fake-model-1',
    ]);
    expect(refund.spans[2]?.content).toEqual({
      input: { file_path: 'orders.csv' },
      output: 'order 42; total 42.50',
    });
    expect(refund.content?.input).toEqual([
      { role: 'system', content: 'You are the support bot of Acme Shop.' },
      { role: 'user', content: expect.stringContaining('refund of order 42') },
    ]);
    expect(named(results, 'capital').content).toMatchObject({
      criteria: 'Names Paris',
      expected_output: 'Paris',
      output: 'The capital of France is Paris.',
      metadata: { owner: 'geo-team', severity: 'low' },
    });
  });

  it('does not take the time the row was written for the start of the agent', async () => {
    const capital = named(await resultsOf('baseline/2026-11-20T10-21-37-666Z'), 'capital');
    expect(capital.started_at).toBe('2026-11-20T10:21:37.671Z');
    expect(capital.finished_at).toBe('2026-11-20T10:21:37.794Z');
    expect(capital.spans.map((span) => span.started_at)).toEqual([capital.started_at, capital.started_at]);
  });

  it('lists the files of the run, sorted', async () => {
    const run = await openAt(join(RUNS, 'baseline/2026-11-20T10-21-37-666Z'));
    const paths = (await collect(run.files())).map((file) => file.path);
    expect(paths).toContain('basic-support/refund-json/task/EVAL.yaml');
    expect(paths).toEqual([...paths].sort());
  });
});

describe('several targets', () => {
  it('uses the row alone where the last target overwrote its files', async () => {
    const results = await resultsOf('matrix/2026-11-20T10-22-00-782Z');
    const mismatched = results.filter((result) => result.notes.includes('sidecar_mismatch'));
    expect(mismatched.map((result) => result.row.line)).toEqual([1, 2, 4, 5]);
    for (const result of mismatched) {
      expect(result.spans.length).toBe(1);
      expect(result.content?.output).toBeUndefined();
      expect(result.content?.input).toBeDefined();
      expect(Object.keys(result.artifacts)).not.toContain('answer');
    }
    expect(results.find((result) => result.row.line === 6)?.content?.output).toBe(
      'The capital of France is Paris.',
    );
  });

  it('tells them apart without a trace, as before 4.42', async () => {
    const results = await resultsOf('v4.9.0/2026-11-20T10-26-46-691Z');
    expect(
      results.filter((each) => each.notes.includes('sidecar_mismatch')).map((each) => each.row.line),
    ).toEqual([1, 2]);
    const lyon = results.find((result) => result.target === 'bad-agent' && result.test_id === 'capital');
    expect(lyon?.content?.output).toBe('The capital of France is Lyon.');
    expect(lyon?.usage).toEqual({ input: 150, output: 60 });
  });
});

describe('5.x', () => {
  it('lets the status win over the score of a crash', async () => {
    const crash = named(await resultsOf('v5.3.1-next.1/2026-11-20T10-27-17-380Z'), 'crash');
    expect(crash).toMatchObject({
      score: 1,
      status: 'execution_error',
      gate: { status: 'errored' },
      failure: { stage: 'agent', reason_code: 'target_nonzero_exit' },
    });
  });

  it('joins verdicts, reasons and the assertions of grading.json', async () => {
    const refund = named(await resultsOf('v5.3.1-next.1/2026-11-20T10-27-17-380Z'), 'refund');
    expect(refund.notes).toEqual([]);
    expect(refund.scores[1]).toMatchObject({
      name: 'contains-NOPE',
      verdict: 'fail',
      assertions_total: 1,
      assertions_passed: 0,
      content: {
        reason: 'Output does not contain "NOPE"',
        assertions: [{ text: 'Output does not contain "NOPE"', passed: false }],
      },
    });
    expect(refund.content?.input).toEqual([{ role: 'user', content: 'refund order 42' }]);
    expect(refund.tool_calls).toEqual({ Read: 1, Bash: 1 });
    expect(refund.trials).toBeUndefined();
  });
});

describe('an interrupted run', () => {
  const dir = join(RUNS, 'interrupted-raw');

  it('is refused', async () => {
    await expect(openAt(dir)).rejects.toThrow(IncompleteRunError);
    await expect(openAt(dir)).rejects.toMatchObject({ hint: expect.stringContaining('--allow-incomplete') });
  });

  it('is read from its streamed rows when allowed', async () => {
    const run = await openAt(dir, { allowIncomplete: true });
    expect(run.summary).toMatchObject({ complete: false, planned: 4, results: 2, experiment: 'default' });
    const [first] = await collect(run.results());
    expect(resultSchema.parse(first)).toEqual(first);
    expect(first).toMatchObject({
      notes: ['incomplete_run'],
      content: { input: [{ role: 'user', content: 'What is 2 + 2?' }], output: '2 + 2 = 4' },
      usage: { input: 150, output: 39, cached: 20 },
    });
    expect(first?.spans.map(({ id, name }) => [id, name])).toEqual([
      ['root', 'invoke_agent good-agent'],
      ['m1', 'chat fake-model-1'],
    ]);
  });

  it('ends in the same run key suffix once it is resumed', async () => {
    const before = await openAt(dir, { allowIncomplete: true });
    const after = await openAt(join(RUNS, 'resumed'));
    expect(after.summary.run_key.slice(-9)).toBe(before.summary.run_key.slice(-9));
  });
});
