import { describe, expect, it } from 'vitest';
import { at, lines, listAt, textAt } from './support/client.ts';
import { v7 } from './support/ids.ts';
import { useTarget } from './support/target.ts';

const target = useTarget();
const { project } = target;

type Status = 'passed' | 'failed';
const result = (entity_id: string, name: string, status: string, more: object = {}) => ({
  entity_id,
  project_name: project,
  name,
  status,
  source: 'sdk',
  ...more,
});
const put = (assertion_results: unknown[], entity_type = 'TRACE') =>
  target.opik.put('/assertion-results', { entity_type, assertion_results });

async function suite(method = 'evaluation_suite') {
  const dataset_name = target.datasetName();
  const id = v7();
  const name = `suite ${id}`;
  const body = { id, name, dataset_name, project_name: project, evaluation_method: method };
  expect((await target.opik.post('/experiments', body)).status).toBe(201);
  const experiment = async () => (await target.opik.get(`/experiments/${id}`)).body;
  const listed = async () => (await target.opik.get(`/experiments?name=${encodeURIComponent(name)}`)).body;
  async function run(dataset_item_id: string, assertions: Record<string, Status>, more: object = {}) {
    const trace = target.trace();
    await target.opik.post('/traces/batch', { traces: [trace] });
    const results = Object.entries(assertions).map(([text, status]) => result(trace.id, text, status));
    if (results.length > 0) expect((await put(results)).status).toBe(204);
    const link = {
      id: v7(),
      experiment_id: id,
      dataset_item_id,
      trace_id: trace.id,
      project_name: project,
      ...more,
    };
    expect((await target.opik.post('/experiments/items', { experiment_items: [link] })).status).toBe(204);
    return trace.id;
  }
  return { id, name, dataset_name, experiment, listed, run };
}

