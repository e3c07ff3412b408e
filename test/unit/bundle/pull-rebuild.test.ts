import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type PullOutcome, pullBundle } from '../../../core/bundle/pull.ts';
import type { Result, Score } from '../../../core/run/result.ts';
import { llmSpan, makeResult, rootSpan } from '../../support/results.ts';
import { filesIn, linesOf, type MadeBundle, makeBundle, tempDir } from './pull-bundle.ts';

type Json = Readonly<Record<string, unknown>>;

async function rebuild(made: MadeBundle): Promise<PullOutcome> {
  return pullBundle({ bundle: await makeBundle(made), directory: join(await tempDir(), 'run') });
}

async function rowsOf(results: readonly Result[]): Promise<Json[]> {
  const { directory } = await rebuild({ results });
  return linesOf<Json>(join(directory, 'index.jsonl'));
}

async function json(directory: string, path: string): Promise<Json> {
  return JSON.parse(await readFile(join(directory, path), 'utf8'));
}

function score(more: Partial<Score> = {}): Score {
  return { name: 'grader', type: 'contains', score: 1, ...more };
}

describe('a rebuilt row', () => {
  it('has the names of AgentV for everything that a result knows', async () => {
    const [row] = await rowsOf([
      makeResult({
        experiment: 'baseline',
        category: 'support',
        conversation_id: 'c1',
        sample_index: 2,
        retry_index: 1,
        projection_id: 'agentv-prj-1',
        agentv_trace_id: 'abc',
        eval_path: 'evals/a.eval.yaml',
        source_target: 'alias',
        provider: 'cli',
        duration_ms: 900,
        usage: { input: 10, output: 5, cached: 2 },
        cost_usd: 0.5,
        status: 'execution_error',
        score: 0,
        failure: { stage: 'agent', reason_code: 'provider_error' },
        tool_calls: { read_file: 2 },
        trials: [{ attempt: 0, score: 1, status: 'ok' }],
        spans: [rootSpan(), llmSpan('1')],
      }),
    ]);

    expect(row).toEqual({
      timestamp: '2026-11-20T10:21:38.000Z',
      test_id: 'test',
      suite: 'suite',
      category: 'support',
      conversation_id: 'c1',
      score: 0,
      target: 'agent',
      sample_index: 2,
      retry_index: 1,
      token_usage: { input: 10, output: 5, cached: 2 },
      cost_usd: 0.5,
      duration_ms: 900,
      start_time: '2026-11-20T10:21:37.000Z',
      end_time: '2026-11-20T10:21:38.000Z',
      scores: [],
      trials: [{ attempt: 0, score: 1, execution_status: 'ok' }],
      execution_status: 'execution_error',
      failure_stage: 'agent',
      failure_reason_code: 'provider_error',
      artifact_dir: 'suite/test',
      grading_path: 'suite/test/grading.json',
      trace: {
        event_count: 2,
        tool_calls: { read_file: 2 },
        error_count: 1,
        llm_call_count: 1,
        metadata: { provider: 'cli' },
      },
      projection_identity: {
        schema_version: 'agentv.projection_identity.v1',
        id: 'agentv-prj-1',
        dimensions: {
          run_id: '2026-11-20T10-21-37-000Z',
          suite: 'suite',
          eval_path: 'evals/a.eval.yaml',
          test_id: 'test',
          target: 'agent',
          source_target: 'alias',
          attempt: 0,
          variant: null,
          trace_id: 'abc',
        },
      },
      experiment: 'baseline',
    });
  });

  it('has a stand-in for every assertion, nested ones too, and never none where AgentV wants a list', async () => {
    const scores = [
      score({
        name: 'all',
        assertions_total: 3,
        assertions_passed: 2,
        scores: [score({ name: undefined, score: 0.5 })],
      }),
    ];

    const [row] = await rowsOf([makeResult({ scores })]);

    const text = 'all (text not captured)';
    expect(row?.scores).toEqual([
      {
        name: 'all',
        type: 'contains',
        score: 1,
        assertions: [
          { text, passed: true },
          { text, passed: true },
          { text, passed: false },
        ],
        scores: [{ type: 'contains', score: 0.5, assertions: [] }],
      },
    ]);
  });

  it('keeps the score but no stand-ins where a bundle claims absurd numbers of assertions', async () => {
    const scores = [
      score({ assertions_total: 9_000_000_000, assertions_passed: 1 }),
      score({ name: 'sane', assertions_total: 1, assertions_passed: 1 }),
    ];

    const [row] = await rowsOf([makeResult({ scores })]);

    expect(row?.scores).toMatchObject([{ assertions: [] }, { name: 'sane', assertions: [{ passed: true }] }]);
  });

  it('says nothing about what it does not know', async () => {
    const [row] = await rowsOf([makeResult({ notes: ['time_missing', 'status_missing'] })]);

    expect(Object.keys(row ?? {}).sort()).toEqual([
      'artifact_dir',
      'grading_path',
      'score',
      'scores',
      'suite',
      'target',
      'test_id',
      'trace',
    ]);
    // AgentV's `inspect stats` would count 0 tool and LLM calls of an agent that nobody traced.
    expect(row?.trace).toEqual({ error_count: 0 });
  });

  it('never has the content of a result, whatever the bundle holds', async () => {
    const secret = 'SECRET-TEXT';
    const { directory } = await rebuild({
      results: [
        makeResult({
          content: { input: secret, output: secret, error_message: secret, metadata: { note: secret } },
          scores: [score({ content: { reason: secret, assertions: [{ text: secret, passed: true }] } })],
          spans: [llmSpan('1', { content: { input: secret } })],
        }),
      ],
    });

    for (const path of await filesIn(directory)) {
      expect(await readFile(join(directory, path), 'utf8')).not.toContain(secret);
    }
  });
});

