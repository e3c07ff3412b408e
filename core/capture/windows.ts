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

/** Rules whose match holds its keyword and no blank, and how far it reaches before and after. */
const UNBROKEN: ReadonlyMap<string, { readonly before: number; readonly after: number }> = new Map([
  ['email', { before: 80, after: 480 }],
  ['azure-client-secret', { before: 16, after: 64 }],
  ['terraform-token', { before: 24, after: 160 }],
  ['mailchimp-key', { before: 48, after: 16 }],
  ['telegram-token', { before: 16, after: 64 }],
]);
/** No name of a host is longer. */
const LONGEST_AFTER = 256;
/** Rules whose match begins with the keyword. */
const FROM_KEYWORD: ReadonlySet<string> = new Set(['phone']);

/** The same rule, tried at its keyword only if that is where it begins. */
export function stickyAtKeyword(rule: Rule): Rule {
  if (!FROM_KEYWORD.has(rule.id) || rule.pattern.sticky || rule.keywords.length === 0) return rule;
  return { ...rule, pattern: new RegExp(rule.pattern.source, rule.pattern.flags.replace('g', 'y')) };
}

/** The stretch around the keyword at `at` that a match must lie in; nothing: it may be anywhere. */
export function windowOf({ id }: Rule, text: string, at: number): Window | undefined {
  const reach = UNBROKEN.get(id);
  if (reach === undefined) return undefined;
  let start = at;
  const first = Math.max(0, at - reach.before);
  while (start > first && text.charCodeAt(start - 1) > 32) start -= 1;
  let end = at;
  const last = Math.min(text.length, at + reach.after);
  while (end < last && text.charCodeAt(end) > 32) end += 1;
  const isUnbroken = end === last && last < text.length;
  return { start, end, covers: isUnbroken ? Math.max(at + 1, end - LONGEST_AFTER) : end };
}

/** What a text must hold somewhere, so that a rule whose keywords are everywhere is not tried in vain. */
const NEEDS: ReadonlyMap<string, string> = new Map([['named-element', '</']]);

/** Whether the rule can match in this text at all. */
export function canMatch({ id }: Rule, text: string): boolean {
  const needed = NEEDS.get(id);
  return needed === undefined || text.includes(needed);
}
