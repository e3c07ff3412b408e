/**
 * What a rule is, and the few building blocks that patterns share.
 *
 * @module
 */
import type { NumberShape } from '../scan/numbers.ts';

/**
 * One kind of thing that must not leave.
 *
 * The contract of `pattern`: linear in the length of the text. Every quantifier is bounded, none is nested around
 * another unbounded one, and a scan that may fail stops within a few thousand characters.
 */
export interface Rule {
  /** Kebab-case; part of the tag (unless `tag`) and the key of the counts. Never renamed: tags in stores carry it. */
  readonly id: string;
  readonly description: string;
  /**
   * Lower-case ASCII. A text without any of them is not looked at by this rule. None: the rule is tried on every text
   * that has `minDigits`.
   */
  readonly keywords: readonly string[];
  /**
   * Sticky (`y`): the match begins at a keyword, and is tried only there. Global (`g`): the whole text is searched as
   * soon as it holds a keyword. Flag `d` is needed where a group is the secret.
   */
  readonly pattern: RegExp;
  /** Which group is the secret: 0 for the whole match. Default: the first group that took part, else the whole match. */
  readonly group?: number;
  /**
   * The word in the tag, if it is not `id`. Every rule that knows a secret only by what stands around it says `secret`,
   * so that one secret has one tag whether a header, a URL or a JSON key gave it away. On equal spans such a rule
   * yields to one that knows the secret by its own shape.
   */
  readonly tag?: 'secret';
  /** Written instead of a tag, for what is made readable rather than hidden (host paths). */
  readonly replacement?: string;
  /** The text must hold this many digits before a rule without keywords is tried. */
  readonly minDigits?: number;
  /** What the digits must look like before a rule without keywords is tried on them. */
  readonly number?: NumberShape;
  /** The text must hold this, wherever it is, before a rule whose keywords are everywhere is tried. */
  readonly needs?: string;
  /**
   * Tells where a pattern that does not stick to its keyword may match: its match holds the keyword and no blank, and
   * reaches so far before and after it.
   */
  readonly reach?: { readonly before: number; readonly after: number };
  /** At least so many characters of a token (`[\w+/=.:~%-]`) go from the keyword on. */
  readonly shortest?: number;
  /**
   * What the pattern asks for where the name ends (`[A-Za-z0-9_.-]`, at most 64) that begins at the keyword: one of the
   * ASCII characters `next`, and if that is a blank, after all blanks one of `afterBlanks`. The pattern decides; this
   * only spares trying it.
   */
  readonly follows?: { readonly next: string; readonly afterBlanks?: string };
  /** Its match begins in a name, as `nameAround` reads it, that must announce a secret, whatever else `check` asks for. */
  readonly named?: true;
  /** A team says so: what it finds is a secret whatever it looks like, placeholders and references included. */
  readonly anyValue?: true;
  /** Bits per character that the secret must have at least. */
  readonly entropy?: number;
  /** The last word on a match: checksums, placeholders, what stands around it in `match.input`. */
  readonly check?: (match: RegExpExecArray, secret: string) => boolean;
  /** The most characters the pattern takes: a secret of that length goes on while characters of a token follow. */
  readonly bound?: number;
  /**
   * The tests of this rule. In `match` the exact part that must be replaced stands in `«»`; without them it is the
   * whole text. No rule of its class may touch a `noMatch`.
   */
  readonly examples: { readonly match: readonly string[]; readonly noMatch: readonly string[] };
}

/** A secret may begin after anything but a letter or digit, or after an escape (`\n`, `%3D`, a colour code) that ends in one. */
export const START = String.raw`(?:(?<![A-Za-z0-9])|(?<=\\[nrtbfv0])|(?<=\\u[0-9A-Fa-f]{4})|(?<=%[0-9A-Fa-f]{2})|(?<=\x1b\[[0-9;]{0,8}m))`;

/** A token of fixed length is not part of a longer run of letters and digits. */
export const END = '(?![A-Za-z0-9])';

export const ALNUM = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
export const UPPER = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ';
export const HEX = '0123456789abcdef';
export const WORD = `${ALNUM}_-`;

/** The shape of a UUID, and an example of one. */
export const UUID = '[a-f0-9]{8}-[a-f0-9]{4}-[a-f0-9]{4}-[a-f0-9]{4}-[a-f0-9]{12}';
export const FAKE_UUID = '6f1c9b2e-4d3a-4b7f-9c21-0e5d8a7b3f46';

/**
 * The body of an example secret: fixed, random-looking. Examples are put together here because scanners of
 * repositories rightly stop at a literal that looks like a live key.
 */
export function fake(alphabet: string, length: number): string {
  let state = 0x2545f491 + length;
  let out = '';
  for (let i = 0; i < length; i += 1) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    out += alphabet.charAt((state >>> 8) % alphabet.length);
  }
  return out;
}

/** What a token shape needs: its fixed beginnings and what follows them. */
export interface TokenShape {
  readonly id: string;
  readonly description: string;
  /** Literal beginnings; the keywords too. */
  readonly prefixes: readonly string[];
  /** Regular expression source of what follows the prefix. */
  readonly body: string;
  /** The last word, after placeholders are out. `body` is what follows the prefix. */
  readonly check?: (match: RegExpExecArray, secret: string, body: string) => boolean;
  readonly entropy?: number;
  /** The prefix is so peculiar that it counts even in the middle of a word. */
  readonly anywhere?: boolean;
  readonly match: readonly string[];
  readonly noMatch: readonly string[];
}

/**
 * Whether the body of a token was made by a machine rather than typed to show where a token goes: `xxxxxxxx`,
 * `your-api-key-here`, `00000000`.
 */
