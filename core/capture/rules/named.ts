/**
 * Secrets known by the name they stand under in text: `.env`, YAML, shell, code, query strings, JSON inside a string.
 * The parsed form of the same, a JSON key and its value, is `core/capture/value.ts`.
 *
 * @module
 */
import { secretKind, wordsOf } from '../secret-names.ts';
import { isPassphrase, isSecretText } from '../secret-values.ts';
import {
  BARE,
  BARE_GROUP,
  BOUND,
  isCapitals,
  isConstant,
  isNamedSecret,
  isOfRandomCase,
  looksLikeSecret,
  looksMade,
  NAME_KEYWORDS,
  nameAround,
  nameStart,
  QUOTED,
  REST,
  VALUE,
} from './named-values.ts';
import type { Rule } from './rule.ts';

/** What may close a name: a quote (escaped or not), brackets, an accessor, a type. */
const CLOSE = String.raw`\\{0,7}["'\x60]{0,2}[)\]]{0,2}(?: ?\{ ?get;[^{}\r\n]{0,40}\})?(?: ?: ?(?:&(?:'[a-z]{1,16} )?)?[A-Za-z][A-Za-z0-9_.<>\[\]|?]{0,40} ?(?==[ \t]{0,8}[A-Za-z.@$&]{0,20}\(?["'\x60\\]))?`;
const OPERATOR = String.raw`[ \t]{0,40}(?:=>|:=|:-|={1,3}|!={1,2}|:|%3[Dd]|\|\|=?|\?\?=?|\?=|,|\()[ \t]{0,8}`;
/** After an arrow, a comparison, a default or within a call only a literal is a value. */
const LITERAL_ONLY = String.raw`(?<!(?:=>|[=!]=|\|\|=?|\?\?=?|[,(])[ \t]{0,8})`;
/** A literal may be wrapped, as in `SecretStr("…")`. */
const WRAPPER = String.raw`(?:(?:SecretStr|Secret|String|Some|str|bytes|atob|Buffer\.from|(?:base64\.)?b64decode)\()?`;

/**
 * Calls: `set("apiKey", "…")`, `define('DB_PASSWORD', '…')`, `withPassword("…")`. A list of names looks alike, so that
 * the name must be the first argument, or the call must say that it sets something.
 */
