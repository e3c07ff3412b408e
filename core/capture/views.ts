/**
 * Other ways to read a text: without what a terminal or a reader does not show, and with escapes undone. A view knows
 * for each of its characters where it stood, so that what is found in it can be replaced in the text.
 *
 * @module
 */
import { FILLER } from './accept.ts';
import type { Match } from './overlaps.ts';
import type { Region } from './regions.ts';

export interface View {
  readonly text: string;
  /** For each character of the view, where what it stands for begins in the text, and where it ends. */
  readonly starts: Int32Array;
  readonly ends: Int32Array;
}

const ESC = '\u001b';
/**
 * ANSI sequences; zero-width characters and soft hyphens; full-width forms, which read like ASCII; tags inside a word,
 * and tags with a word that no rule has: somebody wrote them.
 */
const UNSEEN = new RegExp(
  [
    String.raw`${ESC}(?:\[[0-9;:?]{0,32}[A-Za-z]|\][^\u0007${ESC}]{0,256}(?:\u0007|${ESC}\\))`,
    '[\u00ad\u200b-\u200d\u2060\ufeff\uff01-\uff5e]',
    `(?<=[A-Za-z0-9_])${FILLER}+(?=[A-Za-z0-9_])`,
    String.raw`\[REDACTED:[^\s\[\]:]{1,64}:[0-9a-fA-F]{8}\]`,
  ].join('|'),
  'g',
);
/** A change mark at the beginning of a line of a key block or of encoded text. */
const CHANGE_MARK = /(?<=^|\n|\\n)[+-](?=-----|[A-Za-z0-9+/=])/g;
/**
 * Quotes within quotes: CSV's `""name"": ""value""`, SQL's `''value''`, a shell's `'\\''value'\\''`. Three in a row are
 * such a pair beside the quote of the field itself, if two stand at the other end; else they are a language's own.
 */
