/**
 * @module
 */
import type { Rule } from './rules/rule.ts';

/** A span of the text that one rule claims. `rule` is its position in the sorted list of rules. */
export interface Match {
  readonly start: number;
  readonly end: number;
  readonly rule: number;
  /** What the tag is made of; for a match that grew over its neighbours still its own text. */
  readonly secret: string;
}

/**
 * Makes overlapping claims one: they are joined to their union, so that no half of a secret is left standing, and
 * named after the longest; on equal length after the rule that knows the secret by its shape, then by id.
 *
 * Guarantees: spans in order, none overlapping; the order of `matches` does not matter.
 */
export function resolveOverlaps(matches: readonly Match[], rules: readonly Rule[]): readonly Match[] {
  if (matches.length === 0) return matches;
  const precedence = (a: Match, b: Match): number =>
    b.end - b.start - (a.end - a.start) ||
    Number(rules[a.rule]?.tag !== undefined) - Number(rules[b.rule]?.tag !== undefined) ||
    a.rule - b.rule ||
    a.start - b.start;
  const inOrder = [...matches].sort((a, b) => a.start - b.start || precedence(a, b));

  const resolved: Match[] = [];
  let cluster: { start: number; end: number; winner: Match } | undefined;
  const close = () => {
    if (cluster !== undefined) resolved.push({ ...cluster.winner, start: cluster.start, end: cluster.end });
  };
  for (const match of inOrder) {
    if (cluster !== undefined && match.start < cluster.end) {
      cluster.end = Math.max(cluster.end, match.end);
      if (precedence(match, cluster.winner) < 0) cluster.winner = match;
    } else {
      close();
      cluster = { start: match.start, end: match.end, winner: match };
    }
  }
  close();
  return resolved;
}
