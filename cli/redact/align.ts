/**
 * Where in a text something was replaced, told from the text before and after. What is reported is so what really leaves,
 * not what a rule says of itself.
 *
 * @module
 */

/** `before.slice(start, end)` became `written`. */
export interface Replacement {
  readonly start: number;
  readonly end: number;
  /** The tag, `~` or `<workspace>`. */
  readonly written: string;
}

const WRITTEN = /\[REDACTED:[a-z0-9-]+:[0-9a-f]{8}\]|<workspace>|~/g;
/** More guesses than any text needs whose secrets do not repeat what stands around them. */
const MAX_GUESSES = 100_000;

/** The tags and shortened paths of a redacted text, in order; some may have stood there before. */
export function writtenIn(after: string): string[] {
  return after.match(WRITTEN) ?? [];
}

/**
 * Lays the two texts side by side: what stands between the tags is the same in both.
 *
 * @returns the replacements in order; undefined where the texts differ otherwise too
 */
export function align(before: string, after: string): Replacement[] | undefined {
  const written = writtenIn(after);
  const kept = after.split(WRITTEN);
  const [head = ''] = kept;
  if (!before.startsWith(head)) return undefined;

  const starts = [head.length];
  const tried: number[] = [];
  let guesses = 0;
  let i = 0;
  while (i < written.length) {
    guesses += 1;
    if (guesses > MAX_GUESSES) return undefined;
    const end = nextEnd(
      before,
      starts[i] ?? 0,
      written[i] ?? '',
      kept[i + 1] ?? '',
      tried[i],
      i === written.length - 1,
    );
    if (end === undefined) {
      tried.length = i;
      i -= 1;
      if (i < 0) return undefined;
      continue;
    }
    tried[i] = end;
    starts[i + 1] = end + (kept[i + 1]?.length ?? 0);
    i += 1;
  }
  if (written.length === 0 && before !== after) return undefined;
  return written.flatMap((text, n) => {
    const [start = 0, end = 0] = [starts[n], tried[n]];
    return before.slice(start, end) === text ? [] : [{ start, end, written: text }];
  });
}

/** The next place where the replaced part may end: first what was there already, then the nearest, then further ones. */
function nextEnd(
  before: string,
  start: number,
  written: string,
  follows: string,
  tried: number | undefined,
  isLast: boolean,
): number | undefined {
  const same = before.startsWith(written + follows, start) ? start + written.length : undefined;
  if (isLast) {
    const end = before.length - follows.length;
    return tried === undefined && end > start && before.endsWith(follows) ? end : undefined;
  }
  if (tried === undefined && same !== undefined) return same;
  const from = tried === undefined || tried === same ? start + 1 : tried + 1;
  const found = before.indexOf(follows, from);
  if (found < 0) return undefined;
  return found === same ? nextEnd(before, start, written, follows, found, isLast) : found;
}
