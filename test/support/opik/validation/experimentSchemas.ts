import { z } from 'zod';
import { batchOf, checkedTags, listUpTo } from './collections.ts';
import { addProblem } from './problems.ts';
import {
  decimal,
  freeJson,
  notBlank,
  oneOf,
  optional,
  required,
  requiredName,
  text,
  uuid,
} from './scalars.ts';
import { spanWrite, traceWrite } from './schemas.ts';
import { feedbackScore } from './scoreSchemas.ts';
import { executionPolicy, streamLimit } from './shared.ts';

/** The status is not validated: unknown text, also in capitals, means `completed`. @see POST /v1/private/experiments */
const experimentStatus = text.transform((value) => {
  const known = ['running', 'completed', 'cancelled'] as const;
  return known.find((status) => status === value) ?? 'unknown';
});
const experimentScore = z.object({ name: requiredName, value: required(decimal) });
const experimentType = oneOf('regular', 'trial', 'mini-batch', 'mutation');
const promptLink = z.object({ id: required(uuid) });

export const experimentWrite = z.object({
  id: optional(uuid),
  dataset_name: requiredName,
  project_id: optional(uuid),
  project_name: optional(notBlank),
  name: optional(text),
  metadata: optional(freeJson),
  tags: checkedTags,
  type: optional(experimentType),
  evaluation_method: optional(oneOf('dataset', 'evaluation_suite')),
  status: optional(experimentStatus),
  experiment_scores: listUpTo(experimentScore, 1000),
  prompt_version: optional(promptLink),
  prompt_versions: listUpTo(promptLink, 1000),
  dataset_version_id: optional(uuid),
});

/** @see PATCH /v1/private/experiments/{id} */
export const experimentUpdate = z.object({
  name: optional(notBlank),
  metadata: optional(freeJson),
  tags: checkedTags,
  tags_to_add: checkedTags,
  tags_to_remove: checkedTags,
  type: optional(experimentType),
  status: optional(experimentStatus),
  experiment_scores: listUpTo(experimentScore, 1000),
});

const experimentItem = z.object({
  id: optional(uuid),
  experiment_id: required(uuid),
  dataset_item_id: required(uuid),
  trace_id: required(uuid),
  project_name: optional(notBlank),
  execution_policy: optional(executionPolicy),
});
/** @see POST /v1/private/experiments/items */
export const experimentItemBatch = z.object({ experiment_items: batchOf(experimentItem) });

/** @see POST /v1/private/experiments/stream */
export const experimentStream = z.object({
  name: requiredName,
  limit: optional(streamLimit),
  last_retrieved_id: optional(uuid),
  project_name: optional(notBlank),
});

/** @see POST /v1/private/experiments/items/stream */
export const experimentItemStream = z.object({
  experiment_name: requiredName,
  limit: optional(streamLimit),
  last_retrieved_id: optional(uuid),
  truncate: optional(freeJson),
  project_name: optional(notBlank),
});

const bulkRecord = z
  .object({
    dataset_item_id: required(uuid),
    evaluate_task_result: optional(freeJson),
    trace: optional(traceWrite),
    spans: listUpTo(spanWrite, 100),
    feedback_scores: listUpTo(feedbackScore, 100),
  })
  .superRefine((record, context) => {
    if (record.evaluate_task_result !== undefined && record.trace !== undefined) {
      addProblem(context, 'parse', 'cannot provide both evaluate_task_result and trace together');
    }
  });
/** @see PUT /v1/private/experiments/items/bulk */
export const bulkUpload = z.object({
  experiment_name: requiredName,
  dataset_name: requiredName,
  experiment_id: optional(uuid),
  project_name: optional(notBlank),
  items: batchOf(bulkRecord),
});
export type BulkRecord = z.output<typeof bulkRecord>;
