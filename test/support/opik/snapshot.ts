import { canonical, compareText } from './json/canonical.ts';
import type { DatasetRow, ExecutionPolicy, ExperimentRow, SpanRow, Stamps, TraceRow } from './state/rows.ts';
import type { OpikState } from './state/state.ts';
import { comparedDataset } from './views/experimentItems.ts';
import { experimentView } from './views/experiments.ts';
import { traceTotals } from './views/traces.ts';

/** Without: what the server makes by its clock. With: `created_at` and `last_updated_at` of every row too. */
export type SnapshotKind = 'plain' | 'full';

/**
 * Canonical JSON of everything a person can see. Ids that the server made (projects, datasets, versions, comments) are left out
 * and their names stand for them, so that equal states of two servers give equal text.
 */
export function takeSnapshot(state: OpikState, kind: SnapshotKind): string {
  const times = (row: Stamps): object =>
    kind === 'full' ? { created_at: row.createdAt, last_updated_at: row.lastUpdatedAt } : {};
  const project = (id: string | undefined): string | undefined =>
    id === undefined ? undefined : (state.projects.get(id)?.name ?? '(deleted)');
  const scored = [...state.scores.values()].map(({ entityType, entityId, projectId, ...row }) => ({
    entity_type: entityType,
    entity_id: entityId,
    project: project(projectId),
    author: row.author,
    name: row.name,
    value: row.value,
    reason: row.reason,
    category_name: row.categoryName,
    source: row.source,
    ...times(row),
  }));
  const asserted = [...state.assertions.values()].map((row) => ({
    entity_type: row.entityType,
    entity_id: row.entityId,
    project: project(row.projectId),
    author: row.author,
    name: row.name,
    passed: row.passed,
    reason: row.reason,
    ...times(row),
  }));
  const items = [...state.experimentItems.values()].map((row) => ({
    id: row.id,
    experiment_id: row.experimentId,
    dataset_item_id: row.datasetItemId,
    trace_id: row.traceId,
    project: project(row.projectId),
    execution_policy: policy(row.executionPolicy),
    ...times(row),
  }));
  const comments = [...state.comments.values()].map((row) => ({
    entity_id: row.entityId,
    text: row.text,
    ...times(row),
  }));
  const named = [...state.projects.values()].map((row) => ({
    name: row.name,
    description: row.description,
    visibility: row.visibility,
    ...times(row),
  }));
  return canonical({
    projects: ordered(named),
    datasets: ordered([...state.datasets.values()].map((row) => datasetShot(state, row, project, times))),
    experiments: ordered(
      [...state.experiments.values()].map((row) => experimentShot(state, row, project, times)),
    ),
    experiment_items: ordered(items),
    traces: ordered([...state.traces.values()].map((row) => traceShot(state, row, project, times))),
    spans: ordered([...state.spans.values()].map((row) => spanShot(row, project, times))),
    feedback_scores: ordered(scored),
    assertion_results: ordered(asserted),
    comments: ordered(comments),
    discarded: Object.fromEntries(Object.entries(state.discarded).map(([name, ids]) => [name, ids.size])),
  });
}

type ProjectName = (id: string | undefined) => string | undefined;
type Times = (row: Stamps) => object;

/** Entities in the order of their own text, which does not depend on the order of writing. */
function ordered(rows: readonly object[]): unknown[] {
  return rows
    .map((row) => ({ row, text: canonical(row) }))
    .sort((a, b) => compareText(a.text, b.text))
    .map(({ row }) => row);
}

const policy = (value: ExecutionPolicy): string => `${value.pass_threshold} of ${value.runs_per_item}`;

function datasetShot(state: OpikState, row: DatasetRow, project: ProjectName, times: Times): object {
  const linked = [...state.experiments.values()].filter((experiment) => experiment.datasetId === row.id);
  return {
    name: row.name,
    project: project(row.projectId),
    type: row.type,
    visibility: row.visibility,
    tags: [...row.tags].sort(compareText),
    description: row.description,
    items_with_runs: comparedDataset(
      state,
      row,
      linked.map((experiment) => experiment.id),
    ).length,
    versions: row.versions.map((version) =>
      ordered(
        [...version.items.values()].map((item) => ({
          id: item.id,
          source: item.source,
          data: item.data,
          description: item.description,
          tags: [...item.tags].sort(compareText),
          trace_id: item.traceId,
          span_id: item.spanId,
          evaluators: item.evaluators,
          execution_policy: item.executionPolicy && policy(item.executionPolicy),
          ...times(item),
        })),
      ),
    ),
    ...times(row),
  };
}

function experimentShot(state: OpikState, row: ExperimentRow, project: ProjectName, times: Times): object {
  const view = experimentView(state, row, 'get');
  return {
    id: row.id,
    name: row.name,
    dataset: view.dataset_name,
    project: project(row.projectId),
    metadata: row.metadata,
    tags: [...row.tags].sort(compareText),
    type: row.type,
    evaluation_method: row.evaluationMethod,
    status: row.status,
    experiment_scores: row.scores,
    trace_count: view.trace_count,
    feedback_scores: ordered(view.feedback_scores ?? []),
    usage: view.usage,
    total_estimated_cost: view.total_estimated_cost,
    duration: view.duration,
    suite: suiteShot(view),
    ...times(row),
  };
}

function suiteShot(view: ReturnType<typeof experimentView>): object {
  const numbers: Record<string, unknown> = {};
  for (const name of ['pass_rate', 'passed_count', 'total_count'] as const) {
    if (name in view) numbers[name] = Reflect.get(view, name);
  }
  return numbers;
}

function observed(row: TraceRow | SpanRow, project: ProjectName, times: Times): object {
  return {
    id: row.id,
    project: project(row.projectId),
    name: row.name,
    start_time: row.startTime,
    end_time: row.endTime,
    input: row.input,
    output: row.output,
    metadata: row.metadata,
    tags: [...row.tags].sort(compareText),
    error_info: row.errorInfo,
    ttft: row.ttft,
    source: row.source,
    environment: row.environment,
    ...times(row),
  };
}

function traceShot(state: OpikState, row: TraceRow, project: ProjectName, times: Times): object {
  const totals = traceTotals(state, row);
  return {
    ...observed(row, project, times),
    thread_id: row.threadId,
    visibility_mode: row.visibility,
    usage: totals.usage,
    total_estimated_cost: totals.cost,
    span_count: totals.spans.length,
  };
}

function spanShot(row: SpanRow, project: ProjectName, times: Times): object {
  return {
    ...observed(row, project, times),
    trace_id: row.traceId,
    parent_span_id: row.parentSpanId,
    type: row.type,
    model: row.model,
    provider: row.provider,
    usage: row.usage,
    total_estimated_cost: row.cost,
  };
}
