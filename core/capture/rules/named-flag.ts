/**
 * Values that follow a name with nothing but a blank between.
 *
 * @module
 */
import { secretKind } from '../secret-names.ts';
import {
  BARE_GROUP,
  BOUND,
  isCapitals,
  isConstant,
  isHelp,
  isMadeWord,
  isNamedSecret,
  isNextArgument,
  looksLikeSecret,
  looksMade,
  NAME_KEYWORDS,
  nameAround,
  nameStart,
  REST,
  VALUE,
} from './named-values.ts';
import type { Rule } from './rule.ts';

/** `--password x`, `DB_PASSWORD x`, `| password | x |`: without a sign of assignment, the value must look the part. */
function checkBlank(match: RegExpExecArray, value: string): boolean {
  const name = nameAround(match);
  if (name.startsWith('-'))
    return !match[0].includes('|') && !isHelp(match, value) && isNamedSecret(match, value, BARE_GROUP);
  if (isNextArgument(value) || isNumberOfName(match, name, value)) return false;
  return (
    (looksLikeSecret(name, value) || isSetByBlank(match, name, value)) &&
    isNamedSecret(match, value, BARE_GROUP)
  );
}

/** `#define TYPE_OF_SECRET 2004`: names of numbers, where a password may be one. */
function isNumberOfName(match: RegExpExecArray, name: string, value: string): boolean {
  if (!/^\d{1,5}$/.test(value) || /pass|pwd|pin/i.test(name)) return false;
  const start = nameStart(match);
  return /#[ \t]{0,4}define[ \t]{1,8}$/.test(match.input.slice(Math.max(0, start - 24), start));
}