describe('the grading files of a rebuilt run', () => {
  it('count assertions and tool calls', async () => {
    const { directory } = await rebuild({
      results: [
        makeResult({
          scores: [score({ assertions_total: 3, assertions_passed: 2 })],
          tool_calls: { read_file: 2, grep: 1 },
        }),
      ],
    });

    expect(await json(directory, 'suite/test/grading.json')).toMatchObject({
      assertions: [{ passed: true, evidence: '' }, { passed: true }, { passed: false }],
      summary: { passed: 2, failed: 1, total: 3, pass_rate: 0.667 },
      execution_metrics: {
        tool_calls: { read_file: 2, grep: 1 },
        total_tool_calls: 3,
        errors_encountered: 0,
      },
    });
  });

  it('name the reason of an execution error', async () => {
    const failure = { stage: 'agent', reason_code: 'provider_error' };
    const { directory } = await rebuild({
      results: [
        makeResult({ status: 'execution_error', failure }),
        makeResult({ test_id: 'other', status: 'execution_error' }),
      ],
    });

    expect((await json(directory, 'suite/test/grading.json')).assertions).toEqual([
      { text: 'Error: agent/provider_error (message not captured)', passed: false, evidence: '' },
    ]);
    expect((await json(directory, 'suite/other/grading.json')).assertions).toMatchObject([
      { text: 'Error: execution_error (message not captured)' },
    ]);
  });

  it('are one for each result, whatever the tests are called', async () => {
    const names = ['..', '.', 'a/b', 'a:b', 'a_b', 'A_B', 'index.jsonl', 'timing.json', 'benchmark.json'];
    const results = [
      ...names.flatMap((test_id) => [
        makeResult({ test_id, suite: undefined }),
        makeResult({ test_id, suite: '..', target: 'x' }),
        makeResult({ test_id, suite: 'index.jsonl', target: 'y' }),
      ]),
      makeResult({ test_id: 'grading.json', suite: 'a_b', target: 'z' }),
      makeResult({ test_id: '漢'.repeat(200), target: 'z' }),
    ];

    const { directory } = await rebuild({ results });

    const rows = await linesOf<{ test_id: string; grading_path: string }>(join(directory, 'index.jsonl'));
    const files = await filesIn(directory);
    expect(rows.map((row) => row.test_id)).toEqual(results.map((result) => result.test_id));
    expect(new Set(rows.map((row) => row.grading_path)).size).toBe(results.length);
    expect(files).toEqual(
      [...rows.map((row) => row.grading_path), 'index.jsonl', 'benchmark.json', 'timing.json'].sort(),
    );
  });
});

describe('the aggregates of a rebuilt run', () => {
  it('are means and deviations by target and grader, without crashed results in the quality', async () => {
    const { directory } = await rebuild({
      run: { eval_files: ['evals/a.eval.yaml', 'evals/b.eval.yaml'], experiment: 'e', planned_test_count: 4 },
      results: [
        makeResult({ test_id: 'b', scores: [score({ score: 1 }), score({ name: 'second', score: 0.5 })] }),
        makeResult({ test_id: 'a', score: 0.9, duration_ms: 500, usage: { input: 3, output: 1 } }),
        makeResult({ test_id: 'c', status: 'execution_error', scores: [score({ score: 0 })] }),
        makeResult({ test_id: 'a', target: '__proto__', score: 0.1, cost_usd: 2, tool_calls: { x: 4 } }),
      ],
    });

    const benchmark = await json(directory, 'benchmark.json');
    expect(benchmark.metadata).toEqual({
      eval_file: '',
      timestamp: '2026-11-20T10:21:38.000Z',
      targets: ['__proto__', 'agent'],
      tests_run: ['a', 'b', 'c'],
      experiment: 'e',
      planned_test_count: 4,
      run_id: '2026-11-20T10-21-37-000Z',
    });
    expect(Object.entries(benchmark.run_summary ?? {})).toEqual([
      [
        '__proto__',
        {
          pass_rate: { mean: 0, stddev: 0 },
          time_seconds: { mean: 0, stddev: 0 },
          tokens: { mean: 0, stddev: 0 },
          tool_calls: { mean: 4, stddev: 0 },
          cost_usd: { mean: 2, stddev: 0 },
        },
      ],
      [
        'agent',
        {
          pass_rate: { mean: 0.75, stddev: 0.25 },
          time_seconds: { mean: 0.5, stddev: 0 },
          tokens: { mean: 4, stddev: 0 },
        },
      ],
    ]);
    expect(benchmark.per_grader_summary).toEqual({
      'grader:contains': { mean: 1, stddev: 0 },
      'second:contains': { mean: 0.5, stddev: 0 },
    });
    expect(await json(directory, 'timing.json')).toEqual({
      total_tokens: 4,
      duration_ms: 500,
      total_duration_seconds: 0.5,
      token_usage: { input: 3, output: 1, reasoning: 0 },
    });
  });

  it('say what is not in them', async () => {
    const { directory } = await rebuild({
      results: [makeResult({ status: 'execution_error' })],
      run: { complete: false },
      totals: { superseded: 2, rejected: 1 },
    });

    expect((await json(directory, 'benchmark.json')).notes).toEqual([
      '1 test(s) had execution errors and are excluded from quality pass_rate',
      expect.stringContaining('Rebuilt by agentv-opik from a metadata-only bundle'),
      'The run was not complete when it was uploaded',
      '2 row(s) that a later row replaced are left out',
      '1 row(s) could not be read when it was uploaded',
    ]);
  });
});
