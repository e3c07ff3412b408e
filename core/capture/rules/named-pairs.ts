/**
 * Names and values that stand apart: `{"name": "X-Api-Key", "value": "…"}` of HAR and Kubernetes, attributes of XML,
 * arguments of calls that log somebody in, what Terraform will change.
 *
 * @module
 */
import { secretKind } from '../secret-names.ts';
import { isPassphrase, isSecretText } from '../secret-values.ts';
import { namedColumnRules } from './named-columns.ts';
import { namedTableRules } from './named-tables.ts';
import {
  BARE_GROUP,
  BOUND,
  isNamedSecret,
  isOfRandomCase,
  looksMade,
  NAME_KEYWORDS,
  nameAround,
  nameStart,
  REST,
  VALUE,
} from './named-values.ts';
import type { Rule } from './rule.ts';

const BETWEEN = String.raw`\\{0,7}["']{0,2}(?:[\s,]|\\[nrt]|[a-z-]{1,16}=["'][^"'<>\r\n]{0,64}["'] ){1,60}`;
/** Members between name and value, as AWS has them: `"Type": "SecureString"`. */
const MEMBERS = String.raw`(?:\\{0,7}"[A-Za-z]{1,24}\\{0,7}":[ \t]{0,4}(?:\\{0,7}"[^"\\\r\n]{0,96}\\{0,7}"|\d{1,9}|true|false|null),(?:\s|\\[nrt]){0,40}){0,4}`;
/** The object that OpenTelemetry puts a value into. */
const ANY_VALUE = String.raw`(?:\{(?:\s|\\[nrt]){0,40}\\{0,7}"(?:stringValue|string_value)\\{0,7}":[ \t]{0,4})?`;
const STRING = String.raw`[bfruBRN@$]{0,2}\\{0,7}["']([^"'\\\r\n]{1,256})`;
const LINE_WORD = String.raw`[^\s#"'\x60\\|<>{}()[\];,]{1,256}`;
const ARGUMENT = String.raw`[bfru@$]{0,2}\\{0,7}["'][^"'\\\r\n]{0,256}\\{0,7}["'][ \t]{0,4},[ \t]{0,4}`;

