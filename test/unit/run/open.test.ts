import { appendFile, mkdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  EmptyRunError,
  IncompleteRunError,
  RunChangedError,
  RunNotFoundError,
  resultSchema,
} from '../../../core/run/index.ts';
import { collect, openAt, projection, resultsAt, row, tempDir, tempRun, writeFiles } from './temp-run.ts';

describe('broken lines', () => {
  it('records where they are and goes on', async () => {
    const dir = await tempRun([
      row({ test_id: 'a' }),
      '{"test_id": "SECRET", "score": ',
      '[1]',
      row({ test_id: 'c', score: null }),
      '{"test_id":"d","score":1e999}',
      row({ test_id: { not: 'a string' } }),
      '',
      row({ test_id: 'z' }),
    ]);
    const run = await openAt(dir);
    expect(run.rejected).toEqual([
      { file: 'index.jsonl', line: 2, reason: 'Invalid JSON' },
      { file: 'index.jsonl', line: 3, reason: 'Not a JSON object' },
      { file: 'index.jsonl', line: 4, reason: 'Missing or invalid score' },
      { file: 'index.jsonl', line: 5, reason: 'Missing or invalid score' },
      { file: 'index.jsonl', line: 6, reason: 'Missing or invalid test_id' },
    ]);
    expect(run.summary).toMatchObject({ rows_read: 7, results: 2, rejected_count: 5, complete: true });
    const results = await collect(run.results());
    expect(results.map((result) => [result.test_id, result.row.line])).toEqual([
      ['a', 1],
      ['z', 8],
    ]);
  });

  it('does not make a run incomplete', async () => {
    const dir = await tempRun([row({ grading_path: 'g.json' }), 'broken'], {
      'benchmark.json': { metadata: { planned_test_count: 2, experiment: 'e' }, run_summary: { a: {} } },
    });
    expect((await openAt(dir)).summary.complete).toBe(true);
  });

  it('lists the first hundred and counts the rest', async () => {
    const run = await openAt(await tempRun([row(), ...Array.from({ length: 150 }, () => 'x')]));
    expect(run.rejected.length).toBe(100);
    expect(run.summary.rejected_count).toBe(150);
  });

  it('rejects a row beyond the limit and reads the next', async () => {
    const dir = await tempRun([row({ metadata: { big: 'x'.repeat(5000) } }), row({ test_id: 'small' })]);
    const run = await openAt(dir, { maxRowBytes: 1000 });
    expect(run.rejected).toEqual([{ file: 'index.jsonl', line: 1, reason: 'Row exceeds 1000 bytes' }]);
    expect((await collect(run.results())).map((result) => result.test_id)).toEqual(['small']);
  });
});

describe('what every run is checked for', () => {
  it('refuses an empty index, and one that holds no results', async () => {
    await expect(openAt(await tempRun(['']))).rejects.toThrow(EmptyRunError);
    await expect(openAt(await tempRun([{ id: 'case', input: 'x' }]))).rejects.toThrow(
      'Missing or invalid score',
    );
  });

  it('says when the index is gone', async () => {
    const dir = await tempDir();
    await expect(openAt(join(dir, 'nowhere'))).rejects.toThrow(RunNotFoundError);
  });

  it('refuses fewer results than planned, and a run without its summary', async () => {
    const short = await tempRun([row({ grading_path: 'g.json' })], {
      'benchmark.json': { metadata: { planned_test_count: 3 }, run_summary: { agent: {} } },
    });
    await expect(openAt(short)).rejects.toThrow('1 results of 3 planned');
    const stub = await tempRun([row({ grading_path: 'g.json' })], {
      'benchmark.json': { metadata: { targets: [] }, run_summary: {} },
    });
    await expect(openAt(stub)).rejects.toThrow(IncompleteRunError);
    const [result] = await resultsAt(stub, { allowIncomplete: true });
    expect(result?.notes).toContain('incomplete_run');
  });

  it('notices that the index grew while it was read', async () => {
    const dir = await tempRun([row({ test_id: 'a' }), row({ test_id: 'b' })]);
    const run = await openAt(dir);
    await appendFile(join(dir, 'index.jsonl'), `${JSON.stringify(row({ test_id: 'c' }))}\n`);
    await expect(collect(run.results())).rejects.toThrow(RunChangedError);
  });

  it('can be left early', async () => {
    const run = await openAt(await tempRun(Array.from({ length: 50 }, (_, n) => row({ test_id: `t${n}` }))));
    for await (const result of run.results()) {
      expect(result.test_id).toBe('t0');
      break;
    }
    expect((await collect(run.results())).length).toBe(50);
  });
});

