/**
 * Secrets known by the name of their column, `INSERT INTO users (id, password) VALUES (…)` and the head of a CSV file,
 * or of the object whose `value` they are, as Terraform writes its outputs.
 *
 * @module
 */
import { isSecretText } from '../secret-values.ts';
import { type Columns, createInsertColumns, createLineColumns } from './columns.ts';
import { isConstant, looksMade, NAME_KEYWORDS, nameAround, nameStart, REST } from './named-values.ts';
import type { Rule } from './rule.ts';

const CSV_HEAD = /^"?[A-Za-z_][\w .-]{0,63}"?(?:,"?[A-Za-z_][\w .-]{0,63}"?){1,31}\r?$/;

const insertColumns = createInsertColumns();

function isUnderSecretColumn({ input, index }: RegExpExecArray, value: string): boolean {
  return isSecretText(insertColumns(input, index) ?? '', value, 'quoted');
}

function createColumns(end: string, plainLine: (line: string) => string): Columns {
  return createLineColumns({
    end,
    headOf(line) {
      const plain = plainLine(line);
      return plain.length <= 256 && CSV_HEAD.test(plain)
        ? plain.trim().replaceAll('"', '').split(',')
        : undefined;
    },
    goesOn: (line, names) => line.split(',').length >= names.length,
    columnAfter: (part) => part.replace(/"[^"]{0,512}"/g, '').split(',').length - 1,
  });
}

/** Indent, and the mark of a diff. */
const MARGIN = /^[ \t]{0,12}[+-]?[ \t]{0,12}"?(?=[A-Za-z_])/;

/** A table in a parameter of a URL. */
function afterQuery(line: string): string {
  const equals = line.lastIndexOf('=', line.indexOf(','));
  const isParameter = equals > 0 && /(?:^|[?&])[\w.[\]-]{1,64}$/.test(line.slice(0, equals).slice(-66));
  return isParameter ? line.slice(equals + 1) : line;
}

/** Lines as they are, perhaps out of a string with other escapes; lines within a string of JSON. */
const COLUMNS: readonly Columns[] = [
  createColumns('\n', (line) =>
    afterQuery(line)
      .replace(/^\{"\w{1,32}":[ \t]?"/, '')
      .replace(MARGIN, ''),
  ),
  createColumns('\\n', (line) =>
    line
      .replace(/(?:\\{1,7}r)?\\{0,7}$/, '')
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
    keywords: ['insert into', 'insert ignore into', 'insert or ', 'replace into'],
    pattern: /(?<=[(,][ \t\r\n]{0,4}[NE]?)'((?:[^'\\\r\n]|''|\\.){4,512})'(?=[ \t\r\n]{0,4}[,)])/dg,
    check: isUnderSecretColumn,
    examples: {
      match: [
        "INSERT INTO users (id, password, name) VALUES (1, '«hunter2»', 'Jane');",
        "insert into `t` (`a`, `api_key`) values ('x,(y', '«k-12345678»')",
        "REPLACE INTO t (a, password) VALUES (1, '«hunter2»');",
        "INSERT OR REPLACE INTO t (a, password) VALUES ('it\\'s', '«hunter2»');",
        `INSERT INTO t (a, password) VALUES ${'(1, NULL), '.repeat(600)}(2, '«hunter2»');`,
      ],
      noMatch: [
        "INSERT INTO users (id, name) VALUES (1, 'hunter2');",
        "INSERT INTO users (id, password) VALUES (1, '$1')",
        "INSERT INTO users VALUES (1, 'hunter2')",
        "INSERT INTO t (a, password) VALUES (1, NULL); f(2, 'hunter2')",
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
      'authtoken,',
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
        'user,password,role\njane,"«hunter2»",admin\nbob,"«swordfish»",user\n',
        `id,password,note\n${'1,,a note\n'.repeat(200)}2,«hunter2»,x\n`,
        `a\\nb\n${'all is well\n'.repeat(300)}{"text":["id,user,password\\n1,jane,«hunter2»\\n"]}`,
        'v=user,password,role\r\njane,"«hunter2»",admin',
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
    named: true,
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
    named: true,
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