export const namedPairRules = (): readonly Rule[] => [
  {
    id: 'named-pair',
    description:
      'A pair of a name and a value, as HAR, Kubernetes, Postman, CloudFormation and XML write them',
    tag: 'secret',
    keywords: NAME_KEYWORDS,
    needs: 'alue',
    named: true,
    follows: { next: '\\"\', \t\r\n\v\f' },
    pattern: new RegExp(
      String.raw`${REST}${BETWEEN}${MEMBERS}\\{0,7}["']{0,2}[A-Za-z]{0,16}[vV]alue\\{0,7}["']{0,2}[ \t]{0,4}[:=][ \t]{0,4}${ANY_VALUE}${VALUE}`,
      'dy',
    ),
    bound: BOUND,
    check: (match, value) => isNamedSecret(match, value, BARE_GROUP),
    examples: {
      match: [
        '{"name":"X-Api-Key","value":"«q7Rk2pXv9LmW4sTz»"}',
        '{\\"name\\":\\"X-Api-Key\\",\\"value\\":\\"«q7Rk2pXv9LmW4sTz»\\"}',
        '{"Key": "db_password", "Value": "«Tr0ub4dor&3»"}',
        '{"ParameterKey":"DbPassword","ParameterValue":"«Tr0ub4dor&3»"}',
        '- name: DB_PASSWORD\n  value: «Tr0ub4dor3»\n',
        '- name: DB_PASSWORD\\n  value: \\"«Tr0ub4dor3»\\"\\n',
        '<add key="ApiKey" value="«q7Rk2pXv9LmW4sTz»" />',
        '<input type="password" name="pw" value="«Tr0ub4dor&3»">',
        '{"Name":"/prod/db_password","Type":"SecureString","Value":"«Tr0ub4dor&3»"}',
        '{\n  "Name": "/prod/api_key",\n  "Type": "SecureString",\n  "Value": "«k-12345678»",\n  "Version": 3\n}',
        '{"key":"app.linode_token","value":{"stringValue":"«q7Rk2pXv9LmW4sTz»"}}',
        '{\\"key\\":\\"app.api_key\\",\\"value\\":{\\"stringValue\\":\\"«k-12345678»\\"}}',
      ],
      noMatch: [
        '- name: replicas\n  value: "3"',
        '- name: DB_PASSWORD\n  valueFrom:\n    secretKeyRef:',
        '<input type="password" value="{password}">',
        '{"name":"token","value":null}',
      ],
    },
  },
  {
    id: 'named-pair-reversed',
    description: 'A pair of a value and its name',
    tag: 'secret',
    keywords: ['value":', 'value\\'],
    pattern:
      /value\\{0,7}":[ \t]{0,4}\\{0,7}"([^"\\\r\n]{1,1024})\\{0,7}",\s{0,8}\\{0,7}"(?:name|key|header)\\{0,7}":[ \t]{0,4}\\{0,7}"([A-Za-z0-9_.-]{2,64})(?=\\{0,7}")/diy,
    group: 1,
    check: (match, value) => isSecretText(match[2] ?? '', value, 'quoted'),
    examples: {
      match: ['{"value":"«q7Rk2pXv9LmW4sTz»","name":"API_KEY"}', '{"value": "«hunter2»", "key": "password"}'],
      noMatch: ['{"value":"q7Rk2pXv9LmW4sTz","name":"color"}', '{"value":"3","name":"max_tokens"}'],
    },
  },
  {
    id: 'named-change',
    description: 'The new value of a secret in a Terraform plan',
    tag: 'secret',
    keywords: ['-> "', '-> \\'],
    pattern:
      /-> \\{0,7}"{1,2}([^"\\\r\n]{1,512})(?=\\{0,7}")(?<=[^\w.-]([A-Za-z0-9_.-]{2,64})(?:\\{0,7}")?[ \t]{0,40}=[ \t]{1,4}\\{0,7}"[^"\r\n]{0,512}"{1,2} -> \\{0,7}"{1,2}[^"\\\r\n]{1,512})/dy,
    group: 1,
    check: (match, value) => isSecretText(match[2] ?? '', value, 'quoted'),
    examples: {
      match: [
        '  ~ master_password = "x" -> "«N3wTr0ub4»"',
        '{"plan":"  ~ master_password = \\"x\\" -> \\"«N3wTr0ub4»\\""}',
      ],
      noMatch: ['  ~ name = "a" -> "b2c3d4e5"', 'a -> "b"'],
    },
  },
  {
    id: 'call-credentials',
    description: 'The password in the arguments of a call that logs in, after the user',
    tag: 'secret',
    keywords: [
      'auth(',
      'auth=(',
      'auth = (',
      'credential(',
      'credentials(',
      'credentials=(',
      'credentials = (',
      'sequelize(',
      'login(',
      'getconnection(',
      'mysqli',
      'mysqldb.connect(',
      'pymysql.connect(',
      'mysql_connect(',
    ],
    pattern: new RegExp(
      String.raw`(?:auth(?: ?= ?)?\(|credentials?(?: ?= ?)?\((?:[ \t]{0,4}${ARGUMENT}${ARGUMENT})?|login\(|getconnection\([ \t]{0,4}(?:[\w.]{1,64}[ \t]{0,4},[ \t]{0,4}|${ARGUMENT})|sequelize\([ \t]{0,4}${ARGUMENT}|(?:mysqli(?:_connect)?|(?:mysqldb|pymysql)\.connect|mysql_connect)\([ \t]{0,4}${ARGUMENT})[ \t]{0,4}${ARGUMENT}${STRING}`,
      'diy',
    ),
    check: (_, value) => isSecretText('password', value, 'quoted'),
    examples: {
      match: [
        'requests.get(url, auth=("jane", "«Tr0ub4dor&3»"))',
        "HTTPBasicAuth('jane', '«Tr0ub4dor&3»')",
        'new NetworkCredential("jane", "«Tr0ub4dor&3»")',
        'DriverManager.getConnection("jdbc:mysql://db/x", "root", "«Tr0ub4dor&3»")',
        'new mysqli("localhost", "root", "«Tr0ub4dor&3»", "shop")',
        'smtp.login("jane", "«hunter2»")',
        'DriverManager.getConnection(url, "root", "«Tr0ub4dor&3»")',
        "new Sequelize('shop', 'root', '«Tr0ub4dor&3»', { dialect })",
        'credentials=("jane", "«hunter2»")',
        'Credentials("Nexus", "nexus.test", "ci", "«Tr0ub4dor&3»")',
        'MySQLdb.connect("db01", "root", "«Tr0ub4dor&3»", "shop")',
      ],
      noMatch: [
        'auth=(username, password)',
        'auth=("user", "password")',
        'login("jane")',
        'auth("user", password)',
      ],
    },
  },
  {
    id: 'login-pass',
    description: 'A `pass` beside a user, in a query or a connection string',
    tag: 'secret',
    keywords: ['pass=', 'pass:'],
    pattern: /(?<![A-Za-z0-9])pass[=:] {0,2}["']?([^\s"'&;,)<>\\]{6,256})/dy,
    check: (_, value) =>
      /\d/.test(value) &&
      /[A-Za-z]/.test(value) &&
      !/[(){}/]/.test(value) &&
      isSecretText('db_pass', value, 'quoted'),
    examples: {
      match: ['user=jane pass=«Tr0ub4dor3»', 'jdbc:postgresql://db/x?user=app&pass=«Tr0ub4dor3»'],
      noMatch: ['pass=true', 'pass: 12', 'bypass=abc12345', 'pass:$PASS123'],
    },
  },
  {
    id: 'named-line',
    description: 'Several words without quotes, a whole line of YAML, under a name that announces a password',
    tag: 'secret',
    keywords: NAME_KEYWORDS,
    named: true,
    follows: { next: ':' },
    pattern: new RegExp(
      String.raw`${REST}:[ \t]{1,4}((?![&*!%@$-])${LINE_WORD}(?: {1,2}${LINE_WORD}){1,11})(?=[ \t]{0,8}(?:[\r\n]|\\{1,7}[nr]|$))`,
      'dy',
    ),
    check: (match, value) =>
      secretKind(nameAround(match)) === 'password' &&
      isSeveralWords(value) &&
      isLineOfYaml(match) &&
      isSecretText(nameAround(match), value, 'quoted'),
    examples: {
      match: [
        'user: app\npassword: «correct horse battery»\n',
        'db:\n  password: «my p4ssw0rd here»\n  user: x',
        '+user: app\n+db_password: «Tr0ub4dor and three»\n',
        '{"yaml":"user: app\\npassword: «correct horse battery»\\n"}',
      ],
      noMatch: [
        'password: correct horse battery\nand more',
        'user: The user\npassword: The password of the user\n',
        'name: x\npassword: must hold letters\n',
        'login: Log in\npassword: Mot de passe\n',
        'login: Log in\ntoken: correct horse battery\n',
        'title: x\nsecret: shared secret value\n',
        'a: string;\ntoolSecret: string | Uint8Array | undefined;\nb: string;',
      ],
    },
  },
  ...namedColumnRules(),
  ...namedTableRules(),
];

