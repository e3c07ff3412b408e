import { beforeAll, describe, expect, it } from 'vitest';
import { at, lines } from './support/client.ts';
import { v4, v7 } from './support/ids.ts';
import { useTarget } from './support/target.ts';

const target = useTarget();
const { project } = target;

interface Filter {
  readonly field: string;
  readonly operator: string;
  readonly key?: string;
  readonly value?: string | number;
}

const search = (body: object) =>
  target.opik.post('/traces/search', { project_name: project, truncate: false, ...body });
/** The names of the traces that a filter finds. */
const names = async (filter: Filter | Filter[], more: object = {}) => {
  const answer = await search({ filters: [filter].flat(), ...more });
  expect(answer.status).toBe(200);
  return lines(answer)
    .map((row) => String(at(row, 'name')))
    .sort();
};
const status = async (filter: Filter) => (await search({ filters: [filter] })).status;

const HOUR = 3_600_000;
const base = Date.now() - 10 * HOUR;
const failed = v7(base);
const low = v7(base + HOUR);
const ours = v7(base + 2 * HOUR);

beforeAll(async () => {
  const common = { project_name: project };
  await target.opik.post('/traces/batch', {
    traces: [
      {
        ...common,
        id: failed,
        name: 'failed',
        start_time: '2026-01-01T00:00:00Z',
        tags: ['production', 'eu'],
        error_info: { exception_type: 'TimeoutError', message: 'late', traceback: 'at' },
        metadata: { agentv: { run_id: 'Run_1' } },
      },
      {
        ...common,
        id: low,
        name: 'low',
        start_time: '2026-02-01T00:00:00Z',
        tags: ['prod'],
        error_info: {},
        thread_id: 'thread-7',
        metadata: { 'agentv.run_id': 'run_2', n: 5 },
      },
      {
        ...common,
        id: ours,
        name: 'ours',
        start_time: '2026-03-01T00:00:00Z',
        source: 'experiment',
        metadata: { n: 50 },
      },
    ],
  });
  const score = (id: string, name: string, value: number) => ({ id, ...common, name, value, source: 'sdk' });
  await target.opik.put('/traces/feedback-scores', {
    scores: [score(low, 'Accuracy', 0.25), score(ours, 'Accuracy', 1)],
  });
});

