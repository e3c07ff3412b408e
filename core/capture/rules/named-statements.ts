/**
 * Secrets that a statement gives to a name in a form of its own: a typed declaration, a sentence with code in it, a
 * comparison in a test, the address of a database in Go.
 *
 * @see https://github.com/go-sql-driver/mysql#dsn-data-source-name
 * @see https://learn.microsoft.com/azure/azure-resource-manager/bicep/parameters
 *
 * @module
 */
import { isSecretText } from '../secret-values.ts';
import { isCapitals, isOfRandomCase, looksMade } from './named-values.ts';
import type { Rule } from './rule.ts';

const NAME = '[A-Za-z_$][A-Za-z0-9_.$-]{1,63}';

/** The name is the first group, the value the second. */
function isUnderItsName({ 1: name }: RegExpExecArray, value: string): boolean {
  return isSecretText(name ?? '', value, 'quoted');
}

/** ``Set `DB_PASSWORD` to `…` ``: of other names than constants the value must look the part, for prose is full of them. */
function isSaid({ 1: name = '' }: RegExpExecArray, value: string): boolean {
  if (!isSecretText(name, value, 'bare')) return false;
  return isCapitals(name) || looksMade(value);
}

export const namedStatementRules = (): readonly Rule[] => [
  {
    id: 'named-typed',
    description: 'A string with its type between name and value, as in Bicep and Go',
    tag: 'secret',
    keywords: [' string = '],
    pattern: new RegExp(
      String.raw`(?<=(?<![\w.$-])(${NAME})) string = \\{0,7}["'\x60]([^"'\x60\\\r\n]{4,1024})`,
      'dy',
    ),
    group: 2,
    check: isUnderItsName,
    examples: {
      match: [
        "param keystorePassword string = '«hunter2»'",
        'const apiKey string = "«k-12345678»"',
        '{"t":"var dbPassword string = \\"«hunter2»\\""}',
      ],
      noMatch: [
        "param region string = 'hunter2'",
        "param password string = ''",
        'const passwordKey string = "password"',
      ],
    },
  },
  {
    id: 'named-said',
    description: 'A value as code in a sentence that sets a name',
    tag: 'secret',
    keywords: [' to `', ' is `', ' as `', ' with `', ' be `'],
    pattern: new RegExp(
      String.raw`(?<=(?<![\w.$/-])(${NAME})(?:\*\*|\x60|__|["'])?(?: \(?(?:variable|env|var|secret|header)\)?)?) (?:to|is|as|with|be) \x60([^\x60\r\n]{4,512})(?=\x60)`,
      'dy',
    ),
    group: 2,
    check: isSaid,
    examples: {
      match: [
        'Set **USER_PASSWORD** to `«swordfish»` and go on.',
        'Set `API_KEY` to `«00112233aabbccdd00112233aabbccdd»`.',
        'Set DB_PASSWORD to `«correct horse battery»`',
        'the password is `«hunter22»`',
      ],
      noMatch: [
        'Set **PORT** to `3000`',
        'Set `API_KEY` to `process.env.KEY`',
        'rename token to `authToken`',
        'Set `DB_PASSWORD` to `string`',
        'the password is `secret/data/app`',
        '`x.test/lang/jwt` with `x.test/lang/jwt/v4`',
      ],
    },
  },
  {
    id: 'named-expected',
    description: 'What a test expects under the name of a secret',
    tag: 'secret',
    keywords: ['.tobe(', '.toequal(', '.tostrictequal('],
    pattern: new RegExp(
      String.raw`(?<=\((${NAME})\))\.to(?:Be|Equal|StrictEqual)\(\\{0,7}["'\x60]([^"'\x60\\\r\n]{6,1024})(?=\\{0,7}["'\x60])`,
      'dy',
    ),
    group: 2,
    check: (match, value) => (looksMade(value) || isOfRandomCase(value)) && isUnderItsName(match, value),
    examples: {
      match: ["expect(cfg.password).toBe('«Tr0ub4dor3»')"],
      noMatch: ["expect(cfg.password).toBe('password')", "expect(cfg.name).toBe('Tr0ub4dor3')"],
    },
  },
  {
    id: 'go-dsn',
    description: 'The password in the address of a database, as Go writes it',
    tag: 'secret',
    keywords: ['@tcp(', '@unix('],
    reach: { before: 200, after: 16 },
    pattern: /(?<![\w.-])[A-Za-z_][\w.-]{0,63}:([^\s@"'`]{1,128})@(?:tcp|unix)\(/dg,
    check: (_, value) => isSecretText('password', value, 'quoted'),
    examples: {
      match: [
        'sql.Open("mysql", "app:«hunter2»@tcp(db:3306)/shop")',
        'DSN=app:«p:w!x9»@unix(/run/m.sock)/shop',
      ],
      noMatch: ['"app@tcp(db:3306)/shop"', '"app:%s@tcp(%s)/shop"', `app:\${DB_PASSWORD}@tcp(db:3306)/x`],
    },
  },
];
