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

/** Regions around the spans, which are in order; those that meet are one. */
export function regionsAround(text: string, spans: Iterable<Region>): readonly Region[] {
  // A key block goes over lines.
  if (text.includes(FIRST_LINE_OF_KEY)) return [{ start: 0, end: text.length }];
  const regions: { start: number; end: number }[] = [];
  for (const span of spans) {
    const last = regions.at(-1);
    if (last !== undefined && span.end + CONTEXT <= last.end) continue;
    let { start, end } = span;
    const first = Math.max(0, start - LONGEST_RUN, last === undefined ? 0 : last.end - CONTEXT);
    while (start > first && text.charCodeAt(start - 1) > 32) start -= 1;
    const limit = Math.min(text.length, end + LONGEST_RUN);
    while (end < limit && text.charCodeAt(end) > 32) end += 1;
    start = Math.max(0, start - CONTEXT);
    end = Math.min(text.length, end + CONTEXT);
    if (last !== undefined && start <= last.end) last.end = Math.max(end, last.end);
    else regions.push({ start, end });
  }
  return regions;
}
