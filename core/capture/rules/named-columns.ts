/**
 * Secrets known by the name of their column, `INSERT INTO users (id, password) VALUES (…)` and the head of a CSV file,
 * or of the object whose `value` they are, as Terraform writes its outputs.
 *
 * @module
 */
import { secretKind } from '../secret-names.ts';
import { isSecretText } from '../secret-values.ts';
import { isConstant, looksMade, NAME_KEYWORDS, nameAround, nameStart, REST } from './named-values.ts';
import type { Rule } from './rule.ts';

/** How far back the head of a table may be: every value looks back, so that this must not grow with the text. */
const REACH = 4096;
const CSV_REACH = 1024;
const INSERT =
  /insert\s{1,8}(?:ignore\s{1,8})?into\s{1,8}[^\s(]{1,128}\s{0,8}\(([^()]{1,1024})\)\s{0,8}values\s{0,8}/iy;
const CSV_HEAD = /^"?[A-Za-z_][\w .-]{0,63}"?(?:,"?[A-Za-z_][\w .-]{0,63}"?){1,31}\r?$/;

function isUnderSecretColumn(match: RegExpExecArray, value: string): boolean {
  const before = match.input.slice(Math.max(0, match.index - REACH), match.index);
  INSERT.lastIndex = Math.max(0, before.toLowerCase().lastIndexOf('insert '));
  const head = INSERT.exec(before);
  if (head === null) return false;
  const at = columnOf(before.slice(head.index + head[0].length));
  const name = (head[1] ?? '').split(',')[at];
  return name !== undefined && isSecretText(name.replace(/[\s`"[\]\\]/g, ''), value, 'quoted');
}

/** How many values of its row stand before. A comma in a literal is none between values. */
function columnOf(rows: string): number {
  let column = 0;
  let depth = 0;
  let isLiteral = false;
  for (const char of rows) {
    if (char === "'") isLiteral = !isLiteral;
    else if (isLiteral) continue;
    else if (char === '(') {
      depth += 1;
      if (depth === 1) column = 0;
    } else if (char === ')') depth -= 1;
    else if (char === ',' && depth === 1) column += 1;
  }
  return column;
}

/** Lines are asked about once for each of their fields. */
let headText = '';
let headLine = -1;
let headNames: readonly string[] = [];

/** What heads the columns of the table that the line which begins at `line` is a row of; empty for no table. */
function headOf(text: string, line: number): readonly string[] {
  if (text === headText && line === headLine) return headNames;
  headText = text;
  headLine = line;
  const lines = text
    .slice(Math.max(0, line - CSV_REACH), line)
    .split('\n')
    .slice(0, -1);
  const head = lines.findLastIndex((each) => each.length <= 256 && CSV_HEAD.test(each));
  const names = (lines[head] ?? '').trim().replaceAll('"', '').split(',');
  // What has no heading under it is no table.
  const isTable = head >= 0 && lines.slice(head).every((each) => each.split(',').length >= names.length);
  headNames = isTable && names.some((name) => secretKind(name) !== undefined) ? names : [];
  return headNames;
}

function isUnderSecretHead(match: RegExpExecArray, value: string): boolean {
  const { input, index } = match;
  const reach = Math.max(0, index - CSV_REACH);
  const newline = input.slice(reach, index).lastIndexOf('\n');
  if (newline < 0) return false;
  const line = reach + newline + 1;
  const names = headOf(input, line);
  if (names.length === 0) return false;
  const column =
    input
      .slice(line, index)
      .replace(/"[^"]{0,512}"/g, '')
      .split(',').length - 1;
  return isSecretText(names[column] ?? '', value, 'quoted');
}

export const namedColumnRules = (): readonly Rule[] => [
  {
    id: 'named-sql-column',
    description: 'A value of an SQL INSERT under a column that announces a secret',
    tag: 'secret',
    keywords: ['insert into', 'insert ignore into'],
    pattern: /(?<=[(,][ \t\r\n]{0,4}[NE]?)'((?:[^'\\\r\n]|''|\\.){4,512})'(?=[ \t\r\n]{0,4}[,)])/dg,
    check: isUnderSecretColumn,
    examples: {
      match: [
        "INSERT INTO users (id, password, name) VALUES (1, '«hunter2»', 'Jane');",
        "insert into `t` (`a`, `api_key`) values ('x,(y', '«k-12345678»')",
      ],
      noMatch: [
        "INSERT INTO users (id, name) VALUES (1, 'hunter2');",
        "INSERT INTO users (id, password) VALUES (1, '$1')",
        "INSERT INTO users VALUES (1, 'hunter2')",
      ],
    },
  },
  {
    id: 'named-csv-column',
    description: 'A field of CSV under a heading that announces a secret',
    tag: 'secret',
    keywords: [
      ',pass',
      '_pass,',
      ',pwd',
      ',secret',
      ',api_key',
      ',apikey',
      ',token',
      '_token,',
      '_key,',
      '_secret,',
      'password,',
    ],
    pattern:
      /(?<=[,\n])(?:"([^"\r\n]{4,512})"(?=[,\r\n]|$)|([^\s,"'(){}<>;][^\s,"(){}<>;]{3,511})(?=[,\r\n]|$))/dg,
    check: isUnderSecretHead,
    examples: {
      match: ['user,password,role\njane,«hunter2»,admin\n', 'id,api_key\n1,«k-12345678»'],
      noMatch: [
        'user,role\njane,hunter2\n',
        'user,password,role\n\njane,hunter2,admin',
        'f(user,password,\n  hunter2)',
      ],
    },
  },
  {
    id: 'named-csv-pair',
    description: 'A field of CSV after one that holds the name of a secret',
    tag: 'secret',
    keywords: NAME_KEYWORDS,
    follows: { next: ',' },
    pattern: new RegExp(String.raw`${REST},([^\s,"'(){}<>;\x60]{8,512})(?=,|[\r\n]|\\[nr]|$)`, 'dy'),
    check: (match, value) => {
      const name = nameAround(match);
      const start = nameStart(match);
      return (
        (start === 0 || /[\r\n,]/.test(match.input.charAt(start - 1))) &&
        isConstant(name) &&
        looksMade(value) &&
        !isConstant(value) &&
        isSecretText(name, value, 'quoted')
      );
    },
    examples: {
      match: ['1,DB_PASSWORD,«Tr0ub4dor3»,2026-01-05', 'API_KEY,«k-12345678»\n'],
      noMatch: ['f(API_KEY,abc12345)', 'API_KEY,string,yes', 'A_TOKEN,B_TOKEN2,C'],
    },
  },
  {
    id: 'named-value-of',
    description: 'The `value` of an object whose name announces a secret',
    tag: 'secret',
    keywords: NAME_KEYWORDS,
    needs: 'alue',
    follows: { next: '\\"' },
    pattern: new RegExp(
      String.raw`${REST}\\{0,7}"[ \t]{0,4}:[ \t]{0,4}\{(?:\s|\\[nrt]){0,40}(?:\\{0,7}"(?:type|sensitive|description)\\{0,7}":[^{},\r\n]{1,80},(?:\s|\\[nrt]){0,40}){0,3}\\{0,7}"value\\{0,7}":[ \t]{0,4}\\{0,7}"([^"\\\r\n]{1,2048})`,
      'dy',
    ),
    check: (match, value) => isSecretText(nameAround(match), value, 'quoted'),
    examples: {
      match: [
        '"db_password": {\n  "value": "«hunter2»",\n  "type": "string"\n}',
        '{"api_key":{"sensitive":true,"type":"string","value":"«k-12345678»"}}',
      ],
      noMatch: ['"region": {"value": "k-12345678"}', '"token": {"value": "string"}'],
    },
  },
];
