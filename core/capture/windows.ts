/**
 * Where a pattern that does not stick to its keyword may match. Searching the whole text for an e-mail address because
 * of one `@` would cost more than all other rules together.
 *
 * @module
 */
import type { Rule } from './rules/rule.ts';

export interface Window {
  readonly start: number;
  readonly end: number;
  /** A keyword before this one needs no window of its own: its match would end in this one. */
  readonly covers: number;
}

/** No name of a host is longer. */
const LONGEST_AFTER = 256;

/** The stretch around the keyword at `at` that a match must lie in. */
export function windowAround(text: string, at: number, reach: NonNullable<Rule['reach']>): Window {
  let start = at;
  const first = Math.max(0, at - reach.before);
  while (start > first && text.charCodeAt(start - 1) > 32) start -= 1;
  let end = at;
  const last = Math.min(text.length, at + reach.after);
  while (end < last && text.charCodeAt(end) > 32) end += 1;
  const isUnbroken = end === last && last < text.length;
  return { start, end, covers: isUnbroken ? Math.max(at + 1, end - LONGEST_AFTER) : end };
}
