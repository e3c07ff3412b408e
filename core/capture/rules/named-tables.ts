/**
 * Secrets known by the name of their column in what databases print: tables drawn with `|`, and `COPY … FROM stdin` of a
 * dump.
 *
 * @see https://www.postgresql.org/docs/current/sql-copy.html
 *
 * @module
 */
import { secretKind } from '../secret-names.ts';
import { isSecretText } from '../secret-values.ts';
import { createLineColumns, type LineTable } from './columns.ts';
import { isConstant, looksMade, NAME_KEYWORDS, nameAround, nameStart, REST } from './named-values.ts';
import type { Rule } from './rule.ts';

const CELL = /^[*\x60"\\]{0,4}[A-Za-z_][\w .-]{0,63}[*\x60"\\]{0,4}$/;
/** A rule between head and rows, and what a diff or an indent puts before it. */
const DIVIDER = /^[-+|: \t\\r]{3,2048}$/;

const drawn: Omit<LineTable, 'end'> = {
  headOf(line) {
    const cells = line.split('|').map((cell) => cell.trim());
    // What stands before the first and after the last may belong to what the table stands in.
    const inner = cells.slice(1, -1);
    if (cells.length < 2 || cells.length > 64 || !inner.every((cell) => CELL.test(cell))) return undefined;
    return cells.map((cell) => cell.replace(/[*\x60"\\]/g, ''));
  },
  goesOn: (line, names) => DIVIDER.test(line) || line.split('|').length >= names.length,
  columnAfter: (part) => part.split('|').length - 1,
};

const COPY = /copy\s{1,8}[^\s(]{1,128}\s{0,8}\(([^()]{1,1024})\)\s{1,8}from\s{1,8}stdin/i;
const TAB = /\t|\\{1,7}t/;

const copied: Omit<LineTable, 'end'> = {
  headOf: (line) =>
    COPY.exec(line)?.[1]
      ?.split(',')
      .map((name) => name.replace(/[\s"\\]/g, '')),
  goesOn: (line, names) => line.split(TAB).length >= names.length,
  columnAfter: (part) => part.split(TAB).length - 1,
};

const ENDS = ['\n', '\\n'] as const;
const DRAWN = ENDS.map((end) => createLineColumns({ end, ...drawn }));
const COPIED = ENDS.map((end) => createLineColumns({ end, ...copied }));

/** In a table of a text about passwords stand words: a secret has digits, marks, or both. */
function isInDrawnTable({ input, index, 0: found }: RegExpExecArray, value: string): boolean {
  const name = DRAWN.map((columns) => columns(input, index + found.length - value.length)).find(
    (each) => each !== undefined && secretKind(each) !== undefined,
  );
  if (name === undefined || !isSecretText(name, value, 'quoted')) return false;
  return secretKind(name) === 'password'
    ? value.length >= 6 && /\d/.test(value) && /[A-Za-z]/.test(value) && looksMade(`${value}xx`)
    : value.length >= 12 && looksMade(value);
}

export const namedTableRules = (): readonly Rule[] => [
  {
    id: 'named-table-column',
    description: 'A cell of a drawn table under a heading that announces a secret',
    tag: 'secret',
    keywords: [
      '| pass',
      '| pwd',
      '| secret',
      '| api',
      '| token',
      '|pass',
      'password |',
      'secret |',
      'token |',
      'key |',
      // Padded to the width of the column.
      '_key  ',
      '_token  ',
      'authtoken  ',
      '_secret  ',
      'password  ',
    ],
    needs: '|',
    pattern:
      /\|[ \t]{0,64}[\x60*]{0,2}([^\s|\x60*\\"][^\s|\x60\\"]{3,511})(?=[\x60*]{0,2}[ \t]{0,64}(?:[|\r\n"]|\\{1,7}[nr"]|$))/dg,
    check: isInDrawnTable,
    examples: {
      match: [
        '+----+----------+\n| id | password |\n+----+----------+\n|  1 | «hunter2»  |\n|  2 | «swordf1sh» |\n',
        ' id | password \n----+----------\n  1 | «hunter2»\n(1 row)',
        ' id | db_api_key       | ok\n----+------------------+----\n  1 | «00112233aabbccdd» | t\n',
        '| user | API key |\n|---|---|\n| jane | `«k-1234567890»` |',
        '{"out":"| user | password |\\n|---|---|\\n| jane | «hunter2» |\\n"}',
      ],
      noMatch: [
        '| name | password |\n|---|---|\n| login | required |',
        '| token | meaning |\n|---|---|\n| `>=1.2.3` | greater |',
        '| id | name |\n| 1 | hunter2 |',
        '| password |\n\n| hunter2 |',
      ],
    },
  },
  {
    id: 'named-record-field',
    description: 'A field that psql prints on a line of its own, under the name of a secret',
    tag: 'secret',
    keywords: NAME_KEYWORDS,
    needs: '[ RECORD ',
    named: true,
    follows: { next: ' \t', afterBlanks: '|' },
    pattern: new RegExp(
      String.raw`${REST}[ \t]{1,64}\| ([^\s|"'\\]{4,1024})(?=[ \t]{0,64}(?:[\r\n"]|\\{1,7}[nr"]|$))`,
      'dy',
    ),
    check: (match, value) => isSecretText(nameAround(match), value, 'quoted'),
    examples: {
      match: [
        '-[ RECORD 1 ]----\nid       | 41\npassword | «hunter2»\nat       | 2026-02-01\n',
        '{"out":"-[ RECORD 1 ]----\\napi_key | «k-12345678»\\nid | 1\\n"}',
      ],
      noMatch: ['password | hunter2\n', '-[ RECORD 1 ]----\nname | k-12345678\n'],
    },
  },
  {
    id: 'named-tab-pair',
    description: 'A field after a tab and the constant that names a secret',
    tag: 'secret',
    keywords: NAME_KEYWORDS,
    named: true,
    follows: { next: '\t\\' },
    pattern: new RegExp(
      String.raw`${REST}(?:\t|\\{1,7}t)([^\s"'(){}<>;\\\x60]{8,512})(?=[\t\r\n"]|\\{1,7}[tnr"]|$)`,
      'dy',
    ),
    check: (match, value) => {
      const start = nameStart(match);
      return (
        /(?:^|[\r\n\t"]|\\[nt]?)[ +-]{0,4}$/.test(match.input.slice(Math.max(0, start - 8), start)) &&
        isConstant(nameAround(match)) &&
        looksMade(value) &&
        !isConstant(value) &&
        isSecretText(nameAround(match), value, 'quoted')
      );
    },
    examples: {
      match: [
        'name\tvalue\tupdated\nDB_PASSWORD\t«Tr0ub4dor3»\t2026-04-01\n',
        '{"tsv":"name\\tvalue\\nAPI_KEY\\t«k-12345678»\\n"}',
      ],
      noMatch: ['API_KEY\tstring\tyes', 'const\tapi_key\tabc12345', 'API_KEY\tA_TOKEN2B'],
    },
  },
  {
    id: 'named-copy-column',
    description: 'A value of a dump of PostgreSQL under a column that announces a secret',
    tag: 'secret',
    keywords: [') from stdin'],
    pattern: /(?<=[\t\n]|\\[tn])([^\t\r\n\\]{4,512})(?=[\t\r\n"]|\\{1,7}[tnr"]|$)/dg,
    check: ({ input, index }, value) =>
      COPIED.some((columns) => isSecretText(columns(input, index) ?? '', value, 'quoted')),
    examples: {
      match: [
        'COPY public.users (id, mail, password) FROM stdin;\n1\tshop\t«hunter2»\n2\tshop\t«swordfish»\n\\.\n',
        '{"dump":"COPY t (id, api_key) FROM stdin;\\n1\\t«k-12345678»\\n\\\\.\\n"}',
      ],
      noMatch: [
        'COPY public.users (id, name) FROM stdin;\n1\thunter2\n\\.\n',
        'COPY t (id, password) FROM stdin;\n1\t\\N\n\\.\nx\thunter2\n',
      ],
    },
  },
];
