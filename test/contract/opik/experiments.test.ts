import { describe, expect, it } from 'vitest';
import { at, listAt, textAt } from './support/client.ts';
import { v7 } from './support/ids.ts';
import { useTarget } from './support/target.ts';

const target = useTarget();
const { project } = target;

const create = (fields: Record<string, unknown>) =>
  target.opik.post('/experiments', { project_name: project, ...fields });
const read = async (id: string) => (await target.opik.get(`/experiments/${id}`)).body;
const made = async (fields: Record<string, unknown> = {}) => {
  const id = v7();
  const answer = await create({ id, name: 'run', dataset_name: target.datasetName(), ...fields });
  expect(answer.status).toBe(201);
  return id;
};

describe('an experiment', () => {
  it('takes the id of the client, makes its dataset, and says where it is', async () => {
    const id = v7();
    const dataset_name = target.datasetName();
    const answer = await create({
      id,
      name: 'run',
      dataset_name,
      metadata: { agentv: { run_id: 'r' } },
      tags: ['agentv'],
    });
    expect(answer.status).toBe(201);
    expect(answer.headers.get('location')).toMatch(new RegExp(`/v1/private/experiments/${id}$`));
    expect(await read(id)).toMatchObject({
      id,
      name: 'run',
      dataset_name,
      project_name: project,
      metadata: { agentv: { run_id: 'r' } },
      tags: ['agentv'],
      type: 'regular',
      evaluation_method: 'dataset',
      status: 'completed',
    });
    expect((await target.opik.post('/datasets/retrieve', { dataset_name })).status).toBe(200);
  });

  it('that exists is left as it is by a second POST, which answers 201 all the same', async () => {
    const id = await made({ name: 'first', metadata: { n: 1 } });
    const unmade = target.datasetName('never made');
    const again = await create({ id, name: 'second', dataset_name: unmade, metadata: { n: 2 } });
    expect(again.status).toBe(201);
    expect(await read(id)).toMatchObject({ name: 'first', metadata: { n: 1 } });
    expect((await target.opik.post('/datasets/retrieve', { dataset_name: unmade })).status).toBe(404);
  });

  it('in parallel with itself is made once', async () => {
    const id = v7();
    const dataset_name = target.datasetName();
    await target.opik.post('/datasets', { name: dataset_name, project_name: project });
    const answers = await Promise.all(
      Array.from({ length: 6 }, () => create({ id, name: `parallel ${id}`, dataset_name })),
    );
    expect(answers.map((answer) => answer.status)).toEqual([201, 201, 201, 201, 201, 201]);
    const listed = await target.opik.get(`/experiments?name=${encodeURIComponent(`parallel ${id}`)}`);
    expect(at(listed.body, 'total')).toBe(1);
  });

  it('gets what PATCH sends: merged tags, replaced metadata, status and scores', async () => {
    const id = await made({ status: 'running', tags: ['a', 'b'], metadata: { old: true } });
    expect(at(await read(id), 'status')).toBe('running');
    const patch = await target.opik.patch(`/experiments/${id}`, {
      status: 'completed',
      metadata: { fresh: true },
      tags_to_add: ['c'],
      tags_to_remove: ['a'],
      experiment_scores: [{ name: 'pass_rate', value: 0.8 }],
    });
    expect([patch.status, patch.text]).toEqual([204, '']);
    const row = await read(id);
    expect(row).toMatchObject({
      status: 'completed',
      experiment_scores: [{ name: 'pass_rate', value: 0.8 }],
    });
    expect(at(row, 'metadata')).toEqual({ fresh: true });
    expect(new Set(listAt(row, 'tags'))).toEqual(new Set(['b', 'c']));
    await target.opik.patch(`/experiments/${id}`, { experiment_scores: [] });
    expect(await read(id)).not.toHaveProperty('experiment_scores');
  });

  it('is 404 when unknown, on reading and on PATCH, with the id in the message', async () => {
    const id = v7();
    const get = await target.opik.get(`/experiments/${id}`);
    expect([get.status, get.text]).toEqual([
      404,
      expect.stringContaining(`Not found experiment with id '${id}'`),
    ]);
    const patch = await target.opik.patch(`/experiments/${id}`, { status: 'completed' });
    expect([patch.status, patch.text]).toEqual([
      404,
      expect.stringContaining(`Experiment not found: '${id}'`),
    ]);
  });

  it('with a status that Opik does not know is completed on POST, unchanged on PATCH', async () => {
    expect(at(await read(await made({ status: 'RUNNING' })), 'status')).toBe('completed');
    const id = await made({ status: 'running' });
    expect((await target.opik.patch(`/experiments/${id}`, { status: 'finished' })).status).toBe(204);
    expect(at(await read(id), 'status')).toBe('running');
  });

  it('has at most 50 tags of 1 to 100 characters, and a known method', async () => {
    const status = async (fields: object) =>
      (await create({ id: v7(), dataset_name: target.datasetName(), ...fields })).status;
    expect(await status({ tags: Array.from({ length: 51 }, (_, index) => `t${index}`) })).toBe(422);
    expect(await status({ tags: ['x'.repeat(101)] })).toBe(422);
    expect(await status({ tags: [' '] })).toBe(422);
    expect(await status({ evaluation_method: 'unknown' })).toBe(400);
    expect(await status({ tags: ['x'.repeat(100)] })).toBe(201);
  });

  it('is refused without a dataset name, and with an unknown dataset version', async () => {
    const answer = await create({ id: v7() });
    expect([answer.status, answer.body]).toEqual([422, { errors: ['datasetName must not be blank'] }]);
    const version = await create({ dataset_name: target.datasetName(), dataset_version_id: v7() });
    expect([version.status, version.text]).toEqual([
      409,
      expect.stringContaining('Dataset version not found'),
    ]);
  });

  it('goes into the asked project while its dataset belongs to another, without a word', async () => {
    const dataset_name = target.datasetName();
    await target.opik.post('/datasets', { name: dataset_name, project_name: project });
    const elsewhere = target.otherProject('elsewhere');
    const id = v7();
    const answer = await create({ id, name: 'foreign', dataset_name, project_name: elsewhere });
    expect([answer.status, answer.headers.get('x-opik-deprecation')]).toEqual([201, null]);
    expect(await read(id)).toMatchObject({ project_name: elsewhere, dataset_name });
  });

  it('is bound to the dataset version that was the latest when it was made', async () => {
    const dataset_name = target.datasetName();
    const items = (more: object = {}) => ({
      dataset_name,
      project_name: project,
      items: [{ id: v7(), source: 'sdk', data: { a: 1 } }],
      ...more,
    });
    await target.opik.put('/datasets/items', items());
    const id = await made({ dataset_name });
    const bound = textAt(await read(id), 'dataset_version_id');
    await target.opik.put('/datasets/items', items({ batch_group_id: v7() }));
    expect(at(await read(id), 'dataset_version_id')).toBe(bound);
    expect(at(await read(await made({ dataset_name })), 'dataset_version_id')).not.toBe(bound);
  });
});