describe('rows of other shapes', () => {
  it('accepts camelCase rows as their snake_case equals', async () => {
    const camel = {
      timestamp: '2026-11-20T10:00:01.000Z',
      testId: 't1',
      suite: 'suite',
      score: 0.5,
      target: 'agent',
      executionStatus: 'quality_failure',
      costUsd: 0.5,
      durationMs: 10,
      tokenUsage: { input: 3, output: 4 },
      startTime: '2026-11-20T10:00:00.000Z',
      failureStage: 'agent',
      gradingPath: 'g.json',
      scores: [{ name: 'g', type: 'contains', score: 0.5, durationMs: 2, tokenUsage: { input: 1 } }],
    };
    const [result] = await resultsAt(await tempRun([camel], { 'g.json': {} }));
    expect(result).toMatchObject({
      test_id: 't1',
      status: 'quality_failure',
      cost_usd: 0.5,
      duration_ms: 10,
      usage: { input: 3, output: 4 },
      started_at: '2026-11-20T10:00:00.000Z',
      failure: { stage: 'agent' },
      artifacts: { grading: 'g.json' },
      scores: [{ duration_ms: 2, usage: { input: 1 } }],
    });
  });

  it('reads the messages of a streamed camelCase row', async () => {
    const streamed = row({
      output: 'done',
      trace: {
        messages: [
          { role: 'user', content: 'do it' },
          {
            role: 'assistant',
            content: 'done',
            tokenUsage: { input: 5, output: 6 },
            toolCalls: [
              { tool: 'Bash', input: { c: 1 }, output: 'ok', startTime: '2026-11-20T10:00:00.500Z' },
            ],
          },
        ],
      },
      trials: [
        { attempt: 0, score: 0, execution_status: 'quality_failure' },
        { attempt: 1, score: 1, execution_status: 'ok', cost_usd: 0.1 },
      ],
    });
    const [result] = await resultsAt(await tempRun([streamed]), { allowIncomplete: true });
    expect(result?.spans.map(({ id, name, usage }) => [id, name, usage])).toEqual([
      ['root', 'invoke_agent agent', undefined],
      ['m1', 'chat', { input: 5, output: 6 }],
      ['m1.t0', 'execute_tool Bash', undefined],
    ]);
    expect(result?.tool_calls).toEqual({ Bash: 1 });
    expect(result?.trials).toEqual([
      { attempt: 0, score: 0, status: 'quality_failure' },
      { attempt: 1, score: 1, status: 'ok', cost_usd: 0.1 },
    ]);
  });

  it('tolerates CRLF, a byte order mark and a missing last newline', async () => {
    const text = `\uFEFF${JSON.stringify(row({ test_id: 'a' }))}\r\n\r\n${JSON.stringify(row({ test_id: 'b' }))}`;
    const dir = await writeFiles(await tempDir(), { 'index.jsonl': text });
    const run = await openAt(dir);
    expect(run.summary.rejected_count).toBe(0);
    expect((await collect(run.results())).map((result) => result.row.line)).toEqual([1, 3]);
  });

  it('drops a field of the wrong type and nothing else', async () => {
    const odd = row({
      token_usage: null,
      cost_usd: 'x',
      duration_ms: -5,
      suite: 7,
      start_time: 'yesterday',
      metadata: [1],
      scores: [
        { name: 3, score: 1, token_usage: { input: -1, output: 1.5, cached: 4 }, weight: 'heavy' },
        'junk',
      ],
      target: 42,
      sample_index: -1,
      projection_identity: { id: 5 },
      artifact_dir: { a: 1 },
    });
    const [result] = await resultsAt(await tempRun([odd]));
    expect(resultSchema.parse(result)).toEqual(result);
    expect(result).toMatchObject({ score: 1, target: '42', scores: [{ score: 1, usage: { cached: 4 } }] });
    for (const field of ['usage', 'cost_usd', 'duration_ms', 'suite', 'sample_index'] as const) {
      expect(result?.[field]).toBeUndefined();
    }
    expect(result?.content?.metadata).toBeUndefined();
  });

  it('takes ok for a missing status, the run time for a missing time, and says so', async () => {
    const [first, second] = await resultsAt(
      await tempRun([
        row({ execution_status: undefined }),
        row({ test_id: 't2', timestamp: 'never', scores: [], score: 0 }),
      ]),
    );
    expect(first).toMatchObject({ status: 'ok', notes: ['status_missing'] });
    expect(second).toMatchObject({
      started_at: '2026-11-20T10:00:01.000Z',
      notes: ['time_missing', 'not_graded'],
    });
  });

  it('normalises times of any offset', async () => {
    const [result] = await resultsAt(
      await tempRun([row({ timestamp: '2026-11-20T12:00:01+02:00', duration_ms: 500 })]),
    );
    expect(result?.started_at).toBe('2026-11-20T10:00:00.500Z');
    expect(result?.finished_at).toBe('2026-11-20T10:00:01.000Z');
  });

  it('never gives what the contract forbids, whatever the row holds', async () => {
    const fields = fc.dictionary(
      fc.constantFrom(
        ...[
          'token_usage',
          'cost_usd',
          'scores',
          'metadata',
          'timestamp',
          'start_time',
          'samples',
          'trials',
          'trace',
        ],
        ...[
          'projection_identity',
          'output',
          'input',
          'error',
          'target',
          'suite',
          'target_execution',
          'failure_stage',
        ],
      ),
      fc.jsonValue({ maxDepth: 4 }),
    );
    await fc.assert(
      fc.asyncProperty(fields, async (over) => {
        const results = await resultsAt(await tempRun([row(over)]), { allowIncomplete: true });
        expect(results.length).toBe(1);
        expect(resultSchema.safeParse(results[0]).error).toBeUndefined();
      }),
      { numRuns: 150 },
    );
  });
});