describe('assertion results', () => {
  it('make the pass rate of an experiment by evaluation_suite', async () => {
    const { run, experiment } = await suite();
    expect(await experiment()).not.toHaveProperty('total_count');
    await run(v7(), { polite: 'passed', correct: 'passed' });
    await run(v7(), { polite: 'passed', correct: 'failed' });
    const row = await experiment();
    expect(row).toMatchObject({ pass_rate: 0.5, passed_count: 1, total_count: 2 });
    const scores = listAt(row, 'assertion_scores').map((score) => [at(score, 'name'), at(score, 'value')]);
    expect(new Map(scores.map(([name, value]) => [name, value]))).toEqual(
      new Map<unknown, unknown>([
        ['polite', 1],
        ['correct', 0.5],
      ]),
    );
  });

  it('are overwritten when they are sent again, but never removed by sending fewer', async () => {
    const { run, experiment } = await suite();
    const trace = await run(v7(), { a: 'failed', b: 'passed' });
    expect(await experiment()).toMatchObject({ pass_rate: 0, total_count: 1 });
    await put([result(trace, 'a', 'passed')]);
    expect(await experiment()).toMatchObject({ pass_rate: 1, total_count: 1 });
    await put([result(trace, 'b', 'failed')]);
    await put([result(trace, 'a', 'passed')]);
    expect(await experiment()).toMatchObject({ pass_rate: 0, passed_count: 0, total_count: 1 });
  });

  it('leave items without any of them out of total_count', async () => {
    const { run, experiment } = await suite();
    await run(v7(), {});
    const bare = await experiment();
    expect(bare).toMatchObject({ passed_count: 0, total_count: 0 });
    expect(bare).not.toHaveProperty('pass_rate');
    await run(v7(), { a: 'passed' });
    expect(await experiment()).toMatchObject({ pass_rate: 1, passed_count: 1, total_count: 1 });
  });

  it('pass an item when enough of its runs passed, by the policy of the experiment item', async () => {
    const { run, experiment } = await suite();
    const item = v7();
    const policy = { execution_policy: { runs_per_item: 3, pass_threshold: 2 } };
    await run(item, { a: 'passed' }, policy);
    await run(item, { a: 'failed' }, policy);
    expect(await experiment()).toMatchObject({ passed_count: 0, total_count: 1 });
    await run(item, { a: 'passed' }, policy);
    expect(await experiment()).toMatchObject({ passed_count: 1, total_count: 1 });
  });

  it('give an ordinary experiment assertion_scores but no pass rate', async () => {
    const { run, experiment } = await suite('dataset');
    await run(v7(), { a: 'passed' });
    const row = await experiment();
    expect(row).toMatchObject({ assertion_scores: [{ name: 'a', value: 1 }] });
    for (const field of ['pass_rate', 'passed_count', 'total_count']) expect(row).not.toHaveProperty(field);
  });

  it('may come before the trace and its link', async () => {
    const { id, experiment } = await suite();
    const trace = target.trace();
    await put([result(trace.id, 'early', 'passed')]);
    await target.opik.post('/traces/batch', { traces: [trace] });
    const link = {
      id: v7(),
      experiment_id: id,
      dataset_item_id: v7(),
      trace_id: trace.id,
      project_name: project,
    };
    await target.opik.post('/experiments/items', { experiment_items: [link] });
    expect(await experiment()).toMatchObject({ pass_rate: 1, total_count: 1 });
  });

  it('of another project are counted by GET, not by the list', async () => {
    const { run, experiment, listed } = await suite();
    const trace = await run(v7(), {});
    await put([result(trace, 'a', 'passed', { project_name: target.otherProject('assert') })]);
    expect(await experiment()).toMatchObject({ total_count: 1 });
    expect(at(await listed(), 'content', 0, 'total_count')).toBe(0);
  });

  it('live beside feedback scores, which do not decide', async () => {
    const { run, experiment } = await suite();
    const trace = await run(v7(), { a: 'passed' });
    await target.opik.put('/traces/feedback-scores', {
      scores: [{ id: trace, project_name: project, name: 'quality', value: 0, source: 'sdk' }],
    });
    expect(await experiment()).toMatchObject({
      pass_rate: 1,
      feedback_scores: [{ name: 'quality', value: 0 }],
    });
  });

  it('show in the stream of items and, once each, in the comparison', async () => {
    const { run, name, dataset_name, id } = await suite();
    const item = v7();
    const data = {
      dataset_name,
      project_name: project,
      items: [{ id: item, source: 'sdk', data: { a: 1 } }],
    };
    await target.opik.put('/datasets/items', data);
    const trace = await run(item, { a: 'failed' });
    await put([result(trace, 'a', 'failed', { reason: 'too rude' })]);
    const stream = await target.opik.post('/experiments/items/stream', {
      experiment_name: name,
      project_name: project,
    });
    expect(lines(stream)).toMatchObject([{ status: 'failed' }]);
    const dataset = await target.opik.post('/datasets/retrieve', { dataset_name });
    const ids = encodeURIComponent(JSON.stringify([id]));
    const path = `/datasets/${textAt(dataset.body, 'id')}/items/experiments/items?experiment_ids=${ids}`;
    const compared = await target.opik.get(path);
    expect(at(compared.body, 'content', 0, 'experiment_items', 0, 'assertion_results')).toEqual([
      { value: 'a', passed: false, reason: 'too rude' },
    ]);
    expect(at(compared.body, 'content', 0, 'run_summaries_by_experiment', id)).toEqual({
      passed_runs: 0,
      total_runs: 1,
      status: 'failed',
    });
  });

  it('are refused without source or name, with another status, and when there are none', async () => {
    const { id } = target.trace();
    expect((await put([result(id, 'a', 'passed', { source: null })])).status).toBe(422);
    expect((await put([result(id, ' ', 'passed')])).status).toBe(422);
    expect((await put([])).status).toBe(422);
    expect((await put([result(id, 'a', 'error')])).status).toBe(400);
    expect((await put([result(id, 'a', 'passed')], 'trace')).status).toBe(204);
    expect((await put([result(id, 'a', 'passed')], 'PAGE')).status).toBe(400);
  });
});
