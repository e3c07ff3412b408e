/**
 * @module
 */

/** What was replaced, in numbers. Never holds a value, nor a key that came from content. */
export interface RedactionCounts {
  /** Replacements by rule id. */
  readonly by_rule: Readonly<Record<string, number>>;
  /** Replacements by field path of the result schema without indexes, e.g. `content.input[].content`. */
  readonly by_field: Readonly<Record<string, number>>;
  /** Results sent metadata-only, and files dropped, because the redactor failed or ran over its budget. */
  readonly fell_back: number;
  /** The same by reason, e.g. `leak-found`. */
  readonly fell_back_by: Readonly<Record<string, number>>;
}

/** A mutable {@link RedactionCounts}. One per attempt, added up only when the attempt's output is used. */
export interface Tally {
  add(field: string, rules: readonly string[]): void;
  fellBack(reason: string): void;
  merge(other: RedactionCounts): void;
  /** A copy, keys sorted, so that the same work gives the same JSON. */
  counts(): RedactionCounts;
}

export function createTally(): Tally {
  const byRule = new Map<string, number>();
  const byField = new Map<string, number>();
  const fellBackBy = new Map<string, number>();
  let fellBack = 0;
  return {
    add(field, rules) {
      for (const rule of rules) {
        increase(byRule, rule, 1);
        increase(byField, field, 1);
      }
    },
    fellBack(reason) {
      fellBack += 1;
      increase(fellBackBy, reason, 1);
    },
    merge(other) {
      for (const [rule, n] of Object.entries(other.by_rule)) increase(byRule, rule, n);
      for (const [field, n] of Object.entries(other.by_field)) increase(byField, field, n);
      for (const [reason, n] of Object.entries(other.fell_back_by)) increase(fellBackBy, reason, n);
      fellBack += other.fell_back;
    },
    counts: () => ({
      by_rule: sorted(byRule),
      by_field: sorted(byField),
      fell_back: fellBack,
      fell_back_by: sorted(fellBackBy),
    }),
  };
}

function increase(map: Map<string, number>, key: string, by: number): void {
  map.set(key, (map.get(key) ?? 0) + by);
}

function sorted(map: ReadonlyMap<string, number>): Record<string, number> {
  return Object.fromEntries([...map].sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)));
}
