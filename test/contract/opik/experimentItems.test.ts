import { describe, expect, it } from 'vitest';
import { at, lines, listAt, textAt } from './support/client.ts';
import { v7 } from './support/ids.ts';
import { useTarget } from './support/target.ts';

const target = useTarget();
const { project } = target;

/** A dataset with one item and an experiment on it. */
async function scene() {
  const dataset_name = target.datasetName();
  const [itemId, experimentId] = [v7(), v7()];
  const name = `run ${experimentId}`;
  await target.opik.put('/datasets/items', {
    dataset_name,
    project_name: project,
    items: [{ id: itemId, source: 'sdk', data: { input: 'q' } }],
  });
  await target.opik.post('/experiments', { id: experimentId, name, dataset_name, project_name: project });
  const dataset = await target.opik.post('/datasets/retrieve', { dataset_name });
  const link = (trace_id: string, id = v7(), dataset_item_id = itemId) => ({
    id,
    experiment_id: experimentId,
    dataset_item_id,
    trace_id,
    project_name: project,
  });
  const experiment = async () => (await target.opik.get(`/experiments/${experimentId}`)).body;
  const streamed = async () =>
    lines(
      await target.opik.post('/experiments/items/stream', { experiment_name: name, project_name: project }),
    );
  return {
    dataset_name,
    itemId,
    experimentId,
    name,
    datasetId: textAt(dataset.body, 'id'),
    link,
    experiment,
    streamed,
  };
}

async function sentTrace(fields: Record<string, unknown> = {}) {
  const trace = target.trace(fields);
  await target.opik.post('/traces/batch', { traces: [trace] });
  return trace.id;
}

const put = (...experiment_items: unknown[]) => target.opik.post('/experiments/items', { experiment_items });

describe('experiment items', () => {
  it('are idempotent by their own id, and read back with what the trace says', async () => {
    const { link, streamed, experiment, itemId } = await scene();
    const trace = await sentTrace({ input: { q: 1 }, output: { a: 2 }, metadata: { secret: 1 } });
    await target.opik.put('/traces/feedback-scores', {
      scores: [{ id: trace, project_name: project, name: 'acc', value: 0.5, source: 'sdk' }],
    });
    const item = link(trace);
    for (let delivery = 0; delivery < 3; delivery += 1) {
      const answer = await put(item);
      expect([answer.status, answer.text]).toEqual([204, '']);
    }
    const rows = await streamed();
    expect(rows).toHaveLength(1);
    expect(rows[0]).toMatchObject({
      id: item.id,
      dataset_item_id: itemId,
      trace_id: trace,
      input: { q: 1 },
      output: { a: 2 },
      feedback_scores: [{ name: 'acc', value: 0.5 }],
      execution_policy: { runs_per_item: 1, pass_threshold: 1 },
    });
    expect(rows[0]).not.toHaveProperty('trace_metadata');
    expect(await experiment()).toMatchObject({
      trace_count: 1,
      feedback_scores: [{ name: 'acc', value: 0.5 }],
    });
  });

  it('are not checked against traces and dataset items: dangling ones are counted', async () => {
    const { link, experiment } = await scene();
    expect((await put(link(v7(), v7(), v7()))).status).toBe(204);
    expect(at(await experiment(), 'trace_count')).toBe(1);
  });

  it('count twice when the same id comes with another trace, though the stream shows one', async () => {
    const { link, experiment, streamed } = await scene();
    const id = v7();
    await put(link(await sentTrace(), id));
    await put(link(await sentTrace(), id));
    expect(at(await experiment(), 'trace_count')).toBe(2);
    expect(await streamed()).toHaveLength(1);
  });

  it('need all ids but their own', async () => {
    const answer = await put({ id: v7(), project_name: project });
    expect(answer.status).toBe(422);
    expect([...listAt(answer.body, 'errors')].sort()).toEqual([
      'experimentItems[0].datasetItemId must not be null',
      'experimentItems[0].experimentId must not be null',
      'experimentItems[0].traceId must not be null',
    ]);
  });

  it('are removed by id', async () => {
    const { link, streamed } = await scene();
    const item = link(await sentTrace());
    await put(item);
    expect(await streamed()).toHaveLength(1);
    expect((await target.opik.post('/experiments/items/delete', { ids: [item.id] })).status).toBe(204);
    expect(await streamed()).toEqual([]);
  });

  it('appear in the comparison of the dataset, with the metadata of the trace', async () => {
    const { link, datasetId, experimentId, itemId } = await scene();
    const item = link(await sentTrace({ metadata: { agentv: { run_id: 'r' } } }));
    await put(item);
    const ids = encodeURIComponent(JSON.stringify([experimentId]));
    const answer = await target.opik.get(
      `/datasets/${datasetId}/items/experiments/items?experiment_ids=${ids}`,
    );
    expect(answer.body).toMatchObject({
      total: 1,
      content: [
        { id: itemId, experiment_items: [{ id: item.id, trace_metadata: { agentv: { run_id: 'r' } } }] },
      ],
    });
  });

  it('show the trace its experiment, and let a search find it by that', async () => {
    const { link, experimentId, name, itemId } = await scene();
    const trace = await sentTrace();
    await put(link(trace));
    const found = await target.opik.post('/traces/search', {
      project_name: project,
      filters: [{ field: 'experiment_id', operator: '=', value: experimentId }],
    });
    expect(lines(found)).toMatchObject([
      { id: trace, experiment: { id: experimentId, name, dataset_item_id: itemId } },
    ]);
  });
});

