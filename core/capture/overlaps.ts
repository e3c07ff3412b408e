/**
 * @module
 */

/** Who claims a span: a rule, or the team's own. */
export interface Claimant {
  readonly id: string;
  /** The word in the tag, if it is not `id`: it knows the secret by what stands around it only. */
  readonly tag?: 'secret' | undefined;
  /** Written instead of a tag. */
  readonly replacement?: string | undefined;
  /** From the team's own rules, which win on equal spans. */
  readonly own?: boolean | undefined;
}

/** A span of the text that one rule claims. `rule` is its position in the sorted list of claimants. */
export interface Match {
  readonly start: number;
  readonly end: number;
  readonly rule: number;
  /** What the tag is made of; for a match that grew over its neighbours still its own text. */
  readonly secret: string;
  /** How the text was read: 0 as it is, more the more had to be undone. What was undone further says more truly what it is. */
  readonly layer?: number | undefined;
}

/**
 * Makes overlapping claims one: they are joined to their union, so that no half of a secret is left standing, and
 * named after the longest; on equal length after the team's own rule, then the rule that knows the secret by its shape,
 * then by id.
 *
 * Guarantees: spans in order, none overlapping; the order of `matches` does not matter.
 */
export function resolveOverlaps(matches: readonly Match[], claimants: readonly Claimant[]): readonly Match[] {
  if (matches.length <= 1) return matches;
  const rank = ({ rule }: Match): number => {
    const claimant = claimants[rule];
    return claimant?.own === true ? 0 : claimant?.tag === undefined ? 1 : 2;
  };
  const precedence = (a: Match, b: Match): number =>
    b.end - b.start - (a.end - a.start) ||
    rank(a) - rank(b) ||
    a.rule - b.rule ||
    (b.layer ?? 0) - (a.layer ?? 0) ||
    a.start - b.start ||
    (a.secret < b.secret ? -1 : Number(a.secret > b.secret));
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
