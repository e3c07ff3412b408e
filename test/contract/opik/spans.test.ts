import { describe, expect, it } from 'vitest';
import { at, lines, listAt } from './support/client.ts';
import { v7 } from './support/ids.ts';
import { useTarget } from './support/target.ts';

const target = useTarget();
const { project } = target;

const batch = (...spans: unknown[]) => target.opik.post('/spans/batch', { spans });
const spansOf = async (traceId: string) =>
  lines(
    await target.opik.post('/spans/search', { project_name: project, trace_id: traceId, truncate: false }),
  );

describe('a batch of spans', () => {
  it('is an upsert by project, trace, parent and id', async () => {
    const traceId = v7();
    const span = target.span(traceId, { output: { first: true }, tags: ['old'] });
    expect((await batch(span)).status).toBe(204);
    expect((await batch({ ...target.span(traceId), id: span.id, name: 'again' })).status).toBe(204);
    const rows = await spansOf(traceId);
    expect(rows).toHaveLength(1);
    expect(rows[0]).toMatchObject({ id: span.id, name: 'again', type: 'general' });
    expect(rows[0]).not.toHaveProperty('output');
    expect(rows[0]).not.toHaveProperty('tags');
  });

  it('makes a second row when the same span id comes with another parent', async () => {
    const traceId = v7();
    const span = target.span(traceId);
    await batch(span);
    await batch({ ...span, parent_span_id: v7() });
    expect(await spansOf(traceId)).toHaveLength(2);
  });

  it('may come before its trace, and is added up on it afterwards', async () => {
    const trace = target.trace();
    const usage = { prompt_tokens: 10, completion_tokens: 2, total_tokens: 12 };
    const llm = { type: 'llm', provider: 'our-own', usage, total_estimated_cost: 0.25 };
    await batch(target.span(trace.id, llm), target.span(trace.id, { ...llm, type: 'tool' }));
    await target.opik.post('/traces/batch', {
      traces: [{ ...trace, metadata: { agentv: { run_id: 'r' } } }],
    });
    const row = (await target.opik.get(`/traces/${trace.id}`)).body;
    expect(row).toMatchObject({
      usage: { prompt_tokens: 20, completion_tokens: 4, total_tokens: 24 },
      total_estimated_cost: 0.5,
      span_count: 2,
      llm_span_count: 1,
      has_tool_spans: true,
      providers: ['our-own'],
    });
    expect(at(row, 'metadata')).toEqual({ agentv: { run_id: 'r' }, providers: ['our-own'] });
  });

  it('stores usage as 32-bit integers: fractions cut, text read, null dropped, larger ones refused', async () => {
    const traceId = v7();
    await batch(target.span(traceId, { usage: { a: 1.7, b: '5', c: null } }));
    expect(at(await spansOf(traceId), 0, 'usage')).toEqual({ a: 1, b: 5 });
    expect((await batch(target.span(traceId, { usage: { a: 3e9 } }))).status).toBe(400);
  });

  it('shows no cost of zero and no empty usage, and refuses a negative cost', async () => {
    const traceId = v7();
    await batch(target.span(traceId, { usage: {}, total_estimated_cost: 0 }));
    const [row] = await spansOf(traceId);
    expect(row).not.toHaveProperty('usage');
    expect(row).not.toHaveProperty('total_estimated_cost');
    const answer = await batch(target.span(traceId, { total_estimated_cost: -1 }));
    expect(answer.status).toBe(422);
    expect(answer.text).toContain('spans[0].totalEstimatedCost');
  });

  it('computes a cost when none is sent, and keeps the one that is', async () => {
    const traceId = v7();
    const known = {
      type: 'llm',
      model: 'gpt-4o',
      provider: 'openai',
      usage: { prompt_tokens: 1000, completion_tokens: 100 },
    };
    const own = target.span(traceId, { ...known, total_estimated_cost: 0.5 });
    const estimated = target.span(traceId, known);
    await batch(own, estimated);
    const rows = await spansOf(traceId);
    const byId = (id: string) => rows.find((row) => at(row, 'id') === id);
    expect(byId(own.id)).toMatchObject({ total_estimated_cost: 0.5 });
    expect(byId(own.id)).not.toHaveProperty('total_estimated_cost_version');
    expect(Number(at(byId(estimated.id), 'total_estimated_cost'))).toBeGreaterThan(0);
    expect(byId(estimated.id)).toHaveProperty('total_estimated_cost_version');
  });

  it('breaks without trace_id', async () => {
    const { trace_id: _, ...span } = target.span(v7());
    expect((await batch(span)).status).toBe(500);
  });

  it('puts the provider into the metadata it returns', async () => {
    const traceId = v7();
    await batch(target.span(traceId, { provider: 'our-own', metadata: { mine: 1 } }));
    expect(at(await spansOf(traceId), 0, 'metadata')).toEqual({ mine: 1, provider: 'our-own' });
  });
});

describe('a single span', () => {
  it('is 201 when it is there already, and changes nothing', async () => {
    const traceId = v7();
    const span = target.span(traceId, { name: 'first' });
    expect((await target.opik.post('/spans', span)).status).toBe(201);
    expect((await target.opik.post('/spans', { ...span, name: 'second' })).status).toBe(201);
    expect(await spansOf(traceId)).toMatchObject([{ name: 'first' }]);
  });

  it('has its project name when read by id or listed, not when searched', async () => {
    const traceId = v7();
    const span = target.span(traceId);
    await batch(span);
    expect((await target.opik.get(`/spans/${span.id}`)).body).toMatchObject({
      id: span.id,
      project_name: project,
    });
    expect((await spansOf(traceId))[0]).not.toHaveProperty('project_name');
    const listed = await target.opik.get(
      `/spans?project_name=${encodeURIComponent(project)}&trace_id=${traceId}`,
    );
    expect(listAt(listed.body, 'content').map((row) => at(row, 'id'))).toEqual([span.id]);
  });

  it('cannot be moved to another trace by PATCH', async () => {
    const span = target.span(v7());
    await batch(span);
    const answer = await target.opik.patch(`/spans/${span.id}`, {
      project_name: project,
      trace_id: v7(),
      name: 'x',
    });
    expect(answer.status).toBe(409);
  });
});
