/**
 * Tables in text: what heads the column that a literal or a field stands in.
 *
 * A table may be as long as the text. What has been read is kept, so that every literal and every field goes on where the
 * one before it was: a text may be all commas.
 *
 * @module
 */
import { secretKind } from '../secret-names.ts';

/** Says what heads the column of the literal or field at `index`. */
export type Columns = (text: string, index: number) => string | undefined;

const INSERT =
  /(?:insert\s{1,8}(?:ignore\s{1,8}|or\s{1,8}[a-z]{4,8}\s{1,8})?|replace\s{1,8})into\s{1,8}[^\s(]{1,128}\s{0,8}\(([^()]{1,1024})\)\s{0,8}values\s{0,8}/gi;
/** Where the line of a field began must not be far: every field looks back. */
const LONGEST_ROW = 1024;
/** With what stands before it, in a line of JSON. */
const LONGEST_HEAD = 2048;

/** Columns of SQL's INSERT; a comma in a literal is none between values. */
export function createInsertColumns(): Columns {
  let known = '';
  let at = 0;
  let next: RegExpExecArray | null = null;
  let names: readonly string[] = [];
  let column = 0;
  let depth = 0;
  let isLiteral = false;

  function findNext(from: number): void {
    INSERT.lastIndex = from;
    next = INSERT.exec(known);
  }

  function begin(head: RegExpExecArray): void {
    names = (head[1] ?? '').split(',').map((name) => name.replace(/[\s`"[\]\\]/g, ''));
    if (!names.some((name) => secretKind(name) !== undefined)) names = [];
    at = head.index + head[0].length;
    column = 0;
    depth = 0;
    isLiteral = false;
    findNext(at);
  }

  function read(char: string): void {
    if (char === "'") isLiteral = !isLiteral;
    else if (isLiteral) return;
    else if (char === '(') {
      depth += 1;
      if (depth === 1) column = 0;
    } else if (char === ')') depth -= 1;
    else if (char === ',' && depth === 1) column += 1;
    else if (char === ';' && depth <= 0) names = [];
  }

  return (text, index) => {
    if (text !== known || index < at) {
      known = text;
      at = 0;
      names = [];
      findNext(0);
    }
    while (next !== null && next.index < index) begin(next);
    if (names.length === 0) at = Math.max(at, index);
    for (; at < index && names.length > 0; at += 1) {
      // MySQL's `\'` ends no literal.
      if (
        isLiteral &&
        text[at] === '\\' &&
        text[at + 1] === "'" &&
        !/^[ \t]{0,4}[,)]/.test(text.slice(at + 2, at + 7))
      )
        at += 1;
      else read(text[at] ?? '');
    }
    return names[column];
  };
}

/** A kind of table that has a line for each row. */
export interface LineTable {
  /** What ends a line. */
  readonly end: string;
  /** The names in a line that heads a table, or nothing. */
  readonly headOf: (line: string) => readonly string[] | undefined;
  /** Whether the table goes on with the line. */
  readonly goesOn: (line: string, names: readonly string[]) => boolean;
  /** The number of the field that begins after this part of its line. */
  readonly columnAfter: (part: string) => number;
}

export function createLineColumns({ end, headOf, goesOn, columnAfter }: LineTable): Columns {
  let known = '';
  let line = 0;
  let nextEnd = -1;
  let names: readonly string[] = [];

  function readLine(raw: string): void {
    // Lines that end in a string of JSON may begin in a line of the text.
    const own = raw.slice(raw.lastIndexOf('\n') + 1);
    if (names.length > 0 && own === raw && goesOn(raw, names)) return;
    const found = headOf(own.slice(-LONGEST_HEAD));
    names = found?.some((name) => secretKind(name) !== undefined) ? found : [];
  }

  return (text, index) => {
    if (text !== known || index < line) {
      known = text;
      line = 0;
      nextEnd = text.indexOf(end);
      names = [];
    }
    while (nextEnd >= 0 && nextEnd + end.length <= index) {
      readLine(text.slice(line, nextEnd));
      line = nextEnd + end.length;
      nextEnd = text.indexOf(end, line);
    }
    if (names.length === 0 || index - line > LONGEST_ROW) return undefined;
    return names[columnAfter(text.slice(line, index))];
  };
}
