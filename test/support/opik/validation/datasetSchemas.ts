import { z } from 'zod';
import { batchOf, listUpTo, tagSet } from './collections.ts';
import { addProblem } from './problems.ts';
import {
  freeJson,
  notBlank,
  oneOf,
  optional,
  required,
  requiredName,
  text,
  textUpTo,
  uuid,
} from './scalars.ts';
import { executionPolicy, streamLimit } from './shared.ts';

/** @see POST /v1/private/projects */
export const projectWrite = z.object({
  name: requiredName,
  description: optional(textUpTo(255)),
  visibility: optional(oneOf('private', 'public')),
});
export const projectRetrieve = z.object({ name: requiredName });

/** @see POST /v1/private/datasets */
export const datasetWrite = z.object({
  id: optional(uuid),
  name: requiredName,
  project_id: optional(uuid),
  project_name: optional(notBlank),
  type: optional(oneOf('dataset', 'evaluation_suite')),
  visibility: optional(oneOf('private', 'public')),
  tags: tagSet,
  description: optional(textUpTo(255)),
});
export const datasetUpdate = z.object({
  name: requiredName,
  description: optional(textUpTo(255)),
  visibility: optional(oneOf('private', 'public')),
  tags: tagSet,
});
export const datasetIdentifier = z.object({ dataset_name: requiredName, project_name: optional(text) });

const evaluator = z.object({
  name: requiredName,
  type: required(oneOf('llm_judge', 'code_metric')),
  config: freeJson,
});

const itemData = z.unknown().transform((value, context): Record<string, unknown> => {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    addProblem(context, 'parse', 'Cannot deserialize value of type `java.util.LinkedHashMap`');
    return z.NEVER;
  }
  if (Object.keys(value).length === 0) addProblem(context, 'violation', 'must not be empty');
  return Object.fromEntries(Object.entries(value));
});

const datasetItem = z
  .object({
    id: optional(uuid),
    trace_id: optional(uuid),
    span_id: optional(uuid),
    source: required(oneOf('manual', 'trace', 'span', 'sdk')),
    data: required(itemData),
    description: optional(notBlank),
    tags: tagSet,
    evaluators: listUpTo(evaluator, 1000),
    execution_policy: optional(executionPolicy),
  })
  .superRefine((item, context) => {
    const must = (idName: string, idValue: string | undefined, wanted: boolean): void => {
      if ((idValue !== undefined) === wanted) return;
      const be = wanted ? 'must not be null' : 'must be null';
      addProblem(context, 'violation', `when it is ${item.source}, ${idName} ${be}`, ['source']);
    };
    must('trace_id', item.trace_id, item.source === 'trace' || item.source === 'span');
    must('span_id', item.span_id, item.source === 'span');
  });
export type DatasetItemWrite = z.output<typeof datasetItem>;

/** @see PUT /v1/private/datasets/items */
export const datasetItemBatch = z
  .object({
    dataset_name: optional(notBlank),
    dataset_id: optional(uuid),
    project_name: optional(notBlank),
    project_id: optional(uuid),
    batch_group_id: optional(uuid),
    items: batchOf(datasetItem),
  })
  .superRefine((batch, context) => {
    if (batch.dataset_name !== undefined || batch.dataset_id !== undefined) return;
    addProblem(context, 'violation', 'The request body must provide either a dataset_name or a dataset_id');
  });
export const datasetItemDelete = z.object({ item_ids: batchOf(uuid) });

/** `steam_limit` is Opik's own spelling. @see POST /v1/private/datasets/items/stream */
export const datasetItemStream = z.object({
  dataset_name: requiredName,
  project_name: optional(text),
  dataset_version: optional(text),
  last_retrieved_id: optional(uuid),
  steam_limit: optional(streamLimit),
});
