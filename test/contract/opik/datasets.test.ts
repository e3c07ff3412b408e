import { describe, expect, it } from 'vitest';
import { at, lines, listAt, textAt } from './support/client.ts';
import { v4, v7 } from './support/ids.ts';
import { useTarget } from './support/target.ts';

const target = useTarget();
const { project } = target;

const item = (id: string, data: unknown, more: object = {}) => ({ id, source: 'sdk', data, ...more });
const put = (dataset_name: string, items: unknown[], more: object = {}) =>
  target.opik.put('/datasets/items', { dataset_name, project_name: project, items, ...more });
const retrieve = (dataset_name: string, project_name?: string) =>
  target.opik.post('/datasets/retrieve', {
    dataset_name,
    ...(project_name === undefined ? {} : { project_name }),
  });
const create = (name: string, more: object = {}) =>
  target.opik.post('/datasets', { name, project_name: project, ...more });
const idOf = async (name: string) => textAt((await retrieve(name)).body, 'id');
const itemsOf = async (name: string, query = '') => {
  const answer = await target.opik.get(`/datasets/${await idOf(name)}/items?size=1000${query}`);
  return listAt(answer.body, 'content');
};
const versionsOf = async (name: string) =>
  listAt((await target.opik.get(`/datasets/${await idOf(name)}/versions`)).body, 'content');

describe('dataset names', () => {
  it('are unique in the workspace whatever the project, upper and lower case alike', async () => {
    const name = target.datasetName('Unique');
    expect((await create(name)).status).toBe(201);
    const same = await create(name);
    expect([same.status, listAt(same.body, 'errors')]).toEqual([
      409,
      [expect.stringContaining('already exists')],
    ]);
    expect((await create(name.toUpperCase())).status).toBe(409);
    expect((await create(name, { project_name: target.otherProject('names') })).status).toBe(409);
  });

  it('are found from another project too, with X-Opik-Deprecation as the only sign', async () => {
    const name = target.datasetName();
    await create(name);
    const own = await retrieve(name, project);
    const bare = await retrieve(name);
    const foreign = await retrieve(name, target.otherProject('retrieve'));
    expect([own.status, bare.status, foreign.status]).toEqual([200, 200, 200]);
    expect(own.headers.get('x-opik-deprecation')).toBeNull();
    expect(bare.headers.get('x-opik-deprecation')).toBeNull();
    expect(foreign.headers.get('x-opik-deprecation')).toContain('workspace-wide search');
    expect(textAt(foreign.body, 'project_id')).toBe(textAt(own.body, 'project_id'));
  });

  it('that are unknown are a 404 in the errors shape', async () => {
    const answer = await retrieve(`${project} no such dataset`);
    expect([answer.status, answer.body]).toEqual([404, { errors: ['Dataset not found'] }]);
  });
});

describe('dataset items without a batch group', () => {
  it('make the dataset, and are upserted in place by id in its one version', async () => {
    const name = target.datasetName();
    const [a, b] = [v7(), v7()];
    expect((await put(name, [item(a, { input: 1 }, { tags: ['old'], description: 'text' })])).status).toBe(
      204,
    );
    expect((await put(name, [item(a, { input: 2 }), item(b, { input: 3 })])).status).toBe(204);
    expect((await put(name, [item(b, { input: 3 })])).status).toBe(204);
    const items = await itemsOf(name);
    expect(new Set(items.map((row) => at(row, 'id')))).toEqual(new Set([a, b]));
    expect(items).toHaveLength(2);
    const first = items.find((row) => at(row, 'id') === a);
    expect(first).toMatchObject({ data: { input: 2 }, source: 'sdk' });
    expect(first).not.toHaveProperty('description');
    expect(at(first, 'tags') ?? []).toEqual([]);
    expect(await versionsOf(name)).toHaveLength(1);
  });

  it('go into the other project silently when the dataset belongs there', async () => {
    const name = target.datasetName();
    await put(name, [item(v7(), { a: 1 })]);
    const elsewhere = target.otherProject('silent');
    const answer = await put(name, [item(v7(), { a: 2 })], { project_name: elsewhere });
    expect(answer.status).toBe(204);
    expect(answer.headers.get('x-opik-deprecation')).toBeNull();
    expect(await itemsOf(name)).toHaveLength(2);
    const owner = await target.opik.post('/projects/retrieve', { name: project });
    expect(textAt((await retrieve(name)).body, 'project_id')).toBe(textAt(owner.body, 'id'));
  });

  it('are read back as a stream, the newest id first', async () => {
    const name = target.datasetName();
    const ids = [1, 2, 3].map((offset) => v7(Date.now() - 1000 + offset));
    await put(
      name,
      ids.map((id) => item(id, { id })),
    );
    const answer = await target.opik.post('/datasets/items/stream', {
      dataset_name: name,
      project_name: project,
    });
    expect(lines(answer).map((row) => at(row, 'id'))).toEqual(ids.toReversed());
  });
});

