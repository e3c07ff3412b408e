import { describe, expect, it } from 'vitest';
import { at, listAt, makeClient } from './support/client.ts';
import { conditions } from './support/conditions.ts';
import { v7 } from './support/ids.ts';
import { now, useTarget, withStandIn } from './support/target.ts';

const target = useTarget();
const { project } = target;

const score = (id: string, name: string, value: unknown, more: object = {}) => ({
  id,
  project_name: project,
  name,
  value,
  source: 'sdk',
  ...more,
});
const put = (...scores: unknown[]) => target.opik.put('/traces/feedback-scores', { scores });
const sendTrace = async (trace = target.trace()) => {
  await target.opik.post('/traces/batch', { traces: [trace] });
  return trace.id;
};
const scoresOf = async (id: string) => at((await target.opik.get(`/traces/${id}`)).body, 'feedback_scores');

describe('feedback scores', () => {
  it('overwrite by author and name when they are sent again', async () => {
    const id = await sendTrace();
    expect((await put(score(id, 'accuracy', 0.2, { reason: 'first' }))).status).toBe(204);
    expect((await put(score(id, 'accuracy', 0.9))).status).toBe(204);
    const scores = await scoresOf(id);
    expect(scores).toMatchObject([{ name: 'accuracy', value: 0.9, source: 'sdk' }]);
    expect(at(scores, 0)).not.toHaveProperty('reason');
  });

  it('stay when a later call sends fewer, and go only when deleted', async () => {
    const id = await sendTrace();
    await put(score(id, 'a', 1), score(id, 'b', 0));
    await put(score(id, 'a', 1));
    expect(await scoresOf(id)).toHaveLength(2);
    const answer = await target.opik.post(`/traces/${id}/feedback-scores/delete`, { name: 'b' });
    expect(answer.status).toBe(204);
    expect(await scoresOf(id)).toMatchObject([{ name: 'a' }]);
  });

  it('may come before their trace', async () => {
    const trace = target.trace();
    expect((await put(score(trace.id, 'early', 0.25))).status).toBe(204);
    await sendTrace(trace);
    expect(await scoresOf(trace.id)).toMatchObject([{ name: 'early', value: 0.25 }]);
  });

  it('that come late do not touch the times of the trace', async () => {
    const id = await sendTrace();
    const before = (await target.opik.get(`/traces/${id}`)).body;
    await put(score(id, 'late', 1));
    const after = (await target.opik.get(`/traces/${id}`)).body;
    expect(at(after, 'feedback_scores')).toHaveLength(1);
    expect(at(after, 'last_updated_at')).toBe(at(before, 'last_updated_at'));
    expect(at(after, 'created_at')).toBe(at(before, 'created_at'));
  });

  it('of another project do not reach the trace', async () => {
    const id = await sendTrace();
    await put(score(id, 'astray', 1, { project_name: target.otherProject('astray') }));
    expect(await scoresOf(id)).toBeUndefined();
  });

  it('have names that differ by case and blanks, and nine decimals', async () => {
    const id = await sendTrace();
    await put(score(id, 'acc', 1), score(id, 'ACC', 0), score(id, ' acc ', 0.1234567894));
    const scores = await scoresOf(id);
    const names = Array.isArray(scores) ? scores.map((row) => at(row, 'name')).sort() : [];
    expect(names).toEqual([' acc ', 'ACC', 'acc']);
    expect(JSON.stringify(scores)).toContain('0.123456789');
    expect(JSON.stringify(scores)).not.toContain('0.1234567894');
  });

  it('are refused out of range, without name, value or source, and as booleans', async () => {
    const { id } = target.trace();
    expect(at((await put(score(id, 'x', 1e9))).body, 'errors', 0)).toContain(
      'scores[0].value must be less than',
    );
    expect((await put(score(id, ' ', 1))).body).toEqual({ errors: ['scores[0].name must not be blank'] });
    const bare = await put({ id, name: 'x' });
    expect(bare.status).toBe(422);
    expect([...listAt(bare.body, 'errors')].sort()).toEqual([
      'scores[0].source must not be null',
      'scores[0].value must not be null',
    ]);
    expect((await put(score(id, 'x', true))).status).toBe(400);
    expect((await put(score(id, 'x', '0.5'))).status).toBe(204);
  });

  it('of spans show on the span, and on the trace as span scores', async () => {
    const id = await sendTrace();
    const span = target.span(id, { type: 'llm' });
    await target.opik.post('/spans/batch', { spans: [span] });
    const answer = await target.opik.put('/spans/feedback-scores', { scores: [score(span.id, 'step', 0.5)] });
    expect(answer.status).toBe(204);
    expect((await target.opik.get(`/spans/${span.id}`)).body).toMatchObject({
      feedback_scores: [{ name: 'step', value: 0.5 }],
    });
    const trace = (await target.opik.get(`/traces/${id}`)).body;
    expect(trace).toMatchObject({ span_feedback_scores: [{ name: 'step', value: 0.5 }] });
    expect(trace).not.toHaveProperty('feedback_scores');
  });

  it('with the category suite_assertion become assertions', async () => {
    const id = await sendTrace();
    expect((await put(score(id, 'must be polite', 1, { category_name: 'suite_assertion' }))).status).toBe(
      204,
    );
    expect(await scoresOf(id)).toBeUndefined();
  });
});

describe.skipIf(!conditions.severalAuthors)('feedback scores of several authors', () => {
  it('are averaged, one value a key owner', async () => {
    await withStandIn({ apiKey: ['key-1', 'key-2'], workspace: 'team' }, async (standIn) => {
      const first = makeClient(standIn.url, { apiKey: 'key-1', workspace: 'team' });
      const second = makeClient(standIn.url, { apiKey: 'key-2', workspace: 'team' });
      const id = v7();
      await first.post('/traces/batch', { traces: [{ id, project_name: 'p', start_time: now() }] });
      const scores = (value: number) => ({
        scores: [{ id, project_name: 'p', name: 'acc', value, source: 'sdk' }],
      });
      await first.put('/traces/feedback-scores', scores(1));
      await second.put('/traces/feedback-scores', scores(0));
      expect((await first.get(`/traces/${id}`)).body).toMatchObject({
        feedback_scores: [
          { name: 'acc', value: 0.5, value_by_author: { 'user-1': { value: 1 }, 'user-2': { value: 0 } } },
        ],
      });
    });
  });
});
