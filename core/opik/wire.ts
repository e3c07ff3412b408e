/**
 * The requests this project sends to Opik, in Opik's own snake_case JSON.
 *
 * Mapping produces exactly these objects; batching measures exactly these bytes; `--dry-run` writes exactly these
 * objects; `client.ts` hands them to the `opik` package's typed REST layer. Times are ISO-8601 UTC with milliseconds.
 *
 * @see Opik REST API, prefix `/v1/private`
 * @module
 */

export type JsonObject = { [key: string]: unknown };

export interface ErrorInfo {
  exception_type: string;
  message?: string;
  traceback: string;
}

export interface TraceWrite {
  id: string;
  project_name: string;
  name: string;
  start_time: string;
  end_time: string;
  input?: JsonObject;
  output?: JsonObject;
  metadata: JsonObject;
  tags: string[];
  error_info?: ErrorInfo;
  thread_id?: string;
  /** Always `experiment`: online rules and the harvester tell our uploads from production traces by it. */
  source: 'experiment';
}

export interface SpanWrite {
  id: string;
  trace_id: string;
  parent_span_id?: string;
  project_name: string;
  name: string;
  type: 'general' | 'llm' | 'tool';
  start_time: string;
  end_time: string;
  input?: JsonObject;
  output?: JsonObject;
  metadata?: JsonObject;
  model?: string;
  provider?: string;
  /** int32 values; Opik's names (`prompt_tokens`, `completion_tokens`, `total_tokens`) and `original_usage.*`. */
  usage?: Record<string, number>;
  total_estimated_cost?: number;
  error_info?: ErrorInfo;
  source: 'experiment';
}

export interface FeedbackScoreWrite {
  /** The trace's id. */
  id: string;
  project_name: string;
  name: string;
  value: number;
  category_name?: string;
  reason?: string;
  source: 'sdk';
}

export interface AssertionResultWrite {
  entity_id: string;
  project_name: string;
  name: string;
  status: 'passed' | 'failed';
  reason?: string;
  source: 'sdk';
}

export interface DatasetItemWrite {
  id: string;
  source: 'sdk';
  data: JsonObject;
  tags?: string[];
}

export interface ExperimentItemWrite {
  id: string;
  experiment_id: string;
  dataset_item_id: string;
  trace_id: string;
  project_name: string;
}

export interface ExperimentScoreWrite {
  name: string;
  value: number;
}

export interface ExperimentWrite {
  id: string;
  name: string;
  dataset_name: string;
  project_name: string;
  metadata: JsonObject;
  tags: string[];
  type: 'regular';
  evaluation_method: 'dataset' | 'evaluation_suite';
  status: 'running';
}

export interface ExperimentPatch {
  name: string;
  metadata: JsonObject;
  tags: string[];
  status: 'completed' | 'cancelled';
  experiment_scores: ExperimentScoreWrite[];
}

/** Every route this project calls, with what it takes and gives. The keys are the names errors and receipts use. */
export interface OpikRoutes {
  'projects.create': { body: { name: string }; reply: undefined };
  'projects.retrieve': { body: { name: string }; reply: { id: string } };
  'datasets.create': {
    body: { id: string; name: string; project_name: string; description: string };
    reply: undefined;
  };
  'datasets.retrieve': {
    body: { dataset_name: string; project_name: string };
    reply: { id: string; project_id?: string };
  };
  'dataset-items.put': {
    body: { dataset_name: string; project_name: string; items: DatasetItemWrite[] };
    reply: undefined;
  };
  'experiments.create': { body: ExperimentWrite; reply: undefined };
  'experiments.update': { body: { id: string; patch: ExperimentPatch }; reply: undefined };
  'experiments.finish': { body: { ids: string[] }; reply: undefined };
  'experiment-items.create': { body: { experiment_items: ExperimentItemWrite[] }; reply: undefined };
  'experiment-items.delete': { body: { ids: string[] }; reply: undefined };
  'traces.batch': { body: { traces: TraceWrite[] }; reply: undefined };
  'traces.delete': { body: { ids: string[] }; reply: undefined };
  'spans.batch': { body: { spans: SpanWrite[] }; reply: undefined };
  'scores.put': { body: { scores: FeedbackScoreWrite[] }; reply: undefined };
  'assertion-results.put': {
    body: { entity_type: 'TRACE'; assertion_results: AssertionResultWrite[] };
    reply: undefined;
  };
}

export type OpikRoute = keyof OpikRoutes;

/** Method and path of each route under `/v1/private`; `{id}` is taken from the body. */
export const OPIK_ROUTES: {
  readonly [Route in OpikRoute]: { readonly method: string; readonly path: string };
} = {
  'projects.create': { method: 'POST', path: '/projects' },
  'projects.retrieve': { method: 'POST', path: '/projects/retrieve' },
  'datasets.create': { method: 'POST', path: '/datasets' },
  'datasets.retrieve': { method: 'POST', path: '/datasets/retrieve' },
  'dataset-items.put': { method: 'PUT', path: '/datasets/items' },
  'experiments.create': { method: 'POST', path: '/experiments' },
  'experiments.update': { method: 'PATCH', path: '/experiments/{id}' },
  'experiments.finish': { method: 'POST', path: '/experiments/finish' },
  'experiment-items.create': { method: 'POST', path: '/experiments/items' },
  'experiment-items.delete': { method: 'POST', path: '/experiments/items/delete' },
  'traces.batch': { method: 'POST', path: '/traces/batch' },
  'traces.delete': { method: 'POST', path: '/traces/delete' },
  'spans.batch': { method: 'POST', path: '/spans/batch' },
  'scores.put': { method: 'PUT', path: '/traces/feedback-scores' },
  'assertion-results.put': { method: 'PUT', path: '/assertion-results' },
};