describe('dataset items with a batch group', () => {
  it('make one version a group, and repeat safely within it', async () => {
    const name = target.datasetName();
    const [a, b, c] = [v7(), v7(), v7()];
    await put(name, [item(a, { n: 1 })]);
    const group = { batch_group_id: v7() };
    await put(name, [item(b, { n: 2 })], group);
    await put(name, [item(b, { n: 2 }), item(c, { n: 3 })], group);
    expect(await versionsOf(name)).toHaveLength(2);
    expect((await itemsOf(name)).map((row) => at(row, 'id')).sort()).toEqual([a, b, c].sort());
    const oldest = (await versionsOf(name)).at(-1);
    const before = await itemsOf(name, `&version=${textAt(oldest, 'version_hash')}`);
    expect(before.map((row) => at(row, 'id'))).toEqual([a]);
  });
});

describe('dataset items are refused', () => {
  it('without data, without a dataset, or with a source that its ids contradict', async () => {
    const name = target.datasetName();
    const errors = async (items: unknown[], more: object = {}) => {
      const answer = await put(name, items, more);
      return [answer.status, at(answer.body, 'errors', 0)];
    };
    expect(await errors([item(v7(), {})])).toEqual([422, 'items[0].data must not be empty']);
    expect(await errors([item(v7(), { a: 1 }, { trace_id: v7() })])).toEqual([
      422,
      'items[0].source when it is sdk, trace_id must be null',
    ]);
    expect(await errors([item(v7(), { a: 1 }, { source: 'trace' })])).toEqual([
      422,
      expect.stringMatching(/^items\[0\]\.source when it is trace, trace_id/),
    ]);
    const homeless = await target.opik.put('/datasets/items', { items: [item(v7(), { a: 1 })] });
    expect(homeless.status).toBe(422);
    const policy = { execution_policy: { runs_per_item: 1, pass_threshold: 2 } };
    expect(await errors([item(v7(), { a: 1 }, policy)])).toEqual([
      422,
      'items[0].executionPolicy. pass_threshold must be less than or equal to runs_per_item',
    ]);
    expect((await retrieve(name)).status).toBe(404);
  });

  it('for a dataset id that is unknown or not of version 7', async () => {
    const send = async (dataset_id: string) =>
      (await target.opik.put('/datasets/items', { dataset_id, items: [item(v7(), { a: 1 })] })).status;
    expect(await send(v7())).toBe(404);
    expect((await target.opik.post('/datasets', { id: v4(), name: target.datasetName() })).status).toBe(400);
  });
});

describe('paging through items', () => {
  it('says how many rows a page has, and none beyond the end', async () => {
    const name = target.datasetName();
    await put(name, [item(v7(), { a: 1 }), item(v7(), { a: 2 }), item(v7(), { a: 3 })]);
    const id = await idOf(name);
    const page = async (number: number) =>
      (await target.opik.get(`/datasets/${id}/items?page=${number}&size=2`)).body;
    expect(await page(1)).toMatchObject({ page: 1, size: 2, total: 3 });
    expect(await page(2)).toMatchObject({ page: 2, size: 1 });
    expect(await page(3)).toMatchObject({ page: 3, size: 0, content: [] });
    const zero = await target.opik.get(`/datasets/${id}/items?size=0`);
    expect([zero.status, zero.body]).toEqual([
      400,
      { errors: ['query param size must be greater than or equal to 1'] },
    ]);
  });
});
