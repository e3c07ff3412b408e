/**
 * The first step, done once and serially: dataset, dataset items, experiments.
 *
 * Parallel first writes to a dataset answer 500 and can lose items, so nothing here runs side by side.
 *
 * @module
 */
import type { BundleItem } from '../bundle/manifest.ts';
import { Batcher } from '../opik/batch.ts';
import { DatasetProjectError, OpikConflictError, OpikNotFoundError } from '../opik/errors.ts';
import { TIMELESS_MS, uuidV7 } from '../opik/ids.ts';
import { mapDatasetItem } from '../opik/mapping/dataset-item.ts';
import { createExperiment, planExperiments } from '../opik/mapping/experiment.ts';
import type { DatasetItemWrite } from '../opik/wire.ts';
import type { IngestContext } from './context.ts';
import { stepRecord } from './delivery-record.ts';
import { refuseSuperseded } from './newest.ts';
import { PLAN_SCHEMA, type Plan } from './receipt.ts';

/** Items after which a plan notes how far it came: some seconds of work. */
const CHECKPOINT_ITEMS = 10_000;

/**
 * Makes dataset, items and experiments ready for the parts.
 *
 * Guarantees: a second call, or one after a kill, leaves Opik as the first did; with a plan receipt in the store it
 * sends nothing.
 *
 * @throws DatasetProjectError when the dataset's name is taken by another project, SupersededError
 */
export async function planIngestion(context: IngestContext): Promise<Plan> {
  const known = context.force === true ? undefined : await context.receiptStore.readPlan();
  if (known !== undefined && known.destination.experiment_name === context.destination.experiment_name)
    return known;

  await refuseSuperseded(context.bundle);
  const retriesBefore = context.worker?.retries() ?? 0;
  const projectId = await ensureProject(context);
  const datasetId = await ensureDataset(context, projectId);
  const items = await putItems(context);
  const experiments = planExperiments(context.mapping);
  for (const experiment of experiments) {
    await context.opik.send('experiments.create', createExperiment(experiment, context.mapping));
  }

  const plan: Plan = {
    schema: PLAN_SCHEMA,
    planned_at: context.now().toISOString(),
    bundle: context.bundle.path,
    digest: context.bundle.manifest.digest,
    destination: context.destination,
    capture_mode: context.capture.mode,
    dataset_id: datasetId,
    items,
    experiments: experiments.map(({ id, name, target }) => ({
      id,
      name,
      ...(target === undefined ? {} : { target }),
    })),
    ...stepRecord(context.worker, retriesBefore),
  };
  await context.receiptStore.writePlan(plan);
  return plan;
}

async function ensureProject(context: IngestContext): Promise<string> {
  const name = context.destination.project;
  try {
    return (await context.opik.send('projects.retrieve', { name })).id;
  } catch (error) {
    if (!(error instanceof OpikNotFoundError)) throw error;
  }
  try {
    await context.opik.send('projects.create', { name });
  } catch (error) {
    // Somebody else created it meanwhile: just what was wanted.
    if (!(error instanceof OpikConflictError)) throw error;
  }
  return (await context.opik.send('projects.retrieve', { name })).id;
}

/**
 * Guarantee: the dataset belongs to our project. Its name is unique in the workspace, whatever the project, and a write
 * with another project lands silently in the old one.
 */
async function ensureDataset(context: IngestContext, projectId: string): Promise<string> {
  const { project, dataset } = context.destination;
  const found = (await retrieveDataset(context)) ?? (await createDataset(context));
  if (found.project_id !== undefined && found.project_id !== projectId) {
    throw new DatasetProjectError(
      `The dataset ${JSON.stringify(dataset)} belongs to another project than ${JSON.stringify(project)}`,
      { hint: 'Dataset names are unique in an Opik workspace: choose another with --dataset.' },
    );
  }
  return found.id;
}

type FoundDataset = { id: string; project_id?: string };

async function retrieveDataset({ opik, destination }: IngestContext): Promise<FoundDataset | undefined> {
  try {
    return await opik.send('datasets.retrieve', {
      dataset_name: destination.dataset,
      project_name: destination.project,
    });
  } catch (error) {
    if (error instanceof OpikNotFoundError) return undefined;
    throw error;
  }
}

async function createDataset(context: IngestContext): Promise<FoundDataset> {
  const { project, dataset } = context.destination;
  const body = {
    id: uuidV7(TIMELESS_MS, 'dataset', project.toLowerCase(), dataset.toLowerCase()),
    name: dataset,
    project_name: project,
    description: 'Tests of AgentV, one item for each suite and test. Kept by agentv-opik.',
  };
  try {
    await context.opik.send('datasets.create', body);
  } catch (error) {
    if (!(error instanceof OpikConflictError)) throw error;
  }
  return (await retrieveDataset(context)) ?? { id: body.id };
}

/** Goes on where a worker stopped whose time was up, within a checkpoint. */
async function putItems(context: IngestContext): Promise<number> {
  const { opik, mapping, bundle, capture, destination, receiptStore } = context;
  const total = bundle.manifest.totals.items;
  const resumes = total > CHECKPOINT_ITEMS && context.force !== true;
  let done = resumes ? await receiptStore.readItemsDone() : 0;
  let checkpoint = done;
  const put = async (items: DatasetItemWrite[]): Promise<void> => {
    await opik.send('dataset-items.put', {
      dataset_name: destination.dataset,
      project_name: destination.project,
      items,
    });
    done += items.length;
    context.onProgress?.({ step: 'items', done, total });
    if (!resumes || done < checkpoint + CHECKPOINT_ITEMS) return;
    checkpoint = done;
    await receiptStore.writeItemsDone(done);
  };

  const mapItem = (item: BundleItem): DatasetItemWrite => {
    const mapped = mapDatasetItem(capture.testCase(item), mapping.destination);
    if (capture.mode === 'full' || capture.lastCheck(JSON.stringify(mapped)) === 'clean') return mapped;
    const { content: _leaking, ...bare } = item;
    return mapDatasetItem(capture.testCase(bare), mapping.destination);
  };

  const batcher = new Batcher<DatasetItemWrite>();
  let skip = done;
  for await (const item of bundle.items()) {
    if (skip > 0) {
      skip -= 1;
      continue;
    }
    const full = batcher.add(mapItem(item));
    if (full !== undefined) await put(full.items);
  }
  const last = batcher.flush();
  if (last !== undefined) await put(last.items);
  return done;
}