describe('filters of a trace search', () => {
  it('error_info: only is_empty and is_not_empty; an empty object is an error', async () => {
    expect(await names({ field: 'error_info', operator: 'is_not_empty' })).toEqual(['failed', 'low']);
    expect(await names({ field: 'error_info', operator: 'is_empty' })).toEqual(['ours']);
    expect(await names({ field: 'error_type', operator: '=', value: 'TimeoutError' })).toEqual(['failed']);
    expect(await status({ field: 'error_info', operator: '=', value: 'x' })).toBe(400);
  });

  it('source: our own uploads can be left out; a value it does not have gives an empty 200', async () => {
    expect(await names({ field: 'source', operator: '!=', value: 'experiment' })).toEqual(['failed', 'low']);
    expect(await names({ field: 'source', operator: '=', value: 'experiment' })).toEqual(['ours']);
    expect(await names({ field: 'source', operator: '!=', value: 'foo' })).toEqual([]);
    expect(await names({ field: 'source', operator: '=', value: 'SDK' })).toEqual([]);
  });

  it('feedback_scores: by key in any case, with text or number, and only traces that have the score', async () => {
    const by = (operator: string, value: string | number, key = 'accuracy') => ({
      field: 'feedback_scores',
      operator,
      key,
      value,
    });
    expect(await names(by('<', '0.5'))).toEqual(['low']);
    expect(await names(by('<', 0.5, 'ACCURACY'))).toEqual(['low']);
    expect(await names(by('!=', 1))).toEqual(['low']);
    expect(await names(by('<', 1, 'unknown'))).toEqual([]);
    expect(await names(by('is_empty', ''))).toEqual(['failed']);
    expect(await status({ field: 'feedback_scores', operator: '<', value: '1' })).toBe(400);
  });

  it('metadata: a bare dotted key is a path, a quoted one a literal key; keys heed case, values do not', async () => {
    const by = (key: string, value: string, operator = '=') => ({ field: 'metadata', operator, key, value });
    expect(await names(by('agentv.run_id', 'run_1'))).toEqual(['failed']);
    expect(await names(by('$.agentv.run_id', 'RUN_1'))).toEqual(['failed']);
    expect(await names(by('agentv.run_id', 'run_2'))).toEqual([]);
    for (const key of ['"agentv.run_id"', '$."agentv.run_id"', "['agentv.run_id']", "$['agentv.run_id']"]) {
      expect([key, await names(by(key, 'run_2'))]).toEqual([key, ['low']]);
    }
    expect(await names(by('AGENTV.run_id', 'run_1'))).toEqual([]);
    expect(await names(by('n', '10', '>'))).toEqual(['ours']);
  });

  it('contains does not escape the wildcards of LIKE', async () => {
    const contains = (value: string) => names({ field: 'name', operator: 'contains', value });
    expect(await contains('LO')).toEqual(['low']);
    expect(await contains('l_w')).toEqual(['low']);
    expect(await contains('%')).toEqual(['failed', 'low', 'ours']);
  });

  it('tags: contains looks into them, = wants one of them', async () => {
    expect(await names({ field: 'tags', operator: 'contains', value: 'PROD' })).toEqual(['failed', 'low']);
    expect(await names({ field: 'tags', operator: '=', value: 'prod' })).toEqual(['low']);
    expect(await names({ field: 'tags', operator: 'not_contains', value: 'prod' })).toEqual(['ours']);
  });

  it('times: with Z; a date alone is refused', async () => {
    const since = (value: string, field = 'start_time') => ({ field, operator: '>=', value });
    expect(await names(since('2026-02-01T00:00:00Z'))).toEqual(['low', 'ours']);
    expect(await status(since('2026-02-01'))).toBe(400);
    expect(await names(since(new Date(Date.now() - HOUR).toISOString(), 'created_at'))).toHaveLength(3);
    expect(await names(since(new Date(Date.now() + HOUR).toISOString(), 'last_updated_at'))).toEqual([]);
  });

  it('id, name, thread_id: all filters must hold', async () => {
    expect(await names({ field: 'id', operator: '=', value: low })).toEqual(['low']);
    expect(await names({ field: 'thread_id', operator: '=', value: 'thread-7' })).toEqual(['low']);
    expect(
      await names([
        { field: 'error_info', operator: 'is_not_empty' },
        { field: 'name', operator: '=', value: 'failed' },
      ]),
    ).toEqual(['failed']);
  });

  it('refuse unknown fields, operators and keys with a 400 that names the parameter', async () => {
    for (const filter of [
      { field: 'no_such_field', operator: '=', value: 'x' },
      { field: 'name', operator: 'matches', value: 'x' },
      { field: 'custom', operator: '=', key: 'metadata.n', value: '5' },
    ]) {
      const answer = await search({ filters: [filter] });
      expect([filter.field, answer.status]).toEqual([filter.field, 400]);
    }
  });
});

describe('the window of a search', () => {
  it('goes by the time inside the id, not by start_time', async () => {
    const time = (offset: number) => new Date(base + offset).toISOString();
    expect(await names([], { from_time: time(HOUR / 2), to_time: time(1.5 * HOUR) })).toEqual(['low']);
    expect(await names([], { from_time: time(HOUR / 2) })).toEqual(['low', 'ours']);
    expect((await search({ from_time: time(HOUR), to_time: time(HOUR) })).status).toBe(400);
  });

  it('begins after last_retrieved_id, which must be of version 7', async () => {
    expect(await names([], { last_retrieved_id: low })).toEqual(['failed']);
    expect(await names([], { last_retrieved_id: v4() })).toEqual([]);
  });

  it('is listed the same way by GET, with filters in the query', async () => {
    const filters = encodeURIComponent(JSON.stringify([{ field: 'tags', operator: '=', value: 'prod' }]));
    const answer = await target.opik.get(
      `/traces?project_name=${encodeURIComponent(project)}&filters=${filters}`,
    );
    expect(answer.body).toMatchObject({ page: 1, size: 1, total: 1, content: [{ id: low }] });
  });

  it('leaves out the fields that the reader excludes', async () => {
    const [row] = lines(await search({ exclude: ['feedback_scores', 'metadata'], last_retrieved_id: ours }));
    expect(row).toMatchObject({ name: 'low' });
    expect(row).not.toHaveProperty('feedback_scores');
    expect(row).not.toHaveProperty('metadata');
  });
});
