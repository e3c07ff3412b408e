/**
 * Values that are assigned to a name, in code, configuration, shells and calls.
 *
 * @module
 */
import { secretKind, wordsOf } from '../secret-names.ts';
import { isPassphrase } from '../secret-values.ts';
import {
  BARE,
  BARE_GROUP,
  BOUND,
  isCapitals,
  isConstant,
  isHelp,
  isMadeWord,
  isNamedSecret,
  isNextArgument,
  isOfRandomCase,
  looksMade,
  NAME_KEYWORDS,
  nameAround,
  nameStart,
  QUOTED,
  REST,
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
  if (isLeftEmpty(match, value) || isComparedWord(match, value)) return false;
  const operator = /[ \t]*([,(])[ \t]*(?:[bfruBRN@$L]{0,2}["'\x60]|\\)/.exec(
    match[0].slice(0, match[0].length - value.length),
  )?.[1];
  return operator === undefined || isSetter(match, operator, value);
}

/** `--api-key= --verbose`, `token= attempt=1`, `API_KEY= cargo run`: the value is empty, and this is the next word. */
function isLeftEmpty(match: RegExpExecArray, value: string): boolean {
  const written = match[0].slice(0, match[0].length - value.length);
  if (!/[^ \t][=:][ \t]{1,8}$/.test(written)) return false;
  if (isNextArgument(value)) return true;
  if (!/=[ \t]$/.test(written) || !isCapitals(nameAround(match)) || !/^[a-z]{2,12}$/.test(value))
    return false;
  const end = match.index + match[0].length;
  return /^ [A-Za-z-]/.test(match.input.slice(end, end + 2));
}

/** `token === "xDays"`, `"InvalidCredentials" || "AlreadyExists"`: a word that something is compared with. */
function isComparedWord(match: RegExpExecArray, value: string): boolean {
  if (!/^[A-Z]?[a-z]{1,20}(?:[A-Z][a-z]{1,20}){1,5}$/.test(value) || isOfRandomCase(value)) return false;
  const written = match[0].slice(0, match[0].length - value.length);
  if (!/(?:[=!]==?|["']\) ?\|\||["'] ?\|\|)[ \t]{0,8}["']$/.test(written)) return false;
  return secretKind(nameAround(match)) === 'token';
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

export const namedAssignmentRule = (): Rule => ({
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
      'let secret = Secret::new(password.expose_secret().to_owned());',
      'mutation Login($password: String!) { login(password: $password) { id } }',
      "sed -i 's|^API_TOKEN=.*|API_TOKEN=$API_TOKEN|' .env",
      'sync --x-api-key= --verbose',
      'client_secret= attempt=1',
      '{Region:eu HerokuApiKey: Retries:3}',
      'docker run -e API_KEY= ghcr.io/acme/api:1.14.2',
      '["-lc", "NOTION_SECRET= cargo run --release"]',
      'AUTH0_CLIENT_SECRET=/run/secrets/auth0_client_secret',
      'AUTH0_CLIENT_SECRET: vault:secret/data/prod#AUTH0_CLIENT_SECRET',
      'auth0_client_secret = "YOUR_AUTH0_CLIENT_SECRET_HERE"',
      "const password = 'Password used to generate key';",
      'withCredentials: kEnumerableProperty,',
      'if (token === "xDays" && x) {',
      '"InvalidCredentials" || "AlreadyExists" || "NotFound"',
      "refresh_token: 'gdch-placeholder'",
      'readonly v1Token: "v1Token";',
      'SERVICE_TOKEN_HEADER = "X-Acme-Sandbox-Service-Token"',
      '# token          = 1*tchar',
      'const ZodMiniJWT = /*@__PURE__*/ core.$constructor("ZodMiniJWT");',
      '$PASSWORD = $CPAN::Config->{password} || "";',
      "Log('  Token = ' . a:token . ', ' .",
      'Authorization: Bearer YOUR_ACME_API_KEY_HERE',
      '"Authorization: token ghp_xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"',
      'Authorization: Bearer %ACME_ACCESS_TOKEN%',
    ],
  },
});
