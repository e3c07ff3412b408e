import type { Call } from '../http/call.ts';
import { crash, failure, refusal } from '../http/reply.ts';
import { newId, requireV7 } from '../ids.ts';
import type { DatasetItemRow, DatasetRow, DatasetVersion } from '../state/rows.ts';
import type { DatasetItemWrite } from '../validation/datasetSchemas.ts';
import { projectFor, raceGap, stamps, type World } from '../world.ts';

/** A dataset by name: unique in the workspace whatever the project, upper and lower case alike. */
export function findDataset(world: World, name: string): DatasetRow | undefined {
  const wanted = name.toLowerCase();
  for (const dataset of world.state.datasets.values())
    if (dataset.name.toLowerCase() === wanted) return dataset;
  return undefined;
}

export interface NewDataset {
  readonly id?: string | undefined;
  readonly name: string;
  readonly projectId: string | undefined;
  readonly type?: string | undefined;
  readonly visibility?: string | undefined;
  readonly tags?: readonly string[] | undefined;
  readonly description?: string | undefined;
}

/** Adds a dataset; 409 when its name or id is taken. */
export function addDataset(world: World, call: Call, fields: NewDataset): DatasetRow {
  if (fields.id !== undefined) requireV7(fields.id, 'Dataset');
  if (findDataset(world, fields.name) !== undefined) throw refusal(409, 'Dataset already exists');
  if (fields.id !== undefined && world.state.datasets.has(fields.id))
    throw refusal(409, 'Dataset already exists');
  const dataset: DatasetRow = {
    id: fields.id ?? newId(),
    name: fields.name,
    projectId: fields.projectId,
    type: fields.type ?? 'dataset',
    visibility: fields.visibility ?? 'private',
    tags: fields.tags ?? [],
    description: fields.description,
    versions: [],
    ...stamps(world, call.user),
  };
  world.state.datasets.set(dataset.id, dataset);
  return dataset;
}

/**
 * The dataset of that name, made when missing. Overlapping calls that both find it missing race to the insert: the first
 * makes it, the others break on the unique key and answer 500. The project of an existing one is not compared.
 */
export async function datasetFor(
  world: World,
  call: Call,
  name: string,
  projectName?: string,
): Promise<DatasetRow> {
  const found = findDataset(world, name);
  if (found !== undefined) return found;
  await raceGap(world);
  if (findDataset(world, name) !== undefined) throw crash();
  return addDataset(world, call, { name, projectId: projectFor(world, call, projectName).id });
}

export function datasetById(world: World, id: string): DatasetRow {
  const dataset = world.state.datasets.get(id);
  if (dataset === undefined) throw refusal(404, 'Dataset not found');
  return dataset;
}

/**
 * Writes items. Without a group they go into the latest version in place (made when there is none); with a group into the
 * version of that group, made from the latest one at the first call. Overlapping first calls of a group make one version
 * each from the same base, so that the last one hides the items of the others.
 */
export async function putItems(
  world: World,
  call: Call,
  dataset: DatasetRow,
  items: readonly DatasetItemWrite[],
  groupId: string | undefined,
): Promise<void> {
  for (const item of items) if (item.id !== undefined) requireV7(item.id, 'Dataset Item');
  const version = await versionForWrite(world, call, dataset, groupId);
  for (const item of items) {
    const id = item.id ?? newId();
    const row = itemRow(item, id, stamps(world, call.user, version.items.get(id)));
    version.items.set(id, row);
  }
  version.itemsTotal += items.length;
  version.itemsAdded += items.length;
  version.lastUpdatedAt = world.clock.now();
}

async function versionForWrite(world: World, call: Call, dataset: DatasetRow, groupId: string | undefined) {
  const latest = dataset.versions.at(-1);
  if (groupId === undefined) return latest ?? addVersion(world, call, dataset, undefined, undefined);
  const grouped = dataset.versions.find((version) => version.groupId === groupId);
  if (grouped !== undefined) return grouped;
  const base = latest === undefined ? undefined : new Map(latest.items);
  await raceGap(world);
  return addVersion(world, call, dataset, groupId, base);
}

function addVersion(
  world: World,
  call: Call,
  dataset: DatasetRow,
  groupId: string | undefined,
  base: ReadonlyMap<string, DatasetItemRow> | undefined,
): DatasetVersion {
  const id = newId();
  const version: DatasetVersion = {
    id,
    hash: id.replaceAll('-', '').slice(-16),
    groupId,
    items: new Map(base ?? []),
    itemsTotal: base?.size ?? 0,
    itemsAdded: 0,
    ...stamps(world, call.user),
  };
  dataset.versions.push(version);
  return version;
}

/** A version by `latest`, hash or nothing (the latest). `v1` is not understood. */
export function versionOf(
  dataset: DatasetRow,
  wanted: string | null | undefined,
): DatasetVersion | undefined {
  if (wanted === null || wanted === undefined || wanted === '' || wanted === 'latest')
    return dataset.versions.at(-1);
  const version = dataset.versions.find((candidate) => candidate.hash === wanted);
  if (version === undefined) throw failure(404, `Version not found for dataset: '${wanted}'`);
  return version;
}

function itemRow(item: DatasetItemWrite, id: string, made: ReturnType<typeof stamps>): DatasetItemRow {
  return {
    id,
    source: item.source,
    data: item.data,
    description: item.description,
    tags: item.tags ?? [],
    traceId: item.trace_id,
    spanId: item.span_id,
    evaluators: item.evaluators,
    executionPolicy: item.execution_policy,
    ...made,
  };
}