/** A key stands in the line before or after, as far in as this one. */
function isLineOfYaml(match: RegExpExecArray): boolean {
  const { 0: found, index, input } = match;
  const start = nameStart(match) + (input[nameStart(match) - 1] === '\\' ? 1 : 0);
  const before = input.slice(Math.max(0, start - 256), start);
  const after = input.slice(index + found.length, index + found.length + 96);
  if (!/(?:^|[\r\n"'=]|\\[nr])[ \t+-]{0,24}$/.test(before)) return false;
  return (
    /(?:^|[^\w.-]|\\[nr])[\w.-]{1,64}:(?:[ \t][^\r\n\\]{0,160})?(?:\r?\n|(?:\\{1,7}r)?\\{1,7}n)[ \t+-]{0,24}$/.test(
      before,
    ) ||
    /^[ \t]{0,8}(?:\r?\n|(?:\\{1,7}r)?\\{1,7}n)[ \t+-]{0,24}[A-Za-z_][\w.-]{0,63}:(?:[ \t\r\n\\]|$)/.test(
      after,
    )
  );
}

/** Words of a passphrase, or one among them that nobody would write in a sentence. */
function isSeveralWords(value: string): boolean {
  return isPassphrase(value) || value.split(' ').some((word) => looksMade(word) || isOfRandomCase(word));
}
