import { describe, expect, it } from 'vitest';
import { at, lines, textAt } from './support/client.ts';
import { v7 } from './support/ids.ts';
import { useTarget } from './support/target.ts';

const target = useTarget();
const { project } = target;

const batch = (...traces: unknown[]) => target.opik.post('/traces/batch', { traces });
const read = async (id: string) => (await target.opik.get(`/traces/${id}`)).body;
const found = async (filters: unknown[]) =>
  lines(await target.opik.post('/traces/search', { project_name: project, filters, truncate: false }));
const named = (name: string) => found([{ field: 'name', operator: '=', value: name }]);

describe('a batch of traces', () => {
  it('is accepted with 204 and an empty body, and makes one row however often it comes', async () => {
    const trace = target.trace({ name: 'delivered twice', output: { text: 'same' } });
    for (let delivery = 0; delivery < 3; delivery += 1) {
      const answer = await batch(trace);
      expect([answer.status, answer.text]).toEqual([204, '']);
    }
    expect(await named('delivered twice')).toHaveLength(1);
  });

  it('replaces the whole row: the last write wins, and what it does not send is gone', async () => {
    const trace = target.trace({ input: { a: 1 }, output: { b: 2 }, tags: ['one'], thread_id: 'thread' });
    await batch(trace);
    await batch({ ...target.trace({ id: trace.id, name: 'second', output: { c: 3 } }) });
    const row = await read(trace.id);
    expect(row).toMatchObject({ name: 'second', output: { c: 3 } });
    expect(row).not.toHaveProperty('input');
    expect(row).not.toHaveProperty('tags');
    expect(row).not.toHaveProperty('thread_id');
  });

  it('resets created_at and drops tags that a PATCH had added', async () => {
    const trace = target.trace({ tags: ['sent'] });
    await batch(trace);
    const before = await read(trace.id);
    const patched = await target.opik.patch(`/traces/${trace.id}`, {
      project_name: project,
      tags_to_add: ['reviewed'],
    });
    expect(patched.status).toBe(204);
    const between = await read(trace.id);
    expect([...tagsOf(between)].sort()).toEqual(['reviewed', 'sent']);
    expect(textAt(between, 'created_at')).toBe(textAt(before, 'created_at'));
    expect(textAt(between, 'last_updated_at') > textAt(before, 'last_updated_at')).toBe(true);
    await batch(trace);
    const after = await read(trace.id);
    expect(tagsOf(after)).toEqual(['sent']);
    expect(textAt(after, 'created_at') > textAt(before, 'created_at')).toBe(true);
  });

  it('keeps scores, comments and spans of a trace that is sent again', async () => {
    const trace = target.trace();
    await batch(trace);
    await target.opik.post('/spans/batch', { spans: [target.span(trace.id)] });
    await target.opik.put('/traces/feedback-scores', {
      scores: [{ id: trace.id, project_name: project, name: 'kept', value: 0.5, source: 'sdk' }],
    });
    expect((await target.opik.post(`/traces/${trace.id}/comments`, { text: 'look here' })).status).toBe(201);
    await batch(trace);
    expect(await read(trace.id)).toMatchObject({
      feedback_scores: [{ name: 'kept', value: 0.5 }],
      comments: [{ text: 'look here' }],
      span_count: 1,
    });
  });

  it('loses against a stored row with a later last_updated_at', async () => {
    const trace = target.trace({ name: 'newer' });
    await batch(trace);
    await batch({ ...trace, name: 'older', last_updated_at: '2020-01-01T00:00:00Z' });
    expect(await read(trace.id)).toMatchObject({ name: 'newer' });
  });

  it('makes a second row when the same id goes to another project', async () => {
    const elsewhere = target.otherProject('second');
    const trace = target.trace({ name: 'in two projects' });
    await batch(trace);
    await batch({ ...trace, project_name: elsewhere });
    expect(await named('in two projects')).toHaveLength(1);
    const other = await target.opik.post('/traces/search', { project_name: elsewhere });
    expect(lines(other).map((row) => at(row, 'id'))).toEqual([trace.id]);
    const score = { name: 'acc', value: 1, source: 'sdk' };
    expect((await target.opik.put(`/traces/${trace.id}/feedback-scores`, score)).status).toBe(500);
  });

  it('takes time with a zone, epoch seconds and nanoseconds, and gives them back in UTC', async () => {
    const trace = target.trace({ start_time: '2026-01-02T03:04:05.123456789+02:00', end_time: 1767315846 });
    await batch(trace);
    expect(await read(trace.id)).toMatchObject({
      start_time: '2026-01-02T01:04:05.123456789Z',
      end_time: '2026-01-02T01:04:06Z',
    });
  });

  it('takes an end before the start, with a negative duration', async () => {
    const trace = target.trace({ start_time: '2026-01-01T00:00:01Z', end_time: '2026-01-01T00:00:00Z' });
    await batch(trace);
    expect(at(await read(trace.id), 'duration')).toBe(-1000);
  });

  it('does not validate error_info, but wants an object', async () => {
    const trace = target.trace({ error_info: {} });
    expect((await batch(trace)).status).toBe(204);
    expect((await batch(target.trace({ error_info: 'it broke' }))).status).toBe(400);
  });

  it('ignores unknown fields, reads enums in any case, and keeps tags as a set', async () => {
    const trace = target.trace({ nonsense: 1, source: 'EXPERIMENT', tags: ['x', 'x', ' '] });
    expect((await batch(trace)).status).toBe(204);
    const row = await read(trace.id);
    expect(row).toMatchObject({ source: 'experiment', environment: '', providers: [] });
    expect(row).not.toHaveProperty('nonsense');
    expect([...tagsOf(row)].sort()).toEqual([' ', 'x']);
  });
});

