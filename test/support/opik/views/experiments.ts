import type { ExperimentItemRow, ExperimentRow, TraceRow } from '../state/rows.ts';
import type { OpikState } from '../state/state.ts';
import { versionSummary } from './datasets.ts';
import { suiteNumbers } from './passRate.ts';
import { averages, groupBy, mean, scoresOf } from './scores.ts';
import { stampView, unlessEmpty } from './stamps.ts';
import { traceTotals } from './traces.ts';

/** `list` compares the projects of assertion results with the item's; a GET of one experiment counts all. */
export type ExperimentReader = 'get' | 'list';

/** An experiment with the numbers that Opik computes over its items. */
export function experimentView(state: OpikState, row: ExperimentRow, reader: ExperimentReader) {
  const items = state.experimentItems.of(row.id);
  const dataset = state.datasets.get(row.datasetId);
  const version = dataset?.versions.find((known) => known.id === row.datasetVersionId);
  const project = state.projects.get(row.projectId ?? '');
  return {
    id: row.id,
    dataset_name: dataset?.name,
    dataset_id: row.datasetId,
    project_id: row.projectId,
    project_name: project?.name,
    name: row.name,
    metadata: row.metadata,
    tags: row.tags.length === 0 ? undefined : row.tags,
    type: row.type,
    evaluation_method: row.evaluationMethod,
    status: row.status,
    experiment_scores: row.scores.length === 0 ? undefined : row.scores,
    dataset_version_id: row.datasetVersionId,
    dataset_version_summary: dataset && version ? versionSummary(dataset, version) : undefined,
    ...stampView(row),
    ...traceNumbers(state, items),
    ...suiteNumbers(state, row, items, reader),
  };
}

function traceNumbers(state: OpikState, items: readonly ExperimentItemRow[]) {
  const ids = [...new Set(items.map((item) => item.traceId))];
  const traces = ids.flatMap((id) => visibleTrace(state, id, items) ?? []);
  const totals = traces.map((trace) => traceTotals(state, trace));
  const costs = totals.flatMap((total) => total.cost ?? []);
  const durations = totals.flatMap((total) => total.duration ?? []);
  const scores = traces.flatMap((trace) => averages(scoresOf(state, 'trace', trace.id, trace.projectId)));
  const cost = costs.reduce((sum, value) => sum + value, 0);
  return {
    trace_count: ids.length,
    feedback_scores: averageByName(scores),
    usage: averageUsage(totals.map((total) => total.usage)),
    total_estimated_cost: costs.length === 0 ? undefined : Number(cost.toFixed(12)),
    total_estimated_cost_avg: costs.length === 0 ? undefined : Number((cost / costs.length).toFixed(12)),
    duration: durations.length === 0 ? undefined : percentiles(durations),
  };
}

/** The trace an item points to, in the item's project when it lives in several. */
export function visibleTrace(
  state: OpikState,
  id: string,
  items: readonly ExperimentItemRow[],
): TraceRow | undefined {
  const projectId = items.find((item) => item.traceId === id)?.projectId;
  return state.traces.get(id, projectId ?? '') ?? state.traces.of(id)[0];
}

function averageByName(scores: readonly { readonly name: string; readonly value: number }[]) {
  if (scores.length === 0) return undefined;
  return [...groupBy(scores, (score) => score.name)].map(([name, group]) => ({
    name,
    value: mean(group.map((score) => score.value)),
  }));
}

function averageUsage(usages: readonly Readonly<Record<string, number>>[]) {
  const counted = usages.flatMap((usage) => Object.entries(usage));
  const groups = groupBy(counted, ([key]) => key);
  return unlessEmpty(
    Object.fromEntries([...groups].map(([key, group]) => [key, mean(group.map(([, count]) => count))])),
  );
}

/** Interpolated between the neighbours, not one of the values. */
function percentiles(values: readonly number[]) {
  const sorted = [...values].sort((a, b) => a - b);
  const at = (share: number): number => {
    const position = share * (sorted.length - 1);
    const low = sorted[Math.floor(position)] ?? 0;
    const high = sorted[Math.ceil(position)] ?? low;
    return low + (high - low) * (position - Math.floor(position));
  };
  return { p50: at(0.5), p90: at(0.9), p99: at(0.99) };
}
