/**
 * The stretches of a text that a change in it can matter to: the unbroken run of characters on either side, and some
 * context beyond, where a name may stand.
 *
 * @module
 */

export interface Region {
  readonly start: number;
  readonly end: number;
}

const CONTEXT = 128;
const LONGEST_RUN = 8192;
const FIRST_LINE_OF_KEY = 'PRIVATE KEY';

/** Whether a character ends a run. */
export type EndsRun = (code: number) => boolean;

/** Regions around the spans, which are in order; those that meet are one. */
export function regionsAround(
  text: string,
  spans: Iterable<Region>,
  endsRun: EndsRun = isBlank,
): readonly Region[] {
  // A key block goes over lines.
  if (text.includes(FIRST_LINE_OF_KEY)) return [{ start: 0, end: text.length }];
  const regions: { start: number; end: number }[] = [];
  for (const span of spans) {
    const last = regions.at(-1);
    if (last !== undefined && span.end + CONTEXT <= last.end) continue;
    let { start, end } = span;
    const first = Math.max(0, start - LONGEST_RUN, last === undefined ? 0 : last.end - CONTEXT);
    while (start > first && !endsRun(text.charCodeAt(start - 1))) start -= 1;
    const limit = Math.min(text.length, end + LONGEST_RUN);
    while (end < limit && !endsRun(text.charCodeAt(end))) end += 1;
    start = Math.max(0, start - CONTEXT);
    end = Math.min(text.length, end + CONTEXT);
    if (last !== undefined && start <= last.end) last.end = Math.max(end, last.end);
    else regions.push({ start, end });
  }
  return regions;
}

/** The spans that lie in one of the regions; both are in order. */
export function within(regions: readonly Region[], spans: readonly Region[]): readonly Region[] {
  let r = 0;
  return spans.filter(({ start, end }) => {
    while ((regions[r]?.end ?? Number.POSITIVE_INFINITY) < end) r += 1;
    return (regions[r]?.start ?? Number.POSITIVE_INFINITY) <= start;
  });
}

/** The spans of which a part lies in one of the regions; both are in order. */
export function touching(regions: readonly Region[], spans: readonly Region[]): readonly Region[] {
  let r = 0;
  return spans.filter(({ start, end }) => {
    while ((regions[r]?.end ?? Number.POSITIVE_INFINITY) <= start) r += 1;
    return (regions[r]?.start ?? Number.POSITIVE_INFINITY) < end;
  });
}

export function isBlank(code: number): boolean {
  return code <= 32;
}

const QUOTES = new Set(Array.from('"\'`<>', (char) => char.charCodeAt(0)));

/** What is never part of percent-encoded text: a line of JSON may have no blank at all, but it has quotes. */
export function isBlankOrQuote(code: number): boolean {
  return code <= 32 || QUOTES.has(code);
}
