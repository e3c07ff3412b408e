import { z } from 'zod';
import { batchOf, checkedTags, listUpTo, tagSet } from './collections.ts';
import { addProblem } from './problems.ts';
import {
  decimal,
  freeJson,
  instant,
  int32,
  notBlank,
  oneOf,
  optional,
  required,
  requiredName,
  text,
  textUpTo,
  uuid,
} from './scalars.ts';

const sources = ['sdk', 'experiment', 'playground', 'optimization', 'evaluator'] as const;
const source = optional(oneOf(...sources));
export const spanTypes = ['general', 'tool', 'llm', 'guardrail'] as const;

const notNegative = decimal.superRefine((value, context) => {
  if (value < 0) addProblem(context, 'violation', 'must be greater than or equal to 0');
});

/** `error_info` is parsed, not validated: `{}` passes, a string does not. */
const errorInfo = z.object({
  exception_type: optional(text),
  message: optional(text),
  traceback: optional(text),
});

/** Token counts: null members dropped, fractions cut, text read. */
const usage = z.record(z.string(), int32.nullable()).transform((value) => {
  const kept: Record<string, number> = {};
  for (const [key, count] of Object.entries(value)) if (count !== null) kept[key] = count;
  return kept;
});

const shared = {
  id: optional(uuid),
  project_name: optional(notBlank),
  name: optional(text),
  end_time: optional(instant),
  input: optional(freeJson),
  output: optional(freeJson),
  metadata: optional(freeJson),
  error_info: optional(errorInfo),
  ttft: optional(notNegative),
  source,
  environment: optional(textUpTo(150)),
};

const written = {
  ...shared,
  start_time: required(instant),
  tags: tagSet,
  last_updated_at: optional(instant),
};
const updated = {
  ...shared,
  project_id: optional(uuid),
  tags: checkedTags,
  tags_to_add: checkedTags,
  tags_to_remove: checkedTags,
};

const spanFields = {
  parent_span_id: optional(uuid),
  type: optional(oneOf(...spanTypes)),
  model: optional(text),
  provider: optional(text),
  usage: optional(usage),
  total_estimated_cost: optional(notNegative),
};

/** @see POST /v1/private/traces */
export const traceWrite = z.object({ ...written, thread_id: optional(text) });
export type TraceWrite = z.output<typeof traceWrite>;
export const traceBatch = z.object({ traces: batchOf(traceWrite) });

/** @see PATCH /v1/private/traces/{id} */
export const traceUpdate = z.object({ ...updated, thread_id: optional(text) });
export type TraceUpdate = z.output<typeof traceUpdate>;

/** @see POST /v1/private/spans */
export const spanWrite = z.object({ ...written, ...spanFields, trace_id: optional(uuid) });
export type SpanWrite = z.output<typeof spanWrite>;
export const spanBatch = z.object({ spans: batchOf(spanWrite) });

/** @see PATCH /v1/private/spans/{id} */
export const spanUpdate = z.object({ ...updated, ...spanFields, trace_id: required(uuid) });
export type SpanUpdate = z.output<typeof spanUpdate>;

export const idList = z.object({ ids: batchOf(uuid), project_id: optional(uuid) });

export const commentWrite = z.object({ text: requiredName });

/** @see POST /v1/private/traces/search, POST /v1/private/spans/search */
export const searchRequest = z.object({
  project_name: optional(text),
  project_id: optional(uuid),
  trace_id: optional(uuid),
  type: optional(oneOf(...spanTypes)),
  filters: optional(freeJson),
  last_retrieved_id: optional(uuid),
  limit: optional(
    int32.superRefine((value, context) => {
      if (value < 1) addProblem(context, 'violation', 'must be greater than or equal to 1');
      if (value > 2000) addProblem(context, 'violation', 'must be less than or equal to 2000');
    }),
  ),
  truncate: optional(freeJson),
  exclude: listUpTo(text, 100),
  from_time: optional(instant),
  to_time: optional(instant),
});
export type SearchRequest = z.output<typeof searchRequest>;