/** What sets a name without a sign of assignment; the secret's name stands right after it. */
const SETTERS =
  /(?:\bENV|\bARG|\bsetx|\bsetenv|#[ \t]{0,4}define|\bset(?: -{1,2}[A-Za-z]{1,8}){1,3}|_header|\bset[Hh]eader|[Hh]eader (?:set|add)|secret set)[ \t]{1,8}["']?$/;

/** `ENV API_KEY x`, `setx API_KEY "x"`, `proxy_set_header X-Api-Key "x"`, a row of code cells, a Gradle property. */
function isSetByBlank(match: RegExpExecArray, name: string, value: string): boolean {
  const start = nameStart(match);
  const before = match.input.slice(Math.max(0, start - 24), start);
  if (SETTERS.test(before)) return true;
  const written = match[0].slice(0, match[0].length - value.length);
  if (/`[ \t]{1,40}\|[ \t]{1,8}`$/.test(written)) return /\d|[^\w\s.-]/.test(value) && value.length >= 6;
  if (/[ \t]\|[ \t]{1,8}`$/.test(written) && isCapitals(name))
    return secretKind(name) === 'password' || /\d|[^\w\s.-]/.test(value);
  if (/[ \t]{2,40}$/.test(written) && isInRuledTable(match, before, value)) return true;
  if (!looksMade(value) || written.includes('|')) return false;
  // Columns, as `env | column -t` and `kubectl` print them.
  if (/[ \t]{2,40}$/.test(written) && /(?:^|[\r\n])$/.test(before)) {
    const end = match.index + match[0].length;
    return /^[)}\]]?[ \t]*(?:[\r\n]|$)/.test(match.input.slice(end, end + 40));
  }
  if (/["']$/.test(written))
    return (
      (/^\s*$/.test(/[^\n]*$/.exec(before)?.[0] ?? '') &&
        (/[A-Z_]/.test(name) || secretKind(name) === 'password')) ||
      (/^\S* "$/.test(written) && (isOwned(name) || (secretKind(name) === 'password' && isMadeWord(value))))
    );
  return isConstant(name);
}

/** “the npm token "…"”, “the smtp pass "…"”; “unexpected token "…"” is no owner's. */
function isOwned(name: string): boolean {
  return /^(?!(?:unexpected|invalid|unknown|bad|duplicate|this|that|the|my|your|a|an|any|each|same|new|old|no) )[a-z]{2,16} [a-z]{3,8}$/i.test(
    name,
  );
}

/** A line of a table whose head is underlined, as `vault kv get` prints it; it ends with the value. */
function isInRuledTable({ 0: found, index, input }: RegExpExecArray, before: string, value: string): boolean {
  if (value.length < 4 || !/(?:^|[\r\n]|\\n)$/.test(before)) return false;
  const end = index + found.length;
  return (
    /^[ \t]{0,8}(?:[\r\n]|\\[nr]|$)/.test(input.slice(end, end + 12)) &&
    /(?:^|\n|\\n)-{3,40}[ \t]{2,40}-{3,40}[ \t]{0,8}(?:\r?\n|(?:\\r)?\\n)/.test(
      input.slice(Math.max(0, index - 1024), index),
    )
  );
}

export const namedFlagRule = (): Rule => ({
  id: 'named-flag',
  description: 'A flag, variable or table cell that announces a secret, and the word after it',
  tag: 'secret',
  keywords: NAME_KEYWORDS,
  named: true,
  follows: { next: '"\'` \t' },
  pattern: new RegExp(String.raw`${REST}["'\x60]{0,2}(?:[ \t]{1,40}(?:\|[ \t]{1,8})?)(?![-|])${VALUE}`, 'dy'),
  bound: BOUND,
  check: checkBlank,
  examples: {
    match: [
      'mysql --password «hunter2» -h db',
      'mysql --password «SWORDFISH» -h db',
      'tool --api-key "«k-12345678»"',
      'az login --client-secret «a1~b2c3»',
      'ENV DB_PASSWORD «tr0ub4dor3»',
      'setx API_KEY «q7Rk2pXv9LmW4sTz8YbN»',
      '| password | «Tr0ub4dor&3» |',
      '| API key | `«q7Rk2pXv9LmW4sTz8YbN»` |',
      'keyPassword "«Tr0ub4dor3»"',
      'ENV API_TOKEN «swordfish22»',
      'setx API_KEY "«00112233aabbccdd00112233aabbccdd»"',
      'proxy_set_header X-Api-Key "«swordfish22»";',
      'API_KEY    «6f1c9b2e-4d3a-4b7f-9c21-0e5d8a7b3f46»',
      '| `password` | `«swordfish22»` |',
      '| API_KEY | `«00112233aabbccdd00112233aabbccdd»` |',
      '| DB_PASSWORD | `«swordfish»` |',
      '#define DB_PASSWORD "«swordfish»"',
      'set -gx WIFI_PASSWORD «swordfish»',
      'Key             Value\n---             -----\nssh_password    «swordfish»\n',
      'with the npm token "«6f1c9b2e-4d3a-4b7f-9c21-0e5d8a7b3f46»" it works',
      'the smtp pass "«madrid-turtle57»"',
      'I used the passphrase "«3c45a43f4428e0801237f383ecdaa347»" and\n',
      'the access key "«fd17bec6d76dca04e4af36cbce28d86a»" works',
    ],
    noMatch: [
      'run --max-tokens 100',
      'login --password-stdin',
      'the password hunter',
      'x --token $TOKEN',
      '| token | string | yes |',
      '| password | The password, 8 characters |',
      'the key sha256-00112233AABB',
      '  -p, --password SENHA          muda a senha',
      'unexpected token "abc123def"',
      '| DB_PASSWORD | `string` | required |',
      'password    the one of the user\n',
      '  -W, --password               αναγκαστική προτροπή',
      'with --ask-password. Zwykle nie jest',
      'usage: x [--password SECRET] [--user NAME]',
      '#define SSL_YIELD_SECRET 2004',
      'secret_key_base=vault:secret/data/prod#SECRET_KEY_BASE attempt=1',
      '{Region:eu SessionSecret:ssm:/prod/api/session_secret Retries:3}',
      'docker run -e API_KEY=vault:secret/data/prod#API_KEY ghcr.io/acme/api:1.14.2',
    ],
  },
});
