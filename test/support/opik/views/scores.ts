import type { AssertionRow, CommentRow, EntityType, ScoreRow } from '../state/rows.ts';
import type { OpikState } from '../state/state.ts';
import { toNineDecimals } from '../writes/scores.ts';
import { stampView } from './stamps.ts';

/** The scores of an entity in its project; a score sent to another project is not the entity's. */
export function scoresOf(state: OpikState, type: EntityType, id: string, projectId: string): ScoreRow[] {
  return state.scores.of(id).filter((row) => row.entityType === type && row.projectId === projectId);
}

export interface ScoreAverage {
  readonly name: string;
  readonly value: number;
}

export function groupBy<T>(rows: Iterable<T>, keyOf: (row: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const row of rows) {
    const key = keyOf(row);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [row]);
    else group.push(row);
  }
  return groups;
}

export function mean(values: readonly number[]): number {
  return toNineDecimals(values.reduce((sum, value) => sum + value, 0) / values.length);
}

/** One value a name: several authors are averaged. */
export function averages(rows: readonly ScoreRow[]): ScoreAverage[] {
  return [...groupBy(rows, (row) => row.name)].map(([name, group]) => ({
    name,
    value: mean(group.map((r) => r.value)),
  }));
}

/** Scores as a trace or a span shows them. Absent when there are none. */
export function scoreViews(rows: readonly ScoreRow[], span?: { readonly id: string; readonly type: string }) {
  if (rows.length === 0) return undefined;
  return [...groupBy(rows, (row) => row.name)].map(([name, group]) => {
    const reasons = group.map((row) => row.reason).filter((reason) => reason !== undefined);
    const categories = group.map((row) => row.categoryName).filter((category) => category !== undefined);
    const [first] = group;
    return {
      name,
      value: mean(group.map((row) => row.value)),
      reason: reasons.length === 0 ? undefined : reasons.join(', '),
      category_name: categories.length === 0 ? undefined : categories.join(', '),
      source: first?.source,
      ...(first === undefined ? {} : stampView(first)),
      value_by_author: Object.fromEntries(group.map((row) => [authorKey(row, span), entryView(row, span)])),
    };
  });
}

/** Among the span scores of a trace the author's key carries the span id. */
const authorKey = (row: ScoreRow, span?: { readonly id: string }): string =>
  span === undefined ? row.author : `${row.author}_${span.id}`;

const entryView = (row: ScoreRow, span?: { readonly id: string; readonly type: string }) => ({
  value: row.value,
  reason: row.reason,
  category_name: row.categoryName,
  source: row.source,
  last_updated_at: row.lastUpdatedAt,
  author: row.author,
  span_type: span?.type ?? '',
  span_id: span?.id ?? '',
});

export function commentViews(state: OpikState, entityId: string) {
  const rows: CommentRow[] = [...state.comments.values()].filter((row) => row.entityId === entityId);
  if (rows.length === 0) return undefined;
  return rows.map((row) => ({ id: row.id, text: row.text, ...stampView(row) }));
}

/** Assertion results of a trace in any project: the experiment's own GET counts them all. */
export function assertionsOf(state: OpikState, traceId: string): AssertionRow[] {
  return state.assertions.of(traceId).filter((row) => row.entityType === 'trace');
}

/** Passed or failed, or undefined when nothing was asserted. */
export function verdictOf(rows: readonly AssertionRow[]): 'passed' | 'failed' | undefined {
  if (rows.length === 0) return undefined;
  return rows.every((row) => row.passed) ? 'passed' : 'failed';
}

export const assertionView = (row: AssertionRow) => ({
  value: row.name,
  passed: row.passed,
  reason: row.reason,
});
