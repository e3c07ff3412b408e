/**
 * What a rule says of its surroundings, made quick to look at: running a pattern in vain costs more than all else.
 *
 * @module
 */
import { type Rule, START } from './rules/rule.ts';

/** Whether the pattern of a rule can match with its keyword at `at`; it may say so too often, never too rarely. */
export type MayMatch = (text: string, at: number) => boolean;

const NAME = table(/[A-Za-z0-9_.-]/);
const TOKEN = table(/[\w+/=.:~%-]/);
const ALNUM = table(/[A-Za-z0-9]/);
/** As long as a name is looked at, and as many blanks after it. */
const LONGEST_NAME = 64;
const MOST_BLANKS = 48;

/** Nothing: the rule says nothing of itself, and is always to be tried. */
export function mayMatchOf(rule: Rule): MayMatch | undefined {
  if (!rule.pattern.sticky) return undefined;
  const { shortest, follows } = rule;
  const begins = rule.pattern.source.startsWith(START_SOURCE);
  if (follows !== undefined) {
    const followers = followersOf([{ rule }]);
    return (text, at) => followers(text, at).length > 0;
  }
  if (shortest !== undefined) {
    return begins
      ? (text, at) => isToken(text, at, shortest) && isStart(text, at)
      : (text, at) => isToken(text, at, shortest);
  }
  return begins ? isStart : undefined;
}

const START_SOURCE = new RegExp(START).source;

function isToken(text: string, at: number, length: number): boolean {
  if (at + length > text.length) return false;
  // From the end: what begins like a token is most often a short word.
  for (let i = at + length - 1; i > at; i -= 1) if (!isIn(TOKEN, text, i)) return false;
  return true;
}

/** No letter or digit before, unless it may be the end of an escape: {@link START}. */
function isStart(text: string, at: number): boolean {
  if (at === 0 || !isIn(ALNUM, text, at - 1)) return true;
  return (
    text.charCodeAt(at - 2) === BACKSLASH ||
    text.charCodeAt(at - 3) === PERCENT ||
    text.charCodeAt(at - 6) === BACKSLASH ||
    text.charCodeAt(at - 1) === LETTER_M
  );
}

const SPACE = 32;
const BACKSLASH = 92;
const PERCENT = 37;
const LETTER_M = 109;

/** Where the last name that was looked at ended: several rules ask about the same. */
let nameText = '';
let nameAt = -1;
let nameEnd = -1;

function endOfName(text: string, at: number): number {
  if (nameAt === at && nameText === text) return nameEnd;
  let end = at;
  const last = Math.min(text.length, at + LONGEST_NAME + 1);
  while (end < last && isIn(NAME, text, end)) end += 1;
  nameText = text;
  nameAt = at;
  nameEnd = end - at > LONGEST_NAME ? -1 : end;
  return nameEnd;
}

/**
 * Of those whose rules say what follows the name that begins at `at`, the ones for which it does: one look for all of
 * them, for many rules begin at the same keywords.
 */
export type Followers<T> = (text: string, at: number) => readonly T[];

export function followersOf<T extends { readonly rule: Rule }>(all: readonly T[]): Followers<T> {
  const picked = (where: (follows: NonNullable<Rule['follows']>) => boolean): readonly T[] =>
    all.filter(({ rule: { follows } }) => follows !== undefined && where(follows));
  const ASCII = Array.from({ length: 128 }, (_, code) => String.fromCharCode(code));
  const byNext = ASCII.map((char) => picked(({ next }) => next.includes(char)));
  const byBlank = [' ', '\t'].map((blank) => ({
    byAfter: ASCII.map((char) =>
      picked(({ next, afterBlanks = char }) => next.includes(blank) && afterBlanks.includes(char)),
    ),
    /** Where the text ends. */
    none: picked(({ next, afterBlanks }) => next.includes(blank) && afterBlanks === undefined),
  }));
  return (text, at) => {
    let end = endOfName(text, at);
    if (end < 0 || end >= text.length) return [];
    const next = text.charCodeAt(end);
    // What is beyond ASCII may be a blank too.
    if (next > 127) return all;
    if (!isBlank(text, end)) return byNext[next] ?? [];
    const last = end + MOST_BLANKS;
    while (end < last && isBlank(text, end)) end += 1;
    if (text.charCodeAt(end) > 127) return byNext[next] ?? [];
    const blanks = byBlank[next === SPACE ? 0 : 1];
    return (end < text.length ? blanks?.byAfter[text.charCodeAt(end)] : blanks?.none) ?? [];
  };
}

function isBlank(text: string, i: number): boolean {
  const code = text.charCodeAt(i);
  return code === SPACE || code === 9;
}

function isIn(set: Uint8Array, text: string, i: number): boolean {
  const code = text.charCodeAt(i);
  return code < 128 && set[code] === 1;
}

function table(chars: RegExp): Uint8Array {
  return Uint8Array.from({ length: 128 }, (_, code) => Number(chars.test(String.fromCharCode(code))));
}