function checkAssignment(match: RegExpExecArray, value: string): boolean {
  if (!isNamedSecret(match, value, BARE_GROUP) || isOptionOfCode(match, value)) return false;
  if (nameAround(match).startsWith('--') && isHelp(match, value)) return false;
  const operator = /[ \t]*([,(])[ \t]*(?:[bfruBRN@$L]{0,2}["'\x60]|\\)/.exec(
    match[0].slice(0, match[0].length - value.length),
  )?.[1];
  return operator === undefined || isSetter(match, operator, value);
}

/**
 * `credentials: 'same-origin'`, `token: "should-not-be-called"`: words under a property that has one word for its name
 * and no quotes around it. In JSON the name has quotes, and most names of keys have two words: those values count.
 */
function isOptionOfCode(match: RegExpExecArray, value: string): boolean {
  const name = nameAround(match);
  if (!/^(?:credentials?|token|secret)$/.test(name)) return false;
  if (/["'\x60\\]/.test(match.input.charAt(nameStart(match) - 1))) return false;
  return /^[a-z]{2,16}(?:(?:[-_][a-z]{1,16}){1,5}|(?:[A-Z][a-z]{2,12}){1,3})$/.test(value);
}

function isSetter(match: RegExpExecArray, operator: string, value: string): boolean {
  // `["--api-key", "…"]`: arguments as a list.
  if (operator === ',' && nameAround(match).startsWith('--')) return true;
  if (operator === ',' && isRow(match, value)) return true;
  if (operator === ',' && isDefault(match, value)) return true;
  if (value.length < 6 || (operator === ',' && !/\d|[^\w\s]/.test(value))) return false;
  if (operator === ',' && isCompared(match, value)) return true;
  if (operator === ',') {
    const before = match.input.slice(Math.max(0, nameStart(match) - 12), nameStart(match));
    return /\([ \t]{0,4}\\{0,7}["'\x60]$/.test(before) || isCell(match, before, value);
  }
  const [first = ''] = wordsOf(nameAround(match).split('.').at(-1) ?? '');
  return /^(?:set|with|using|password|passwd|pwd)$/.test(first);
}

/** `VALUES (7, 'db_password', '…')`: a table of settings. */
function isRow(match: RegExpExecArray, value: string): boolean {
  const isPin = secretKind(nameAround(match)) === 'password' && /^\d{4,12}$/.test(value);
  if (!(isPin || looksMade(value) || isOfRandomCase(value) || isPassphrase(value) || isMadeWord(value)))
    return false;
  const start = nameStart(match);
  const before = match.input.slice(Math.max(0, start - 300), start);
  return /[(,][ \t]{0,4}'$/.test(before) && /\bvalues\b/i.test(before);
}

/** Letters and digits or marks, however short. */
function isMadeWord(value: string): boolean {
  return (
    /^\S{6,}$/.test(value) &&
    /[A-Za-z]/.test(value) &&
    /[\d!@#$%^&*?+~]/.test(value) &&
    !/^[a-z_]+\d?$/.test(value)
  );
}

/** `os.getenv("DB_PASSWORD", "…")`, `define('API_KEY', '…')`: the name of a constant, and its value if there is no other. */
function isDefault(match: RegExpExecArray, value: string): boolean {
  if (!isCapitals(nameAround(match)) || value.length < 4 || match[0].includes(')')) return false;
  const start = nameStart(match);
  const before = match.input.slice(Math.max(0, start - 32), start);
  if (
    !/(?:getenv|environ\.get|\benv|fetch|define|[sg]etenv|getOrDefault|setdefault)\([ \t]{0,4}\\{0,7}["']$/i.test(
      before,
    )
  )
    return false;
  return secretKind(nameAround(match)) === 'password' || isMadeWord(value) || isOfRandomCase(value);
}

/** `assert.equal(cfg.password, '…')`. */
function isCompared(match: RegExpExecArray, value: string): boolean {
  if (!(looksMade(value) || isMadeWord(value))) return false;
  const start = nameStart(match);
  return /(?:[aA]ssert|[eE]quals?|\bexpect|\bis|\beq)(?:_eq)?!?\([ \t]{0,4}$/.test(
    match.input.slice(Math.max(0, start - 32), start),
  );
}

/** A row of CSV: the constant's name is a field, the value the next. */
function isCell(match: RegExpExecArray, before: string, value: string): boolean {
  if (!looksMade(value)) return false;
  if (isConstant(nameAround(match))) return /(?:^|[\r\n,;])"{0,2}$/.test(before);
  return /(?:^|[\r\n,;])$/.test(before) && /[A-Za-z],"{1,3}$/.test(match[0].slice(0, -value.length));
}

/** `--password x`, `DB_PASSWORD x`, `| password | x |`: without a sign of assignment, the value must look the part. */
function checkBlank(match: RegExpExecArray, value: string): boolean {
  const name = nameAround(match);
  if (name.startsWith('-'))
    return !match[0].includes('|') && !isHelp(match, value) && isNamedSecret(match, value, BARE_GROUP);
  return (
    (looksLikeSecret(name, value) || isSetByBlank(match, name, value)) &&
    isNamedSecret(match, value, BARE_GROUP)
  );
}

/** `--password SECRET    asks for it`, `--password     asks for it`: the columns of a help text; `--password. Then`. */
function isHelp(match: RegExpExecArray, value: string): boolean {
  if (!/^[\p{L}\p{M}_-]+$/u.test(value)) return false;
  const end = match.index + match[0].length;
  const written = match[0].slice(0, match[0].length - value.length);
  if (/[ \t]{2}$|\.[ \t]$/.test(written)) return true;
  if (!/^[ \t]{2}/.test(match.input.slice(end, end + 2)) && !/^[A-Z][A-Z_-]{2,15}$/.test(value)) return false;
  const start = nameStart(match);
  // In a command it may be a password all the same.
  return /(?:^|[\r\n[]|\\n)[ \t]{0,24}(?:-[A-Za-z],? )?$/.test(
    match.input.slice(Math.max(0, start - 32), start),
  );
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

/** “the password is 4711007”: a number is chosen, where “the key is 4096” is a length. */
function isDigitsOfPassword(sentence: string, value: string): boolean {
  return /^(?:pass|pwd)/i.test(sentence) && /^\d{6,}$/.test(value);
}

/** Letters only, yet no word: their case changes again and again. */
function changesCase(value: string): boolean {
  return /^[A-Za-z]{10,}$/.test(value) && (value.match(/[a-z][A-Z]/g)?.length ?? 0) >= 3;
}

export const namedRules = (): readonly Rule[] => [
  {
    id: 'named-assignment',
    description: 'A value assigned to a name that announces a secret',
    tag: 'secret',
    keywords: NAME_KEYWORDS,
    named: true,
    follows: { next: '\\"\'`)] \t{:=!%|?,(', afterBlanks: '{:=!%|?,(' },
    pattern: new RegExp(
      `${REST}${CLOSE}${OPERATOR}(?:${WRAPPER}(?:${QUOTED.join('|')})|${LITERAL_ONLY}${BARE})`,
      'dy',
    ),
    bound: BOUND,
    check: checkAssignment,
    examples: {
      match: [
        'password=«hunter2» ; mail',
        'password: «swordfish»\nuser: x',
        'DB_PASSWORD="«p@ss w0rd»"',
        "db.passwd = '«s3cr3t!»'",
        'export OPENAI_API_KEY=«abc123def456»',
        '{"api_key":"«k-12345678»","n":1}',
        '{\\"apiKey\\": \\"«k-12345678»\\"}',
        'const clientSecret: string = "«Zm9vYmFy1»";',
        'client-secret: «9f8e7d6c5b4a»',
        'https://api.test/v1?api_key=«a1b2c3d4e5»&page=2',
        'redirect%3Faccess_token%3D«a1b2c3d4e5f6»',
        'x-api-key: «0a1b2c3d4e5f»',
        'line one\\npassword=«hunter2»\\nline three',
        'Server=db;User Id=sa;Password=«Pa55word»;',
        'aws_secret_access_key=«wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY» and',
        'set["auth_token"] = "«q1w2e3r4t5»"',
        'PGPASSWORD=«letmein» psql',
        'AUTH_TOKEN_2=«a1b2c3d4e5»',
        'my password: «hunter2».',
        'db.password=«p@ss,w0rd;x»',
        'password=«hunter2»,user=x',
        'password=SecretStr("«hunter2»")',
        'DB_PASSWORD=«Tr0ub4dor&3»',
        'public string ApiKey { get; set; } = "«q7Rk2pXv9LmW4sTz»";',
        'let token: &str = "«q7Rk2pXv9LmW4sTz»";',
        'var password = @"«Tr0ub4dor&3»";',
        "define('DB_PASSWORD', '«Tr0ub4dor&3»');",
        'headers.set("X-Api-Key", "«q7Rk2pXv9LmW4sTz»")',
        'os.getenv("API_KEY", "«q7Rk2pXv9LmW4sTz»")',
        "config.env.API_KEY || '«q7Rk2pXv9LmW4sTz»'",
        'builder.withPassword("«Tr0ub4dor&3»")',
        '      + password                 = "«Tr0ub4dor&3»"',
        '\\"password\\": \\"«correct horse battery»\\"',
        '{"Authorization": "Bearer «q7Rk2pXv9LmW4sTz»"}',
        'API key: «q7Rk2pXv9LmW4sTz»',
        "config.env.API_KEY ??= '«q7Rk2pXv9LmW4sTz»';",
        '["login", "--api-key", "«q7Rk2pXv9LmW4sTz»"]',
        '1,DB_PASSWORD,"«Tr0ub4dor&3»",2026-01-05',
        '{"api_key": "«sk-not-a-shape»"}',
        '{"token": "«not-a-shape»"}',
        'api_key: "«sk-not-a-shape»"\nowner: x',
        'password=«hunter2[x»]',
        'password=«ilovecoffee[x»]',
        'x :password=«hunter2:00000000»]',
        'Host:db password=«p4ss[w0rd»]',
        'apiKey=«q{w}erty9»',
        'password: «InqYvvOHpDJnkzhDTjTk» and more',
        'token: «y3qrgq.sv7zvo1giss1qavl»',
        'Password: «Dragon»<br>',
        'KUBEADM_TOKEN=«p8lwqi.au76bhmsfamxvcyn»',
        'SECRET_KEY: «cw3ZwiOzokxeHcMH»',
        'DB_PASSWORD ?= «swordfish»',
        'AZURE_DEVOPS_EXT_PAT=«l6v464j2oukxw7octliv6klaz4jb7zl25imnht65nw5evueqkewp»',
        '{"c":"{\\"secret_key\\":\\"«ixoWXM\\\\\\\\Snb7dO!»\\",\\"n\\":1}"}',
        '{"c":"{\\"secret_key\\":\\"«ixoWXM\\\\\\"Snb7dO!»\\",\\"n\\":1}"}',
        "VALUES (79,'opsgenie_api_key','«dba3cda5-1133-4f10-90ac-2a3d55fb07a3»')",
        'os.getenv("SSH_PASSWORD", "«turtlewinter»")',
        "define('API_KEY', '«vmxfAUoxMcBUsAtUbvos»');",
        "assert.equal(cfg.password, '«Tr0ub4dor3»')",
        'admin_pwd=«/q8Rk2pXv9LmW4sTz»',
        'password=«InqYvvOHpDJnkzhDTjTk(x»)',
      ],
      noMatch: [
        'max_tokens: 100',
        '"total_tokens": 530, "token_usage": {"input": 150}',
        'token_count=12',
        `password=\${DB_PASSWORD}`,
        `api_key: \${{ secrets.API_KEY }}`,
        'api_key: <your-key>',
        'api_key = "your-api-key-here"',
        'token: null',
        'secret: true',
        'password: string;',
        'password: must be at least 8 characters',
        'token = self.token',
        'apiKey: process.env.OPENAI_API_KEY,',
        'password = read_password(prompt)',
        'password = os.environ["DB_PASSWORD"]',
        'apiKey: getenv("OPENAI_API_KEY")',
        'password=db_password, host=h',
        'tokenizer: cl100k',
        'primary_key = id12345',
        'PWD=/srv/app',
        'the token: it expires soon',
        "if (url.password !== '') {",
        'const find = (token) => !!token && x;',
        'GOOGLE_APPLICATION_CREDENTIALS=/path/to/config.json',
        '"finish_reason": "stop", "pass": true',
        'secret_name: prod/db/main',
        'next_token=AAAB1234567890abcdef',
        'required: ["password", "e-mail"]',
        'password=changeme',
        'def login(user, password): pass',
        'password=args[0], token=tokens[i]',
        'secret = base64_decode(text)',
        'Authorization: &config.Authorization{',
        "userid = passwd = acct = ''",
        "credentials: 'same-origin',",
        'token: "should-not-be-called"',
        'GPG key: 3ABC01543F22DD2239285CDD818674489FBC127E',
        '"rule-password": "13.0.7"',
        'password = (sensitive value)',
        'secrets.get("token", "x-1")',
        'os.getenv("API_KEY", "default")',
        'flag.String("pass", os.Getenv("SSH_PASSWORD"), "ssh password")',
        "VALUES ('password', 'email', 'username')",
        'assert.equal(user.password, other)',
        'const secret = getSecret("db-password-1")',
        'token: getTokenForXMLHttpRequestOfUser and more',
        'password = readIdOfUserIn(db)',
        'password=op://vault/item/field',
        'DB_PASSWORD=arn:aws:secretsmanager:eu-west-1:123456789012:secret:app',
        'secret: projects/p/secrets/s/versions/latest',
        'token=vault:secret/data/app#key',
        'db_password=file:/run/secrets/db',
        '"api_key": "env:API_KEY"',
        'ANTHROPIC_API_KEY=sk-ant-...',
        'api_key=example',
        'password: !Ref DbPassword',
        'pub token: &str,',
        'password: String?;',
        'pub api_key: Option<String>,',
        "$token = $this->getParameter('token');",
        'token := *tokenBuf',
        'clientSecret: clientSec,',
        'clientToken: bgHealingUUID,',
        'token = base64.b64decode(rest).decode()',
        'password = auth[1]',
        'secretKey: SECRET-KEY # Required',
        'refreshToken: "invalid-refresh-token",',
        '"Authorization", "AWS4-HMAC-SHA256")',
        'ssh-private-key=path/to/id_ecdsa',
        'Authorization: **REDACTED**/',
        '       --proxy-passwd=WACHTWRD  het WACHTWRD voor',
        '"import credentials to `"+mustGetPath()+"`."',
      ],
    },
  },
  {
    id: 'named-flag',
    description: 'A flag, variable or table cell that announces a secret, and the word after it',
    tag: 'secret',
    keywords: NAME_KEYWORDS,
    named: true,
    follows: { next: '"\'` \t' },
    pattern: new RegExp(
      String.raw`${REST}["'\x60]{0,2}(?:[ \t]{1,40}(?:\|[ \t]{1,8})?)(?![-|])${VALUE}`,
      'dy',
    ),
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
      ],
    },
  },
  {
    id: 'named-element',
    description: 'An XML element that announces a secret by its own name or its `name` or `key` attribute',
    tag: 'secret',
    keywords: NAME_KEYWORDS,
    needs: '</',
    named: true,
    follows: { next: '"\'>' },
    pattern: new RegExp(String.raw`${REST}((?:["'][^<>\r\n]{0,64})?)>([^<>\r\n]{1,1024})(?=<\/)`, 'dy'),
    group: 2,
    check: (match, value) => {
      const before = match.input.slice(Math.max(0, nameStart(match) - 6), nameStart(match));
      const isElement = match[1] === '' && before.endsWith('<');
      if (!isElement && !/(?:name|key)=["']$/.test(before)) return false;
      return isSecretText(nameAround(match), value, 'quoted');
    },
    examples: {
      match: [
        '<password>«hunter2»</password>',
        '<db.apiKey>«k-12345678»</db.apiKey>',
        '<entry key="db.password">«Tr0ub4dor&3»</entry>',
        '<string name="api_key" translatable="false">«k-12345678»</string>',
      ],
      noMatch: [
        '<token>word</token>',
        '<tokens>12</tokens>',
        '<password></password>',
        '<label for="password">Type it here</label>',
      ],
    },
  },
  {
    id: 'named-sentence',
    description: 'A sentence that says what a secret is',
    tag: 'secret',
    keywords: ['pass', 'pwd', 'secret', 'token', 'key', 'credential'],
    follows: { next: ' ', afterBlanks: 'iwtfo=' },
    pattern:
      /[A-Za-z]{3,12}(?: (?:is|was|will be|to)[ \t]{0,2}:?| (?:for|of) [^\s:]{1,64}:)[ \t]{1,2}["'`]?([^\s"'`<>,;)]{6,256}(?<![.:!?]))/dy,
    check: (match, value) =>
      /^(?:password|passwd|pass|pwd|passphrase|passcode|secret|token|key|credentials?)$/i.test(
        match[0].split(' ', 1)[0] ?? '',
      ) &&
      (/\d/.test(value)
        ? /[A-Za-z]/.test(value) || isDigitsOfPassword(match[0], value)
        : changesCase(value)) &&
      !/^\d+(?:[a-z]{1,7}|(?:kilo|mega|giga)?bytes|characters|(?:milli|micro|nano)seconds|[A-Z]{1,3}|[A-Z][a-z]{1,6})$/.test(
        value,
      ) &&
      !/^(?:\.{0,2}\/|[a-z]{1,16}\/)|\(|^[a-z]{2}-[a-z]{4,9}-\d$/.test(value),
    examples: {
      match: [
        'the password is «hunter22»!',
        'our API key is "«k-12345678»"',
        'set the password to «Tr0ub4dor»',
        'password for admin: «hunter22»',
        'the password is «7xFfYuNGLIZt»',
        'the password is «InqYvvOHpDJnkzhDTjTk»',
        'the db pass is «hunter22»',
        'the password is «48150023»',
        'password for admin: «9seqfzzmolxi»',
      ],
      noMatch: [
        'the token is invalid',
        'the key is 128bits',
        'the key is 4096Bits',
        'the key is user_name',
        'password is required',
        'replicates a secret to eu-west-3.',
      ],
    },
  },
];
