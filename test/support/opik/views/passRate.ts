import type { AssertionRow, ExperimentItemRow, ExperimentRow } from '../state/rows.ts';
import type { OpikState } from '../state/state.ts';
import { toNineDecimals } from '../writes/scores.ts';
import { assertionsOf, groupBy, verdictOf } from './scores.ts';

/**
 * Pass rate and assertion scores. A run passes when all its assertions passed, an item when enough runs did. Items without any
 * assertion are left out of `total_count`; the counts are there only for `evaluation_suite`, and only when items are linked.
 */
export function suiteNumbers(
  state: OpikState,
  experiment: ExperimentRow,
  items: readonly ExperimentItemRow[],
  reader: 'get' | 'list',
) {
  if (items.length === 0) return {};
  const read = (item: ExperimentItemRow): AssertionRow[] => {
    const rows = assertionsOf(state, item.traceId);
    if (reader === 'get') return rows;
    return rows.filter((row) => row.projectId === item.projectId);
  };
  const assertion_scores = assertionScores(items, read);
  if (experiment.evaluationMethod !== 'evaluation_suite') return { assertion_scores };
  const groups = groupBy(items, (item) => `${item.datasetItemId}/${policyKey(item)}`);
  let total = 0;
  let passed = 0;
  for (const group of groups.values()) {
    const verdicts = runVerdicts(group, read);
    if (verdicts.length === 0) continue;
    total += 1;
    const needed = group[0]?.executionPolicy.pass_threshold ?? 1;
    if (verdicts.filter((verdict) => verdict === 'passed').length >= needed) passed += 1;
  }
  const pass_rate = total === 0 ? undefined : toNineDecimals(passed / total);
  return { pass_rate, passed_count: passed, total_count: total, assertion_scores };
}

const policyKey = (item: ExperimentItemRow): string =>
  `${item.executionPolicy.runs_per_item}/${item.executionPolicy.pass_threshold}`;

/** One verdict a distinct trace that has assertions. */
function runVerdicts(items: readonly ExperimentItemRow[], read: (item: ExperimentItemRow) => AssertionRow[]) {
  const byTrace = groupBy(items, (item) => item.traceId);
  return [...byTrace.values()].flatMap(([item]) => (item === undefined ? [] : (verdictOf(read(item)) ?? [])));
}

function assertionScores(
  items: readonly ExperimentItemRow[],
  read: (item: ExperimentItemRow) => AssertionRow[],
) {
  const byTrace = groupBy(items, (item) => item.traceId);
  const rows = [...byTrace.values()].flatMap(([item]) => (item === undefined ? [] : read(item)));
  if (rows.length === 0) return undefined;
  return [...groupBy(rows, (row) => row.name)].map(([name, group]) => ({
    name,
    value: toNineDecimals(group.filter((row) => row.passed).length / group.length),
  }));
}
