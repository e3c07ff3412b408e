import type { DatasetRow, ExperimentItemRow } from '../state/rows.ts';
import type { OpikState } from '../state/state.ts';
import { itemView, newestFirst } from './datasets.ts';
import { visibleTrace } from './experiments.ts';
import {
  assertionsOf,
  assertionView,
  commentViews,
  groupBy,
  scoresOf,
  scoreViews,
  verdictOf,
} from './scores.ts';
import { stampView, unlessEmpty } from './stamps.ts';
import { traceTotals } from './traces.ts';

/** The ids alone, as GET /v1/private/experiments/items/{id} answers. */
export const itemIds = (item: ExperimentItemRow) => ({
  id: item.id,
  experiment_id: item.experimentId,
  dataset_item_id: item.datasetItemId,
  trace_id: item.traceId,
  project_id: item.projectId,
  ...stampView(item),
});

/**
 * An experiment item with what its trace says. The stream has no trace metadata, and lists an assertion as often as it was
 * delivered; the compare endpoint has the metadata, and each assertion once.
 */
export function comparedItem(state: OpikState, item: ExperimentItemRow, reader: 'stream' | 'compare') {
  const trace = visibleTrace(state, item.traceId, [item]);
  const totals = trace === undefined ? undefined : traceTotals(state, trace);
  const assertions = assertionsOf(state, item.traceId);
  const listed = assertions.flatMap((row) => {
    const times = reader === 'stream' ? row.deliveries : 1;
    return Array.from({ length: times }, () => assertionView(row));
  });
  return {
    ...itemIds(item),
    input: trace?.input,
    output: trace?.output,
    trace_metadata: reader === 'compare' ? trace?.metadata : undefined,
    feedback_scores: trace && scoreViews(scoresOf(state, 'trace', trace.id, trace.projectId)),
    comments: commentViews(state, item.traceId),
    total_estimated_cost: totals?.cost,
    duration: totals?.duration,
    usage: totals && unlessEmpty(totals.usage),
    trace_visibility_mode: trace?.visibility,
    execution_policy: item.executionPolicy,
    assertion_results: listed.length === 0 ? undefined : listed,
    status: verdictOf(assertions),
  };
}

/** The newest row of each own id: an id that was sent with two traces shows once here, although both rows count. */
export function newestPerId(items: readonly ExperimentItemRow[]): ExperimentItemRow[] {
  return newestFirst([...groupBy(items, (item) => item.id).values()].flatMap((group) => group.at(-1) ?? []));
}

/** The dataset's items with the experiments' items. @see GET /v1/private/datasets/{id}/items/experiments/items */
export function comparedDataset(state: OpikState, dataset: DatasetRow, experimentIds: readonly string[]) {
  const linked = experimentIds.flatMap((id) => state.experimentItems.of(id));
  const byItem = groupBy(linked, (item) => item.datasetItemId);
  const items = newestFirst(dataset.versions.at(-1)?.items.values() ?? []);
  return items.flatMap((item) => {
    const runs = byItem.get(item.id);
    if (runs === undefined) return [];
    return {
      ...itemView(dataset.id, item),
      experiment_items: runs.map((run) => comparedItem(state, run, 'compare')),
      run_summaries_by_experiment: runSummaries(state, runs),
    };
  });
}

/** Per experiment: absent when no run has assertions; a run without them is counted as run, not as passed. */
function runSummaries(state: OpikState, runs: readonly ExperimentItemRow[]) {
  const summaries: Record<string, unknown> = {};
  for (const [experimentId, group] of groupBy(runs, (run) => run.experimentId)) {
    const verdicts = group.map((run) => verdictOf(assertionsOf(state, run.traceId)));
    if (verdicts.every((verdict) => verdict === undefined)) continue;
    const passed = verdicts.filter((verdict) => verdict === 'passed').length;
    const needed = group[0]?.executionPolicy.pass_threshold ?? 1;
    const status = passed >= needed ? 'passed' : 'failed';
    summaries[experimentId] = { passed_runs: passed, total_runs: verdicts.length, status };
  }
  return unlessEmpty(summaries);
}
