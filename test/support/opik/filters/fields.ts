import type { Operator } from './operators.ts';

/** How a column is compared, and with which operators. */
export type FieldType = 'text' | 'time' | 'number' | 'json' | 'list' | 'score' | 'error' | 'enum' | 'custom';

const COMPARE: readonly Operator[] = ['=', '!=', '>', '>=', '<', '<='];
const TEXT: readonly Operator[] = [
  'contains',
  'not_contains',
  'starts_with',
  'ends_with',
  '=',
  '!=',
  '>',
  '<',
  'in',
  'not_in',
];
const EMPTY: readonly Operator[] = ['is_empty', 'is_not_empty'];

export const OPERATORS: Readonly<Record<FieldType, readonly Operator[]>> = {
  text: [...TEXT, ...EMPTY],
  time: COMPARE,
  number: COMPARE,
  json: [...TEXT, '>=', '<=', ...EMPTY],
  custom: [...TEXT, '>=', '<='],
  list: ['contains', 'not_contains', '=', '!=', ...EMPTY],
  score: [...COMPARE, ...EMPTY],
  error: EMPTY,
  enum: ['=', '!='],
};

/** Types whose filter must name a key. */
export const KEYED: readonly FieldType[] = ['score', 'json', 'custom'];

const OBSERVED: Readonly<Record<string, FieldType>> = {
  id: 'text',
  name: 'text',
  start_time: 'time',
  end_time: 'time',
  input: 'text',
  output: 'text',
  input_json: 'json',
  output_json: 'json',
  metadata: 'json',
  total_estimated_cost: 'number',
  tags: 'list',
  'usage.completion_tokens': 'number',
  'usage.prompt_tokens': 'number',
  'usage.total_tokens': 'number',
  feedback_scores: 'score',
  duration: 'number',
  ttft: 'number',
  error_info: 'error',
  error_type: 'text',
  created_at: 'time',
  last_updated_at: 'time',
  custom: 'custom',
  source: 'enum',
  environment: 'text',
};

/** @see TraceField */
export const TRACE_FIELDS: Readonly<Record<string, FieldType>> = {
  ...OBSERVED,
  llm_span_count: 'number',
  span_feedback_scores: 'score',
  thread_id: 'text',
  guardrails: 'enum',
  visibility_mode: 'enum',
  annotation_queue_ids: 'list',
  experiment_id: 'text',
  experiment_ids: 'list',
};

/** @see SpanField */
export const SPAN_FIELDS: Readonly<Record<string, FieldType>> = {
  ...OBSERVED,
  type: 'enum',
  model: 'text',
  provider: 'text',
  trace_id: 'text',
};

/** @see ExperimentField */
export const EXPERIMENT_FIELDS: Readonly<Record<string, FieldType>> = {
  metadata: 'json',
  dataset_id: 'text',
  project_id: 'text',
  tags: 'list',
  feedback_scores: 'score',
  experiment_scores: 'score',
};

/** Values of the enum columns. Another value fails inside the query. */
export const ENUM_VALUES: Readonly<Record<string, readonly string[]>> = {
  source: ['sdk', 'experiment', 'playground', 'optimization', 'evaluator'],
  visibility_mode: ['default', 'hidden'],
  type: ['general', 'tool', 'llm', 'guardrail'],
};