describe('the numbers of an experiment', () => {
  it('are averages over its traces: scores, usage, cost, and interpolated durations', async () => {
    const { link, experiment } = await scene();
    const start = Date.parse('2026-01-01T00:00:00Z');
    const run = async (seconds: number, value: number) => {
      const trace = await sentTrace({
        start_time: new Date(start).toISOString(),
        end_time: new Date(start + seconds * 1000).toISOString(),
      });
      const cost = { usage: { total_tokens: value * 10 }, total_estimated_cost: value };
      await target.opik.post('/spans/batch', { spans: [target.span(trace, cost)] });
      await target.opik.put('/traces/feedback-scores', {
        scores: [{ id: trace, project_name: project, name: 'acc', value, source: 'sdk' }],
      });
      await put(link(trace));
    };
    await run(1, 1);
    await run(3, 2);
    expect(await experiment()).toMatchObject({
      trace_count: 2,
      feedback_scores: [{ name: 'acc', value: 1.5 }],
      usage: { total_tokens: 15 },
      total_estimated_cost: 3,
      total_estimated_cost_avg: 1.5,
      duration: { p50: 2000 },
    });
  });
});

describe('the bulk upload', () => {
  const bulk = (body: object) => target.opik.put('/experiments/items/bulk', body);

  it('is not idempotent: every delivery links the trace once more, while traces and scores are upserted', async () => {
    const { dataset_name, experimentId, name, itemId, streamed } = await scene();
    const trace = target.trace({ output: { a: 1 } });
    const body = {
      experiment_name: name,
      experiment_id: experimentId,
      dataset_name,
      project_name: project,
      items: [
        {
          dataset_item_id: itemId,
          trace,
          spans: [target.span(trace.id)],
          feedback_scores: [{ name: 'acc', value: 1, source: 'sdk' }],
        },
      ],
    };
    expect((await bulk(body)).status).toBe(204);
    expect((await bulk(body)).status).toBe(204);
    const rows = await streamed();
    expect(rows.map((row) => at(row, 'trace_id'))).toEqual([trace.id, trace.id]);
    expect(new Set(rows.map((row) => at(row, 'id'))).size).toBe(2);
    expect((await target.opik.get(`/traces/${trace.id}`)).body).toMatchObject({
      source: 'experiment',
      span_count: 1,
      feedback_scores: [{ name: 'acc', value: 1 }],
    });
  });

  it('makes a missing experiment, and a hidden trace for a bare result', async () => {
    const { dataset_name, itemId } = await scene();
    const experiment_id = v7();
    const experiment_name = `bulk ${experiment_id}`;
    const items = [{ dataset_item_id: itemId, evaluate_task_result: { answer: 42 } }];
    expect(
      (await bulk({ experiment_name, experiment_id, dataset_name, project_name: project, items })).status,
    ).toBe(204);
    const row = (await target.opik.get(`/experiments/${experiment_id}`)).body;
    expect(row).toMatchObject({ name: experiment_name, trace_count: 1 });
    expect(row).not.toHaveProperty('metadata');
    const stream = await target.opik.post('/experiments/items/stream', { experiment_name });
    expect(lines(stream)).toMatchObject([{ output: { answer: 42 }, trace_visibility_mode: 'hidden' }]);
  });

  it('refuses spans without a trace, a result beside a trace, and the dataset of another project', async () => {
    const { dataset_name, itemId } = await scene();
    const send = (item: object, project_name = project) =>
      bulk({
        experiment_name: 'refused',
        dataset_name,
        project_name,
        items: [{ dataset_item_id: itemId, ...item }],
      });
    expect((await send({ spans: [target.span(v7())] })).status).toBe(400);
    const both = await send({ trace: target.trace(), evaluate_task_result: { a: 1 } });
    expect([400, 422]).toContain(both.status);
    const elsewhere = target.otherProject('bulk');
    const foreign = await send({ evaluate_task_result: { a: 1 } }, elsewhere);
    expect(foreign.status).toBe(409);
    expect(foreign.text).toContain('belongs to a different project than the request project_name');
  });
});
