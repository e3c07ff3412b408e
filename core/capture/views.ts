/**
 * Other ways to read a text: without what a terminal or a reader does not show, and with escapes undone. A view knows
 * of each of its characters where it stood, so that what is found in it can be replaced in the text.
 *
 * @module
 */
import { FILLER } from './accept.ts';
import type { Match } from './overlaps.ts';
import type { Region } from './regions.ts';

export interface View {
  readonly text: string;
  /** Where in the text begins what this character of the view stands for. */
  startOf(at: number): number;
  /** Where it ends. */
  endOf(at: number): number;
}

/** What ANSI sequences begin with. */
export const ESC = '\u001b';
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
const DOUBLED_HERE = new RegExp(DOUBLED.source, 'y');
const ESCAPE =
  /%[0-7][0-9A-Fa-f]|\\{1,2}u(?:[0-9A-Fa-f]{4}|\{[0-9A-Fa-f]{1,6}\})|\\{1,2}x[0-7][0-9A-Fa-f]|\\{1,2}033|&(?:#(?:\d{2,7}|x[0-9A-Fa-f]{2,6})|amp|lt|gt|quot|apos);/g;
const ESCAPE_HERE = new RegExp(ESCAPE.source, 'y');

/** Whether a view without the unseen would be another text. */
export function hasUnseen(text: string): boolean {
  UNSEEN.lastIndex = 0;
  return UNSEEN.test(text);
}

/** Whether one of the marks is this character. */
export function hasMark(text: string, marks: readonly number[], char: string): boolean {
  return marks.some((at) => text.charAt(at) === char);
}

/**
 * Where escapes stand that undoing them would change.
 *
 * @param marks - where one may begin; the second of two backslashes will do
 */
export function escapesAt(text: string, marks: readonly number[]): readonly Region[] {
  const found: { start: number; end: number }[] = [];
  for (const at of marks) {
    const isSecond = text.charAt(at) === '\\' && text.charAt(at - 1) === '\\';
    ESCAPE_HERE.lastIndex = isSecond ? at - 1 : at;
    const start = ESCAPE_HERE.lastIndex;
    if (start >= (found.at(-1)?.end ?? 0) && ESCAPE_HERE.test(text))
      found.push({ start, end: ESCAPE_HERE.lastIndex });
  }
  return found;
}

/** Whether a key block may stand in a diff. */
export function hasMarkedKey(text: string): boolean {
  return text.includes('BEGIN ') && /(?:^|\n|\\n)[+-](?:-----BEGIN |[A-Za-z0-9+/=]{16})/.test(text);
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
export function hasDoubledQuotes(text: string, marks: readonly number[]): boolean {
  return marks.some((at) => {
    DOUBLED_HERE.lastIndex = at;
    return DOUBLED_HERE.test(text);
  });
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

/** What became another text, or none. */
interface Edit {
  /** In the view. */
  readonly at: number;
  readonly length: number;
  /** In the text. */
  readonly start: number;
  readonly end: number;
}

const BEGINNING: Edit = { at: 0, length: 0, start: 0, end: 0 };

/** The text with every match of the pattern replaced; nothing is replaced twice. */
export function rewrite(text: string, pattern: RegExp, replace: (found: string) => string): View {
  const edits: Edit[] = [];
  const parts: string[] = [];
  let length = 0;
  let from = 0;
  // A test before may have left it in the middle.
  pattern.lastIndex = 0;
  for (let match = pattern.exec(text); match !== null; match = pattern.exec(text)) {
    const [found] = match;
    const written = replace(found);
    const at = length + match.index - from;
    parts.push(text.slice(from, match.index), written);
    edits.push({ at, length: written.length, start: match.index, end: match.index + found.length });
    from = match.index + found.length;
    length = at + written.length;
  }
  parts.push(text.slice(from));

  const before = (at: number): Edit => edits[lastUpTo(edits, at)] ?? BEGINNING;
  const isIn = ({ at, length: written }: Edit, i: number): boolean => i < at + written;
  const moved = ({ at, length: written, end }: Edit, i: number): number => end + i - at - written;
  return {
    text: parts.join(''),
    startOf(i) {
      const edit = before(i);
      return isIn(edit, i) ? edit.start : moved(edit, i);
    },
    endOf(i) {
      const edit = before(i);
      return isIn(edit, i) ? edit.end : moved(edit, i) + 1;
    },
  };
}

/** The index of the last edit that is not behind `at`, or -1. */
function lastUpTo(edits: readonly Edit[], at: number): number {
  let low = 0;
  let high = edits.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((edits[middle]?.at ?? 0) <= at) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

/** A claim in the view as a claim in the text, at `offset` of which stands what the view was made of. */
export function inText(view: View, match: Match, offset: number, layer: number): Match {
  return {
    ...match,
    start: offset + view.startOf(match.start),
    end: offset + view.endOf(match.end - 1),
    layer,
  };
}

/** A view of a view, as a view of the text. */
export function compose(outer: View, inner: View): View {
  return {
    text: inner.text,
    startOf: (at) => outer.startOf(inner.startOf(at)),
    endOf: (at) => outer.endOf(inner.endOf(at) - 1),
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