export function isNoPlaceholder(body: string): boolean {
  const head = body.slice(0, HEAD);
  return hasKinds(head, 5) && !PLACEHOLDER_BODY.test(head);
}

/** Whether at least so many different characters are in it. Without a set: beginnings may come by the hundred thousand. */
function hasKinds(text: string, least: number): boolean {
  const seen: number[] = [];
  for (let i = 0; i < text.length && seen.length < least; i += 1) {
    const code = text.charCodeAt(i);
    if (!seen.includes(code)) seen.push(code);
  }
  return seen.length >= least;
}

/** As much of a token as tells what it is: checks run at every beginning, so that they must not cost its length. */
const HEAD = 128;

const PLACEHOLDER_BODY =
  /x{6}|\*{4}|\.{4}|(?:your|insert|replace|enter)[-_]?(?:own|api|secret|access|token|key|actual|real|with|me|here)|place-?holder/i;

/** Letters and digits, or letters that change case again and again: nothing that people write. */
export function isMixed(text: string): boolean {
  if (/\d/.test(text)) return /[A-Za-z]/.test(text);
  return (text.slice(0, HEAD).match(/[a-z][A-Z]/g)?.length ?? 0) >= 3;
}

/** Behind `+` or `/` in the middle of base64, where a short beginning comes by chance. */
export function isWithinBase64(input: string, start: number): boolean {
  const before = input.slice(Math.max(0, start - 25), start);
  return (
    /^[A-Za-z0-9+/]{24}[+/]$/.test(before) &&
    /\d/.test(before) &&
    /[a-z]/.test(before) &&
    /[A-Z]/.test(before)
  );
}

/** A rule for a token that is known by its beginning. */
export function tokenRule(shape: TokenShape): Rule {
  const prefixes = shape.prefixes.map(escapeRegExp);
  const start = shape.anywhere === true ? '' : START;
  const shortest = shortestOf(shape);
  const longest = Math.max(...[...shape.body.matchAll(/,(\d+)\}/g)].map((match) => Number(match[1])));
  return {
    id: shape.id,
    description: shape.description,
    keywords: [...new Set(shape.prefixes.map((prefix) => prefix.toLowerCase()))],
    pattern: new RegExp(`${start}(?:${prefixes.join('|')})${shape.body}`, 'y'),
    group: 0,
    ...(Number.isFinite(longest) ? { bound: longest } : {}),
    ...(shortest === undefined ? {} : { shortest }),
    check: (match, secret) => {
      const prefix = shape.prefixes.find((each) => secret.startsWith(each)) ?? '';
      const body = secret.slice(prefix.length);
      if (/^[A-Za-z0-9]{1,4}$/.test(prefix) && isWithinBase64(match.input, match.index)) return false;
      return isNoPlaceholder(body) && (shape.check === undefined || shape.check(match, secret, body));
    },
    ...(shape.entropy === undefined ? {} : { entropy: shape.entropy }),
    examples: { match: shape.match, noMatch: shape.noMatch },
  };
}

const TOKEN = /^[\w+/=.:~%-]+$/;

/** How long the shortest prefix with the least of the body's first class is, if the body begins with a class of token characters. */
function shortestOf({ prefixes, body }: TokenShape): number | undefined {
  const least = /^\[[A-Za-z0-9_+/=.:~%-]+\]\{(\d+)/.exec(body)?.[1];
  if (least === undefined || body.includes('|') || !prefixes.every((prefix) => TOKEN.test(prefix)))
    return undefined;
  return Math.min(...prefixes.map((prefix) => prefix.length)) + Number(least);
}

/** What a key needs that has no beginning of its own: the name of its service must stand before it. */
export interface NearShape {
  readonly id: string;
  readonly description: string;
  /** Lower-case names of the service; the keywords. */
  readonly names: readonly string[];
  /** Regular expression source of the key. */
  readonly body: string;
  /** The body is so peculiar that digits alone, or letters alone, are a key as well. */
  readonly plain?: boolean;
  readonly match: readonly string[];
  readonly noMatch: readonly string[];
}

/** What may stand between a service's name and its key: the rest of a name, then a sign that a value follows. */
const TO_VALUE = String.raw`[\w .\t-]{0,28}[\\"'\x60)\]]{0,4}[ \t]{0,4}(?:=>|:=|->|[=:|,(]|(?<=[ \t])(?:login|is|auth)(?=[ \t]))[ \t]{0,4}[\\"'\x60]{0,4}`;

/** A rule for a key that is known by its length and alphabet once the service is named. */
export function nearRule(shape: NearShape): Rule {
  return {
    id: shape.id,
    description: shape.description,
    tag: 'secret',
    keywords: shape.names,
    pattern: new RegExp(
      `(?:${shape.names.map(escapeRegExp).join('|')})${TO_VALUE}(${shape.body})(?![A-Za-z0-9_-])`,
      'diy',
    ),
    group: 1,
    entropy: 2.5,
    check: (_, value) => isNoPlaceholder(value) && (shape.plain === true || isMixed(value)),
    examples: { match: shape.match, noMatch: shape.noMatch },
  };
}

/** A literal as the source of a regular expression. */
export function escapeRegExp(literal: string): string {
  return literal.replace(/[.*+?^${}()|[\]\\/-]/g, '\\$&');
}

/** Shannon entropy of the characters, in bits per character. */
export function entropyOf(text: string): number {
  const counts = new Map<string, number>();
  for (const char of text) counts.set(char, (counts.get(char) ?? 0) + 1);
  const total = text.length;
  let bits = 0;
  for (const n of counts.values()) bits -= (n / total) * Math.log2(n / total);
  return bits;
}