describe('a single trace', () => {
  it('answers 409 in the errors shape when it is there already', async () => {
    const trace = target.trace();
    const first = await target.opik.post('/traces', trace);
    expect(first.status).toBe(201);
    expect(first.headers.get('location')).toMatch(new RegExp(`/v1/private/traces/${trace.id}$`));
    const second = await target.opik.post('/traces', trace);
    expect([second.status, second.body]).toEqual([409, { errors: ['Trace already exists'] }]);
  });

  it('is 404 in the code/message shape when unknown', async () => {
    const id = v7();
    const answer = await target.opik.get(`/traces/${id}`);
    expect([answer.status, answer.body]).toEqual([404, expect.objectContaining({ code: 404 })]);
    expect(textAt(answer.body, 'message')).toContain(`${id} not found`);
  });
});

describe('a PATCH', () => {
  it('of an unknown id makes a row that starts in 1970 and is found by search', async () => {
    const id = v7();
    const answer = await target.opik.patch(`/traces/${id}`, {
      project_name: project,
      output: { late: true },
    });
    expect(answer.status).toBe(204);
    const rows = await found([{ field: 'id', operator: '=', value: id }]);
    expect(rows).toHaveLength(1);
    expect(rows[0]).toMatchObject({ start_time: '1970-01-01T00:00:00Z', output: { late: true } });
  });

  it('is kept by a later single POST that does not send the field', async () => {
    const trace = target.trace({ name: 'posted late' });
    await target.opik.patch(`/traces/${trace.id}`, { project_name: project, output: { from: 'patch' } });
    expect((await target.opik.post('/traces', trace)).status).toBe(201);
    expect(await read(trace.id)).toMatchObject({ name: 'posted late', output: { from: 'patch' } });
  });

  it('with another project is refused', async () => {
    const trace = target.trace();
    await batch(trace);
    const answer = await target.opik.patch(`/traces/${trace.id}`, {
      project_name: target.otherProject('patch'),
      name: 'x',
    });
    expect(answer.status).toBe(409);
  });
});

describe('deleting', () => {
  it('removes traces, and a second delete is no error', async () => {
    const trace = target.trace();
    await batch(trace);
    for (let time = 0; time < 2; time += 1) {
      expect((await target.opik.post('/traces/delete', { ids: [trace.id] })).status).toBe(204);
    }
    expect((await target.opik.get(`/traces/${trace.id}`)).status).toBe(404);
  });
});

function tagsOf(row: unknown): string[] {
  const tags = at(row, 'tags');
  return Array.isArray(tags) ? tags.map(String) : [];
}