describe('sidecars', () => {
  it('does not follow a path that leaves the run', async () => {
    const outside = await writeFiles(await tempDir(), { 'secret.md': 'SECRET', 'dir/answer.md': 'SECRET' });
    const dir = await tempRun(
      [
        row({ test_id: 'dots', answer_path: `../${outside.split('/').at(-1)}/secret.md` }),
        row({ test_id: 'absolute', answer_path: join(outside, 'secret.md') }),
        row({ test_id: 'link', answer_path: 'link.md' }),
        row({ test_id: 'folder', answer_path: 'folder/answer.md' }),
        row({ test_id: 'inside', answer_path: 'a/../inner.md' }),
      ],
      { 'a/x': '', 'real.md': 'mine' },
    );
    await symlink(join(outside, 'secret.md'), join(dir, 'link.md'));
    await symlink(join(outside, 'dir'), join(dir, 'folder'));
    await symlink(join(dir, 'real.md'), join(dir, 'inner.md'));
    const run = await openAt(dir);
    const results = await collect(run.results());
    expect(JSON.stringify(results)).not.toContain('SECRET');
    expect(results.map((result) => result.notes)).toEqual([
      ['path_outside_run'],
      ['path_outside_run'],
      ['path_outside_run'],
      ['path_outside_run'],
      [],
    ]);
    expect(results[4]?.content?.output).toBe('mine');
    expect((await collect(run.files())).map((file) => file.path)).toEqual(['a/x', 'index.jsonl', 'real.md']);
  });

  it('notes what is missing, broken and too large', async () => {
    const dir = await tempRun(
      [
        row({ test_id: 'a', grading_path: 'gone.json' }),
        row({ test_id: 'b', grading_path: 'broken.json' }),
        row({ test_id: 'c', answer_path: 'big.md' }),
        row({ test_id: 'd', eval_path: 'broken.yaml' }),
      ],
      { 'broken.json': '{"graders": [', 'big.md': 'x'.repeat(2000), 'broken.yaml': 'tests: [}' },
    );
    const results = await resultsAt(dir, { maxSidecarBytes: 1000 });
    expect(results.map((result) => result.notes)).toEqual([
      ['sidecar_missing'],
      ['sidecar_broken'],
      ['sidecar_too_large'],
      ['sidecar_broken'],
    ]);
    expect(results[0]?.artifacts).toEqual({});
    expect(results[2]?.content?.output).toBeUndefined();
  });

  it('does not take another test for its own when two ids became one folder', async () => {
    const shared = { artifact_dir: 's/refund_json', eval_path: 's/refund_json/task/EVAL.yaml' };
    const dir = await tempRun(
      [
        row({ test_id: 'refund/json', ...shared, projection_identity: projection('1') }),
        row({ test_id: 'refund_json', ...shared, projection_identity: projection('2') }),
      ],
      {
        's/refund_json/task/EVAL.yaml': 'tests:\n  - id: refund_json\n    criteria: mine\n',
        's/refund_json/outputs/trace.json': { projection_identity: { id: 'agentv-prj-2' } },
      },
    );
    const [first, second] = await resultsAt(dir);
    expect(first?.notes).toEqual(['sidecar_mismatch']);
    expect(first?.content).toBeUndefined();
    expect(second?.content?.criteria).toBe('mine');
  });

  it('reads the nested requirements of a composite', async () => {
    const dir = await tempRun(
      [
        row({
          score: 0,
          execution_status: 'quality_failure',
          eval_path: 'task/EVAL.yaml',
          scores: [
            {
              name: 'all',
              type: 'composite',
              score: 0.5,
              scores: [
                { name: 'safe', score: 0.7 },
                { name: 'polite', score: 0.2 },
              ],
            },
            { name: 'twice', score: 1 },
            { name: 'twice', score: 0 },
          ],
        }),
      ],
      {
        'task/EVAL.yaml': [
          'tests:',
          '  - id: t1',
          '    execution: { threshold: 0.6 }',
          '    workspace: { mode: pooled }',
          '    assertions:',
          '      - name: all',
          '        type: composite',
          '        assertions:',
          '          - { name: safe, required: true }',
          '          - { name: polite, required: 0.9, weight: 2 }',
          '      - { name: twice }',
          '      - { name: twice, required: true }',
        ].join('\n'),
      },
    );
    const run = await openAt(dir);
    expect(run.summary.thresholds).toEqual([0.6]);
    const [result] = await collect(run.results());
    expect(result?.gate.failed_required).toEqual(['all/polite', 'twice']);
    expect(result?.scores[0]?.scores?.[1]).toMatchObject({ required: true, min_score: 0.9, weight: 2 });
    expect(result?.workspace_mode).toBe('pooled');
  });

  it('leaves out editor junk and sorts by whole path', async () => {
    const dir = await tempRun([row()], {
      'a/b': '',
      'a-b': '',
      'a.b': '',
      '.DS_Store': '',
      'x.md~': '',
      '.x.swp': '',
    });
    await mkdir(join(dir, '.git'));
    await writeFile(join(dir, '.git/HEAD'), '');
    const paths = (await collect((await openAt(dir)).files())).map((file) => file.path);
    expect(paths).toEqual(['a-b', 'a.b', 'a/b', 'index.jsonl']);
  });
});

