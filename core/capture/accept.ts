/**
 * From what a pattern matched to what is claimed.
 *
 * @module
 */
import type { Match } from './overlaps.ts';
import { isModuleHash, isStandIn } from './placeholders.ts';
import { entropyOf, type Rule } from './rules/rule.ts';

/**
 * Stands for a tag while patterns run: belongs to no class that a pattern names, and is no boundary either. A control
 * character of Latin-1 that no code page has, so that a text with tags is stored and searched like one without.
 */
export const FILLER = '\x81';

/**
 * The match as a span, or nothing if the rule's own conditions or an earlier tag speak against it.
 *
 * @param found - of the rule's pattern, with or without its flag `d`
 */
export function accept(rule: Rule, r: number, found: RegExpExecArray): Match | undefined {
  const group = rule.group ?? firstGroup(found);
  const part = found[group];
  if (part === undefined || part === '') return undefined;
  if (rule.entropy !== undefined && entropyOf(part) < rule.entropy) return undefined;
  const isByContext = rule.tag === 'secret' && rule.anyValue !== true;
  if (isByContext && isStandIn(part)) return undefined;
  if (rule.check !== undefined && !rule.check(found, part)) return undefined;
  const [start, partEnd] = spanOf(rule, found, group);
  if (isByContext && isModuleHash(found.input, start)) return undefined;
  const end = endOfTag(
    found.input,
    part.length >= (rule.bound ?? Number.POSITIVE_INFINITY) ? endOfRun(found.input, partEnd) : partEnd,
  );
  const secret = found.input.slice(start, end);
  return isDealtWith(secret) ? undefined : { start, end, rule: r, secret };
}

/** Where groups stand is asked for once a match is accepted: to know it of every match costs more than the match. */
function spanOf({ pattern }: Rule, found: RegExpExecArray, group: number): readonly [number, number] {
  if (group === 0) return [found.index, found.index + found[0].length];
  pattern.lastIndex = found.index;
  return found.indices?.[group] ?? pattern.exec(found.input)?.indices?.[group] ?? [0, 0];
}

/** Only tags and blanks. */
export function isDealtWith(text: string): boolean {
  return text.includes(FILLER) && text.replaceAll(FILLER, '').trim() === '';
}

function firstGroup(found: RegExpExecArray): number {
  for (let i = 1; i < found.length; i += 1) if (found[i] !== undefined) return i;
  return 0;
}

/** A pattern's bound may fall into a tag; half a tag must not be left standing. */
export function endOfTag(text: string, from: number): number {
  let end = from;
  if (text[end - 1] === FILLER) while (text[end] === FILLER) end += 1;
  return end;
}

function endOfRun(text: string, from: number): number {
  const run = /[A-Za-z0-9+/=_~.-]*/y;
  run.lastIndex = from;
  return from + (run.exec(text)?.[0].length ?? 0);
}
