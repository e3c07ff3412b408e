import { type Call, pageOf, pageReply, pathId } from '../http/call.ts';
import { failure, json, noContent, refusal, stream } from '../http/reply.ts';
import type { Route } from '../router.ts';
import type { DatasetItemRow } from '../state/rows.ts';
import { datasetItemBatch, datasetItemDelete, datasetItemStream } from '../validation/datasetSchemas.ts';
import { decode } from '../validation/decode.ts';
import { itemView, newestFirst } from '../views/datasets.ts';
import { comparedDataset } from '../views/experimentItems.ts';
import type { World } from '../world.ts';
import { datasetById, datasetFor, findDataset, putItems, versionOf } from '../writes/datasets.ts';
import { eventsIn } from './events.ts';

const BASE = '/v1/private/datasets';
const STREAM_LIMIT = 2000;

export function datasetItemRoutes(world: World): Route[] {
  return [
    { method: 'PUT', path: `${BASE}/items`, limit: eventsIn('items'), handle: (call) => put(world, call) },
    {
      method: 'POST',
      path: `${BASE}/items/stream`,
      streams: true,
      handle: (call) => streamItems(world, call),
    },
    { method: 'POST', path: `${BASE}/items/delete`, handle: (call) => remove(world, call) },
    { method: 'GET', path: `${BASE}/items/{itemId}`, handle: (call) => one(world, call) },
    {
      method: 'GET',
      path: `${BASE}/{id}/items`,
      handle(call) {
        const dataset = datasetById(world, pathId(call));
        const items = versionOf(dataset, call.query.get('version'))?.items.values() ?? [];
        const page = pageReply(pageOf(call), newestFirst(items), (item) => itemView(dataset.id, item));
        return json({ ...page, columns: columnsOf(items) });
      },
    },
    { method: 'GET', path: `${BASE}/{id}/items/experiments/items`, handle: (call) => compare(world, call) },
  ];
}

async function put(world: World, call: Call) {
  const batch = decode(datasetItemBatch, 'DatasetItemBatch', call.body);
  const dataset =
    batch.dataset_id === undefined
      ? await datasetFor(world, call, batch.dataset_name ?? '', batch.project_name)
      : datasetById(world, batch.dataset_id);
  await putItems(world, call, dataset, batch.items, batch.batch_group_id);
  return noContent();
}

function streamItems(world: World, call: Call) {
  const asked = decode(datasetItemStream, 'DatasetItemStreamRequest', call.body);
  const dataset = findDataset(world, asked.dataset_name);
  if (dataset === undefined) throw refusal(404, 'Dataset not found');
  const items = newestFirst(versionOf(dataset, asked.dataset_version)?.items.values() ?? []);
  const cursor = asked.last_retrieved_id;
  const rest = cursor === undefined ? items : items.filter((item) => item.id < cursor);
  return stream(rest.slice(0, asked.steam_limit ?? STREAM_LIMIT).map((item) => itemView(dataset.id, item)));
}

function remove(world: World, call: Call) {
  const { item_ids } = decode(datasetItemDelete, 'DatasetItemsDelete', call.body);
  for (const dataset of world.state.datasets.values()) {
    const latest = dataset.versions.at(-1);
    for (const id of item_ids) latest?.items.delete(id);
  }
  return noContent();
}

function one(world: World, call: Call) {
  const id = pathId(call, 'itemId');
  for (const dataset of world.state.datasets.values()) {
    const item = dataset.versions.at(-1)?.items.get(id);
    if (item !== undefined) return json(itemView(dataset.id, item));
  }
  throw refusal(404, 'Dataset item not found');
}

function compare(world: World, call: Call) {
  const dataset = datasetById(world, pathId(call));
  const ids = experimentIds(call.query.get('experiment_ids'));
  const rows = comparedDataset(world.state, dataset, ids);
  return json(pageReply(pageOf(call), rows, (row) => row));
}

function experimentIds(text: string | null): string[] {
  const invalid = failure(400, `Invalid query param ids '${text ?? ''}'`);
  try {
    const ids: unknown = JSON.parse(text ?? '');
    if (Array.isArray(ids) && ids.every((id) => typeof id === 'string')) return ids;
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
  }
  throw invalid;
}

function columnsOf(items: Iterable<DatasetItemRow>) {
  const names = new Set<string>();
  for (const item of items) for (const name of Object.keys(item.data)) names.add(name);
  return [...names].sort().map((name) => ({ name, types: [], filter_field_prefix: 'data' }));
}
