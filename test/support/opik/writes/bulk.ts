import type { z } from 'zod';
import type { Call } from '../http/call.ts';
import { failure, refusal } from '../http/reply.ts';
import { newId, requireV7 } from '../ids.ts';
import type { DatasetRow, ExperimentRow } from '../state/rows.ts';
import { type BulkRecord, type bulkUpload, experimentWrite } from '../validation/experimentSchemas.ts';
import { checkObservedId, projectFor, stamps, type World } from '../world.ts';
import { datasetFor, findDataset } from './datasets.ts';
import { createExperiment, policyOf, putExperimentItem } from './experiments.ts';
import { putScore } from './scores.ts';
import { upsertSpans } from './spans.ts';
import { putTrace, traceRow } from './traces.ts';

type BulkUpload = z.output<typeof bulkUpload>;

const MAX_BULK_BYTES = 4 * 1024 * 1024;

/**
 * Writes experiment items with their traces, spans and scores in one call. NOT idempotent: the server makes each item's id,
 * so that a second delivery links every trace once more. False when the project was to be
 * had neither from the call nor from the experiment or the dataset. @see ExperimentItemBulkIngestionService
 */
export async function ingestBulk(world: World, call: Call, upload: BulkUpload): Promise<boolean> {
  if (Buffer.byteLength(JSON.stringify(call.body)) > MAX_BULK_BYTES) {
    throw refusal(422, 'The request body Request size exceeds the maximum allowed size of 4MB');
  }
  checkRecords(world, upload.items);
  const existing =
    upload.experiment_id === undefined ? undefined : world.state.experiments.get(upload.experiment_id);
  const dataset = findDataset(world, upload.dataset_name);
  if (existing !== undefined) checkExisting(existing, dataset, upload);
  checkProject(world, dataset, upload);
  const target = dataset ?? (await datasetFor(world, call, upload.dataset_name, upload.project_name));
  const projectName =
    upload.project_name ?? world.state.projects.get(existing?.projectId ?? target.projectId ?? '')?.name;
  const experimentId = existing?.id ?? (await makeExperiment(world, call, upload, projectName));
  for (const record of upload.items) putRecord(world, call, record, experimentId, projectName);
  return upload.project_name !== undefined || existing !== undefined || dataset?.projectId !== undefined;
}

function checkRecords(world: World, records: readonly BulkRecord[]): void {
  for (const record of records) {
    requireV7(record.dataset_item_id, 'Experiment Item datasetItem');
    if (record.trace?.id !== undefined) checkObservedId(world, record.trace.id, 'Trace');
    if ((record.spans?.length ?? 0) === 0) continue;
    if (record.trace === undefined) throw failure(400, 'trace is required when spans are provided');
    const traceId = record.trace.id;
    if (record.spans?.some((span) => span.trace_id !== undefined && span.trace_id !== traceId)) {
      throw failure(400, 'spans must have the same trace_id as the trace');
    }
  }
}

function checkExisting(experiment: ExperimentRow, dataset: DatasetRow | undefined, upload: BulkUpload): void {
  if (experiment.datasetId === dataset?.id) return;
  throw refusal(
    409,
    `Experiment '${experiment.id}' belongs to a different dataset than '${upload.dataset_name}'`,
  );
}

function checkProject(world: World, dataset: DatasetRow | undefined, upload: BulkUpload): void {
  if (dataset === undefined || upload.project_name === undefined) return;
  const owner = world.state.projects.get(dataset.projectId ?? '');
  if (owner?.name.toLowerCase() === upload.project_name.toLowerCase()) return;
  throw refusal(
    409,
    `Dataset '${dataset.name}' belongs to a different project than the request project_name '${upload.project_name}'`,
  );
}

/** Without metadata and tags: a bulk call has no place for them. */
function makeExperiment(
  world: World,
  call: Call,
  upload: BulkUpload,
  projectName: string | undefined,
): Promise<string> {
  const write = experimentWrite.parse({
    id: upload.experiment_id,
    name: upload.experiment_name,
    dataset_name: upload.dataset_name,
    project_name: projectName,
  });
  return createExperiment(world, call, write);
}

function putRecord(
  world: World,
  call: Call,
  record: BulkRecord,
  experimentId: string,
  projectName: string | undefined,
): void {
  const project = projectFor(world, call, record.trace?.project_name ?? projectName);
  const made = stamps(world, call.user);
  const write = {
    ...(record.trace ?? {
      start_time: made.createdAt,
      end_time: made.createdAt,
      output: record.evaluate_task_result,
    }),
    source: 'experiment' as const,
  };
  const row = traceRow(
    { ...emptyTrace, ...write },
    project.id,
    made,
    record.trace === undefined ? 'hidden' : 'default',
  );
  putExperimentItem(world, call, {
    id: newId(),
    experimentId,
    datasetItemId: record.dataset_item_id,
    traceId: row.id,
    projectId: project.id,
    executionPolicy: policyOf(world, experimentId, record.dataset_item_id),
  });
  putTrace(world, row);
  const spans = (record.spans ?? []).map((span) => ({
    ...span,
    trace_id: row.id,
    project_name: project.name,
  }));
  upsertSpans(world, call, spans);
  for (const score of record.feedback_scores ?? []) {
    putScore(world, call, { entityType: 'trace', entityId: row.id, projectId: project.id }, score);
  }
}

const emptyTrace = {
  id: undefined,
  project_name: undefined,
  name: undefined,
  end_time: undefined,
  input: undefined,
  output: undefined,
  metadata: undefined,
  tags: undefined,
  error_info: undefined,
  ttft: undefined,
  environment: undefined,
  last_updated_at: undefined,
  thread_id: undefined,
};
