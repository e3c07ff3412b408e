/**
 * A secret that is split over adjacent strings: chunks of a stream, messages, elements of an array. None of them shows
 * it; joined they do.
 *
 * @module
 */
import type { Engine, Replacement } from './engine.ts';
import { RedactionUnstableError } from './errors.ts';
import { regionsAround } from './regions.ts';

/** Texts that follow one another in the same place, joined without anything between. */
export interface Joined {
  readonly texts: readonly string[];
  /** What was replaced, each with the text that it began in. */
  readonly found: readonly { readonly at: number; readonly replacement: Replacement }[];
}

/** What gives a secret away may stand so far beyond the border. */
const NEAR = 48;
const MAX_ROUNDS = 8;

/**
 * Replaces what goes over a border: the tag stands in the first text, the others lose their share.
 *
 * Guarantees: as many texts as before; what one text alone shows is left to it, unless it loses a share of something
 * else; applied again it finds nothing.
 *
 * @throws what {@link Engine.find} throws, and {@link RedactionUnstableError} when no stable texts are reached.
 */
export function redactJoined(engine: Engine, texts: readonly string[]): Joined {
  const found: { at: number; replacement: Replacement }[] = [];
  let current = texts;
  for (let round = 0; round < MAX_ROUNDS; round += 1) {
    const next = oneRound(engine, current, found);
    if (next === undefined) return { texts: current, found };
    current = next;
  }
  throw new RedactionUnstableError('Redaction of adjacent strings reached no stable texts');
}

function oneRound(
  engine: Engine,
  texts: readonly string[],
  found: Joined['found'][number][],
): string[] | undefined {
  const borders: number[] = [];
  let length = 0;
  for (const text of texts) {
    if (length > 0 && length !== borders.at(-1)) borders.push(length);
    length += text.length;
  }
  if (borders.at(-1) === length) borders.pop();
  if (borders.length === 0) return undefined;

  const joined = texts.join('');
  const split: Replacement[] = [];
  const points = borders.map((border) => ({ start: border, end: border }));
  for (const { start, end } of regionsAround(joined, points)) {
    for (const each of engine.find(joined.slice(start, end))) {
      const replacement = { ...each, start: each.start + start, end: each.end + start };
      if (touches(replacement, borders)) split.push(replacement);
    }
  }
  if (split.length === 0) return undefined;
  return replaceShares(engine, texts, split, found);
}

/** It goes over a border, or lies so near one that what gives it away may stand beyond. */
function touches({ start, end }: Replacement, borders: readonly number[]): boolean {
  const border = borders[firstAfter(borders, start - NEAR)];
  return border !== undefined && border < end + NEAR;
}

/** The first position in the sorted numbers whose number is greater. */
function firstAfter(numbers: readonly number[], than: number): number {
  let low = 0;
  let high = numbers.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((numbers[middle] ?? 0) > than) high = middle;
    else low = middle + 1;
  }
  return low;
}

interface Span {
  readonly start: number;
  readonly end: number;
  readonly by: string;
}

/** Undefined when every share is in what its text alone shows: then there is nothing to do here. */
function replaceShares(
  engine: Engine,
  texts: readonly string[],
  split: readonly Replacement[],
  found: Joined['found'][number][],
): string[] | undefined {
  const offsets: number[] = [];
  let length = 0;
  for (const text of texts) {
    offsets.push(length);
    length += text.length;
  }
  const alone = new Map<number, readonly Replacement[]>();
  const ownOf = (i: number): readonly Replacement[] => {
    const known = alone.get(i) ?? engine.find(texts[i] ?? '');
    alone.set(i, known);
    return known;
  };

  const spans = new Map<number, Span[]>();
  for (const replacement of split) {
    const shares = sharesOf(replacement, texts, offsets);
    if (shares.every(({ i, start, end }) => ownOf(i).some((own) => own.start <= start && end <= own.end)))
      continue;
    shares.forEach(({ i, start, end }, s) => {
      const own = ownOf(i).filter((each) => each.start < end && start < each.end);
      const union = {
        start: Math.min(start, ...own.map((each) => each.start)),
        end: Math.max(end, ...own.map((each) => each.end)),
      };
      const by = s === 0 ? replacement.by : (own[0]?.by ?? '');
      spans.set(i, [...(spans.get(i) ?? []), { ...union, by }]);
    });
    const at = shares[0]?.i ?? 0;
    found.push({ at, replacement });
  }
  // A share may be the name of what stands beside it, which nothing would give away any more.
  for (const [i, shares] of spans) {
    for (const replacement of ownOf(i)) {
      const { start, end, by } = replacement;
      if (shares.some((share) => share.start < end && start < share.end)) continue;
      shares.push({ start, end, by });
      found.push({ at: i, replacement });
    }
  }
  return spans.size === 0 ? undefined : texts.map((text, i) => replaceSpans(text, spans.get(i) ?? []));
}

function sharesOf(
  { start, end }: Replacement,
  texts: readonly string[],
  offsets: readonly number[],
): { i: number; start: number; end: number }[] {
  const shares: { i: number; start: number; end: number }[] = [];
  for (let i = Math.max(0, firstAfter(offsets, start) - 1); i < texts.length; i += 1) {
    const offset = offsets[i] ?? 0;
    if (offset >= end) break;
    const from = Math.max(0, start - offset);
    const to = Math.min(texts[i]?.length ?? 0, end - offset);
    if (from < to) shares.push({ i, start: from, end: to });
  }
  return shares;
}

function replaceSpans(text: string, spans: readonly Span[]): string {
  let out = '';
  let from = 0;
  for (const { start, end, by } of [...spans].sort((a, b) => a.start - b.start || b.end - a.end)) {
    if (end <= from) continue;
    // What overlaps the one before is already tagged as far as it goes.
    out += start >= from ? text.slice(from, start) + by : '';
    from = end;
  }
  return out + text.slice(from);
}