describe('the list of experiments', () => {
  it('finds by part of the name in any case, and says no dataset_item_count', async () => {
    const name = `Nightly ${v7()}`;
    const id = await made({ name });
    const answer = await target.opik.get(
      `/experiments?name=${encodeURIComponent(name.slice(2).toUpperCase())}`,
    );
    expect(listAt(answer.body, 'content').map((row) => at(row, 'id'))).toEqual([id]);
    expect(at(answer.body, 'content', 0)).not.toHaveProperty('dataset_item_count');
  });

  it('filters by nested metadata and by tag, and refuses fields it does not have', async () => {
    const run = v7();
    const id = await made({ metadata: { agentv: { run_id: run } }, tags: [`run:${run}`] });
    const list = (filter: object) =>
      target.opik.get(`/experiments?filters=${encodeURIComponent(JSON.stringify([filter]))}`);
    for (const filter of [
      { field: 'metadata', key: 'agentv.run_id', operator: '=', value: run },
      { field: 'tags', operator: '=', value: `run:${run}` },
    ]) {
      expect(listAt((await list(filter)).body, 'content').map((row) => at(row, 'id'))).toEqual([id]);
    }
    const refused = await list({ field: 'status', operator: '=', value: 'running' });
    expect([refused.status, refused.text]).toEqual([
      400,
      expect.stringContaining('Invalid filters query parameter'),
    ]);
  });
});

describe('finishing and deleting', () => {
  it('finish is 204 as often as it is called', async () => {
    const id = await made();
    for (let call = 0; call < 2; call += 1) {
      expect((await target.opik.post('/experiments/finish', { ids: [id] })).status).toBe(204);
    }
    expect((await target.opik.post('/experiments/finish', { ids: [] })).status).toBe(422);
  });

  it('a deleted id can be used again, and the traces of a deleted experiment stay', async () => {
    const dataset_name = target.datasetName();
    const id = await made({ dataset_name, name: 'first life' });
    const trace = target.trace();
    await target.opik.post('/traces/batch', { traces: [trace] });
    const link = {
      id: v7(),
      experiment_id: id,
      dataset_item_id: v7(),
      trace_id: trace.id,
      project_name: project,
    };
    await target.opik.post('/experiments/items', { experiment_items: [link] });
    expect(at(await read(id), 'trace_count')).toBe(1);
    expect((await target.opik.post('/experiments/delete', { ids: [id] })).status).toBe(204);
    expect((await target.opik.get(`/experiments/${id}`)).status).toBe(404);
    expect((await target.opik.get(`/traces/${trace.id}`)).status).toBe(200);
    expect((await create({ id, name: 'second life', dataset_name })).status).toBe(201);
    expect(await read(id)).toMatchObject({ name: 'second life', status: 'completed' });
  });

  it('an experiment outlives its dataset, without the name', async () => {
    const dataset_name = target.datasetName();
    const id = await made({ dataset_name });
    expect((await target.opik.post('/datasets/delete', { dataset_name })).status).toBe(204);
    expect(await read(id)).not.toHaveProperty('dataset_name');
  });
});