const DOUBLED = new RegExp(
  `(?=["'])(?:${[...doubled('"', '+'), ...doubled("'", '')].join('|')}|'\\\\{1,7}'')`,
  'g',
);
const ESCAPE =
  /%[0-7][0-9A-Fa-f]|\\{1,2}u(?:[0-9A-Fa-f]{4}|\{[0-9A-Fa-f]{1,6}\})|\\{1,2}x[0-7][0-9A-Fa-f]|\\{1,2}033|&(?:#(?:\d{2,7}|x[0-9A-Fa-f]{2,6})|amp|lt|gt|quot|apos);/g;

/** Whether a view without the unseen would be another text. */
export function hasUnseen(text: string): boolean {
  UNSEEN.lastIndex = 0;
  return UNSEEN.test(text);
}

/** Where escapes stand that undoing them would change. */
export function escapesIn(text: string): readonly Region[] {
  if (!mayHoldEscape(text)) return [];
  const found: Region[] = [];
  ESCAPE.lastIndex = 0;
  for (let match = ESCAPE.exec(text); match !== null; match = ESCAPE.exec(text)) {
    found.push({ start: match.index, end: ESCAPE.lastIndex });
  }
  return found;
}

/** JSON in text is full of backslashes, and most of them are before a quote or an `n`: those are looked for first. */
function mayHoldEscape(text: string): boolean {
  return (
    text.includes('\\u') ||
    text.includes('\\x') ||
    text.includes('\\033') ||
    (text.includes('&') && /&(?:#|amp;|lt;|gt;|quot;|apos;)/.test(text)) ||
    (text.includes('%') && /%[0-7][0-9A-Fa-f]/.test(text))
  );
}

/** Whether a key block may stand in a diff. */
export function hasMarkedKey(text: string): boolean {
  return text.includes('-----BEGIN ') && /(?:^|\n|\\n)[+-](?:-----BEGIN |[A-Za-z0-9+/=]{16})/.test(text);
}

/** Without ANSI sequences and zero-width characters, full-width forms as the ASCII they look like. */
export function seen(text: string): View {
  return rewrite(text, UNSEEN, (found) =>
    found >= '\uff01' && found <= '\uff5e' ? String.fromCharCode(found.charCodeAt(0) - 0xfee0) : '',
  );
}

/** Without the marks of a diff. */
export function withoutChangeMarks(text: string): View {
  return rewrite(text, CHANGE_MARK, () => '');
}

/** Whether a text quotes quotes, as CSV, SQL and shells do. */
export function hasDoubledQuotes(text: string): boolean {
  if (!text.includes('""') && !text.includes("''")) return false;
  DOUBLED.lastIndex = 0;
  return DOUBLED.test(text);
}

/** With one quote for each that is quoted. */
export function withoutDoubledQuotes(text: string): View {
  return rewrite(text, DOUBLED, (found) => found.charAt(0));
}

/** Percent-encoding and the escapes of JSON, JavaScript, shells and HTML undone once. */
export function unescaped(text: string): View {
  return rewrite(text, ESCAPE, decodeEscape);
}

const ENTITIES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

function decodeEscape(found: string): string {
  if (found.startsWith('%')) return String.fromCharCode(Number.parseInt(found.slice(1), 16));
  if (found.startsWith('&#x')) return charOf(Number.parseInt(found.slice(3), 16));
  if (found.startsWith('&#')) return charOf(Number.parseInt(found.slice(2), 10));
  if (found.startsWith('&')) return ENTITIES[found.slice(1, -1)] ?? found;
  // Not `\\u0033`, which is a 3.
  if (/^\\{1,2}033$/.test(found)) return '\x1b';
  return charOf(Number.parseInt(found.replace(/[^0-9A-Fa-f]/g, ''), 16));
}

function charOf(code: number): string {
  return code > 0 && code <= 0xffff ? String.fromCharCode(code) : '\ufffd';
}

function rewrite(text: string, pattern: RegExp, replace: (found: string) => string): View {
  const starts = new Int32Array(text.length);
  const ends = new Int32Array(text.length);
  let out = '';
  let from = 0;
  const copy = (to: number) => {
    for (let i = from; i < to; i += 1) {
      starts[out.length + i - from] = i;
      ends[out.length + i - from] = i + 1;
    }
    out += text.slice(from, to);
  };
  // A test before may have left it in the middle.
  pattern.lastIndex = 0;
  for (const { 0: found, index } of text.matchAll(pattern)) {
    copy(index);
    const char = replace(found);
    if (char !== '') {
      starts[out.length] = index;
      ends[out.length] = index + found.length;
      out += char;
    }
    from = index + found.length;
  }
  copy(text.length);
  return { text: out, starts, ends };
}

/** A claim in the view as a claim in the text, at `offset` of which stands what the view was made of. */
export function inText({ starts, ends }: View, match: Match, offset: number, layer: number): Match {
  const start = starts[match.start] ?? 0;
  return { ...match, start: offset + start, end: offset + (ends[match.end - 1] ?? start), layer };
}

/** A view of a view, as a view of the text. */
export function compose(outer: View, inner: View): View {
  return {
    text: inner.text,
    starts: inner.starts.map((at) => outer.starts[at] ?? 0),
    ends: inner.ends.map((at) => outer.ends[at - 1] ?? 0),
  };
}

/** A pair of quotes before a word, or after one that such a pair stands before. */
function doubled(quote: string, alsoFirst: string): readonly string[] {
  const word = String.raw`[\w$/~*!@#${alsoFirst}][^${quote}\r\n]{0,255}`;
  const two = `(?<!${quote})${quote}{2}`;
  return [
    `${two}(?=${word}${quote}{2})`,
    `${two}${quote}(?=${word}${quote}{2}(?!${quote}))`,
    `(?<=${two}${word})${quote}{2,3}(?!${quote})`,
    `(?<=${two}${quote}${word})${quote}{2}(?!${quote})`,
  ];
}
