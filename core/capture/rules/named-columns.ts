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

/** Says what heads the column of the field at `index`. */
type Columns = (text: string, index: number) => string | undefined;

/**
 * Columns of tables whose lines end with `end`. What is asked for every field, the line and its head, is kept: a text may
 * be all commas.
 */
function createColumns(end: string, lines: RegExp, plainLine: (line: string) => string): Columns {
  let known = '';
  let upTo = 0;
  let line = -1;
  let headLine = -1;
  let names: readonly string[] = [];

  function findLine(text: string, index: number): void {
    if (text !== known || index < upTo) {
      known = text;
      upTo = 0;
      line = -1;
      headLine = -1;
    }
    const from = Math.max(0, upTo - end.length, index - CSV_REACH);
    const found = text.slice(from, index).lastIndexOf(end);
    if (found >= 0) line = from + found + end.length;
    upTo = index;
  }

  function readHead(): void {
    headLine = line;
    const before = known
      .slice(Math.max(0, line - CSV_REACH), line)
      .split(lines)
      .slice(0, -1)
      .map(plainLine);
    const head = before.findLastIndex((each) => each.length <= 256 && CSV_HEAD.test(each));
    const named = (before[head] ?? '').trim().replaceAll('"', '').split(',');
    // What has no heading under it is no table.
    const isTable = head >= 0 && before.slice(head).every((each) => each.split(',').length >= named.length);
    names = isTable && named.some((name) => secretKind(name) !== undefined) ? named : [];
  }

  return (text, index) => {
    findLine(text, index);
    if (line < 0 || index - line > CSV_REACH) return undefined;
    if (line !== headLine) readHead();
    if (names.length === 0) return undefined;
    const fields = text.slice(line, index).replace(/"[^"]{0,512}"/g, '');
    return names[fields.split(',').length - 1];
  };
}

/** Indent, and the mark of a diff. */
const MARGIN = /^[ \t]{0,12}[+-]?[ \t]{0,12}"?(?=[A-Za-z_])/;

/** A table in a parameter of a URL. */
function afterQuery(line: string): string {
  const equals = line.lastIndexOf('=', line.indexOf(','));
  const isParameter = equals > 0 && /[?&][\w.[\]-]{1,64}$/.test(line.slice(Math.max(0, equals - 65), equals));
  return isParameter ? line.slice(equals + 1) : line;
}

/** Lines as they are, perhaps out of a string with other escapes; lines within a string of JSON. */
const COLUMNS: readonly Columns[] = [
  createColumns('\n', /\r?\n/, (line) =>
    afterQuery(line)
      .replace(/^\{"\w{1,32}":[ \t]?"/, '')
      .replace(MARGIN, ''),
  ),
  createColumns('\\n', /(?:\\{1,7}r)?\\{1,7}n/, (line) =>
    line
      .slice(line.lastIndexOf('\n') + 1)
      .replace(/^.*[:[][ \t]{0,4}\\{0,7}"/, '')
      .replace(/\\{1,7}(?=")/g, '')
      .replace(MARGIN, ''),
  ),
];

function isUnderSecretHead({ input, index }: RegExpExecArray, value: string): boolean {
  return COLUMNS.some((columns) => isSecretText(columns(input, index) ?? '', value, 'quoted'));
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
      /(?<=[,\n]|\\n)(?:\\{0,7}"([^"\\\r\n]{4,512})\\{0,7}"(?=[,\r\n\\"]|$)|([^\s,"'(){}<>;\\](?:[^\s,"(){}<>;\\]|\\(?![nrtu"\\])){3,511})(?=[,\r\n\\"]|$))/dg,
    check: isUnderSecretHead,
    examples: {
      match: [
        'user,password,role\njane,«hunter2»,admin\n',
        'id,api_key\n1,«k-12345678»',
        '{"stdout":"user,password,role\\njane,«hunter2»,admin\\n"}',
        '+user,password,role\n+jane,«hunter2»,admin\n',
        'GET /a?x=1&v=user,password,role\r\njane,"«hunter2»",admin',
      ],
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
    pattern: new RegExp(
      String.raw`${REST},((?:[^\s,"'(){}<>;\\\x60]|\\(?![nr])){8,512})(?=,|[\r\n]|\\[nr]|$)`,
      'dy',
    ),
    check: (match, value) => {
      const name = nameAround(match);
      const start = nameStart(match);
      return (
        /(?:^|[\r\n,\\]|[\r\n][ \t+]{1,12})$/.test(match.input.slice(Math.max(0, start - 13), start)) &&
        isConstant(name) &&
        looksMade(value) &&
        !isConstant(value) &&
        isSecretText(name, value, 'quoted')
      );
    },
    examples: {
      match: [
        '1,DB_PASSWORD,«Tr0ub4dor3»,2026-01-05',
        'API_KEY,«k-12345678»\n',
        'name,value\\nAPI_KEY,«k-12345678»\\n',
      ],
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