describe('a combined run', () => {
  it('has no plan of its own, takes its own name, and keeps the rows of every part', async () => {
    const part = (n: number) =>
      row({
        grading_path: `sources/source-${n}/g.json`,
        answer_path: 'suite/t1/outputs/answer.md',
        projection_identity: projection(String(n), { run_id: `run-${n}` }),
      });
    const dir = await tempRun([part(1), part(2)], {
      'sources/source-1/g.json': {},
      'sources/source-2/g.json': {},
      'benchmark.json': {
        metadata: { planned_test_count: 1, combined_from_run_ids: ['run-1', 'run-2'] },
        run_summary: { agent: {} },
      },
    });
    const run = await openAt(dir);
    expect(run.summary).toMatchObject({
      results: 2,
      superseded: 0,
      complete: true,
      run_id: dir.split('/').at(-1),
    });
    const results = await collect(run.results());
    expect(results.map((result) => result.notes)).toEqual([['sidecar_missing'], ['sidecar_missing']]);
  });
});

describe('identity', () => {
  const benchmark = { metadata: { planned_test_count: 2, experiment: 'e' }, run_summary: { agent: {} } };

  it('keeps aliases and drops what was run again', async () => {
    const line = (id: string, over: Record<string, unknown>) =>
      row({ grading_path: `${id}/g.json`, projection_identity: projection(id), ...over });
    const dir = await tempRun(
      [
        line('1', {}),
        line('2', { execution_status: 'execution_error' }),
        line('2', { execution_status: 'execution_error' }),
        line('3', { timestamp: '2026-11-20T11:00:00.000Z' }),
      ],
      { 'benchmark.json': benchmark },
    );
    const run = await openAt(dir);
    expect(run.summary).toMatchObject({ results: 2, superseded: 2, rows_read: 4, complete: true });
    expect((await collect(run.results())).map((result) => result.row.line)).toEqual([1, 4]);
  });

  it('tells nameless twins apart by their order', async () => {
    const results = await resultsAt(await tempRun([row(), row(), row({ target: 'other' })]));
    expect(results.map((result) => [result.occurrence, result.notes])).toEqual([
      [0, ['ambiguous_identity']],
      [1, ['ambiguous_identity']],
      [0, []],
    ]);
    expect(new Set(results.map((result) => result.key)).size).toBe(3);
  });

  it('gives a key that content, place and sidecars do not change, and a re-run does', async () => {
    await fc.assert(
      fc.asyncProperty(fc.jsonValue(), fc.string(), fc.boolean(), async (metadata, error, sidecars) => {
        const base = row({ projection_identity: projection('1') });
        const rows = [row({ test_id: 'zero' }), { ...base, metadata, error, score: 0.1 }];
        const files = { 'benchmark.json': { metadata: { experiment: 'e' }, run_summary: { a: {} } } };
        const [, plain] = await resultsAt(await tempRun([rows[0], base], files));
        const [, other] = await resultsAt(await tempRun(rows, files), { sidecars });
        const [, again] = await resultsAt(
          await tempRun([rows[0], { ...base, timestamp: '2026-11-20T11:00:00.000Z' }], files),
        );
        expect(other?.key).toBe(plain?.key);
        expect(again?.key).not.toBe(plain?.key);
      }),
      { numRuns: 30 },
    );
  });

  it('names a run by its time, else by its name and beginning', async () => {
    const parent = await tempDir();
    const text = JSON.stringify(row());
    await writeFiles(parent, { '2026-11-20T10-21-37-666Z/index.jsonl': text, 'my out/index.jsonl': text });
    const timed = await openAt(join(parent, '2026-11-20T10-21-37-666Z'));
    expect(timed.summary).toMatchObject({
      run_key: '2026-11-20T10-21-37-666Z',
      started_at: '2026-11-20T10:21:37.666Z',
    });
    const named = await openAt(join(parent, 'my out'));
    expect(named.summary.run_id).toBe('my out');
    expect(named.summary.run_key).toMatch(/^my_out-[0-9a-f]{8}$/);
    expect(named.summary.started_at).toBe('2026-11-20T10:00:01.000Z');
  });

  it('bounds the lists of names and counts the rows beyond', async () => {
    const rows = Array.from({ length: 1100 }, (_, n) => row({ suite: `s${n}`, test_id: `t${n}` }));
    const { summary } = await openAt(await tempRun(rows));
    expect(summary.suites.length).toBe(1000);
    expect(summary.unlisted_rows).toEqual({ eval_files: 0, suites: 100, targets: 0 });
  });
});
