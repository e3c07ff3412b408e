import type { z } from 'zod';
import type { Call } from '../http/call.ts';
import { failure, refusal } from '../http/reply.ts';
import { newId, requireV7 } from '../ids.ts';
import type { ExecutionPolicy, ExperimentItemRow, ExperimentRow } from '../state/rows.ts';
import { itemKey } from '../state/state.ts';
import type {
  experimentItemBatch,
  experimentUpdate,
  experimentWrite,
} from '../validation/experimentSchemas.ts';
import { projectFor, stamps, type World } from '../world.ts';
import { datasetFor } from './datasets.ts';
import { changedTags } from './observed.ts';

type ExperimentWrite = z.output<typeof experimentWrite>;
type ExperimentUpdate = z.output<typeof experimentUpdate>;
type ItemBatch = z.output<typeof experimentItemBatch>;

/** Creates an experiment. One that exists by id is left as it is, and the answer is the same. Returns its id. */
export async function createExperiment(world: World, call: Call, write: ExperimentWrite): Promise<string> {
  if (write.id !== undefined) {
    requireV7(write.id, 'Experiment');
    if (world.state.experiments.has(write.id)) return write.id;
  }
  if (write.prompt_version !== undefined || (write.prompt_versions?.length ?? 0) > 0) {
    throw refusal(409, 'Prompt version not found');
  }
  const dataset = await datasetFor(world, call, write.dataset_name, write.project_name);
  const version = write.dataset_version_id ?? dataset.versions.at(-1)?.id;
  if (write.dataset_version_id !== undefined && !dataset.versions.some((known) => known.id === version)) {
    throw refusal(409, 'Dataset version not found');
  }
  const id = write.id ?? newId();
  // The gap of the dataset lies between the first check and here: parallel first calls make one row.
  if (world.state.experiments.has(id)) return id;
  world.state.experiments.set(id, {
    id,
    name: write.name ?? `experiment_${id.slice(-6)}`,
    datasetId: dataset.id,
    datasetVersionId: version,
    projectId: write.project_id ?? projectFor(world, call, write.project_name).id,
    metadata: write.metadata,
    tags: write.tags ?? [],
    type: write.type ?? 'regular',
    evaluationMethod: write.evaluation_method ?? 'dataset',
    status: write.status === undefined || write.status === 'unknown' ? 'completed' : write.status,
    scores: write.experiment_scores ?? [],
    ...stamps(world, call.user),
  });
  return id;
}

/** Changes the sent fields. A status that Opik does not know changes nothing. */
export function updateExperiment(world: World, call: Call, id: string, update: ExperimentUpdate): void {
  const stored = world.state.experiments.get(id);
  if (stored === undefined) throw failure(404, `Experiment not found: '${id}'`);
  const known = update.status !== undefined && update.status !== 'unknown';
  const row: ExperimentRow = {
    ...stored,
    name: update.name ?? stored.name,
    metadata: update.metadata ?? stored.metadata,
    tags: changedTags(stored.tags, update),
    type: update.type ?? stored.type,
    status: known && update.status !== undefined ? update.status : stored.status,
    scores: update.experiment_scores ?? stored.scores,
    ...stamps(world, call.user, stored),
  };
  world.state.experiments.set(id, row);
}

/** Links traces to experiments by items that are upserted by the client's own id. Dangling ids are not refused. */
export function putExperimentItems(world: World, call: Call, batch: ItemBatch): void {
  for (const item of batch.experiment_items) {
    if (item.id !== undefined) requireV7(item.id, 'Experiment Item');
    requireV7(item.experiment_id, 'Experiment Item experiment');
    requireV7(item.dataset_item_id, 'Experiment Item datasetItem');
    requireV7(item.trace_id, 'Experiment Item trace');
  }
  for (const item of batch.experiment_items) {
    const traceId = item.trace_id;
    putExperimentItem(world, call, {
      id: item.id ?? newId(),
      experimentId: item.experiment_id,
      datasetItemId: item.dataset_item_id,
      traceId,
      projectId:
        item.project_name === undefined
          ? world.state.traces.of(traceId)[0]?.projectId
          : projectFor(world, call, item.project_name).id,
      executionPolicy: item.execution_policy ?? policyOf(world, item.experiment_id, item.dataset_item_id),
    });
  }
}

export function putExperimentItem(
  world: World,
  call: Call,
  item: Omit<ExperimentItemRow, 'createdAt' | 'lastUpdatedAt' | 'createdBy' | 'lastUpdatedBy'>,
): void {
  const key = itemKey(item);
  if (world.settings.discardBodies) {
    world.state.discarded.experimentItems.add(`${item.experimentId}/${key}`);
    return;
  }
  const stored = world.state.experimentItems.get(item.experimentId, key);
  world.state.linkItem({ ...item, ...stamps(world, call.user, stored) });
}

/** The policy of the dataset item at this moment: it is fixed when the item is linked. */
export function policyOf(world: World, experimentId: string, datasetItemId: string): ExecutionPolicy {
  const experiment = world.state.experiments.get(experimentId);
  const dataset = experiment === undefined ? undefined : world.state.datasets.get(experiment.datasetId);
  const item = dataset?.versions.at(-1)?.items.get(datasetItemId);
  return item?.executionPolicy ?? { runs_per_item: 1, pass_threshold: 1 };
}

/** Removes experiments and their items; the traces stay. */
export function deleteExperiments(world: World, ids: readonly string[]): void {
  for (const id of ids) {
    world.state.experiments.delete(id);
    for (const item of world.state.experimentItems.of(id)) world.state.unlinkItem(item);
  }
}

export function deleteExperimentItems(world: World, ids: readonly string[]): void {
  const doomed = new Set(ids);
  for (const row of [...world.state.experimentItems.values()]) {
    if (doomed.has(row.id)) world.state.unlinkItem(row);
  }
}
