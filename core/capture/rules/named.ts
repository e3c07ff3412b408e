/**
 * Secrets known by the name they stand under in text: `.env`, YAML, shell, code, query strings, JSON inside a string.
 * The parsed form of the same, a JSON key and its value, is `core/capture/value.ts`.
 *
 * @module
 */
import { isSecretText } from '../secret-values.ts';
import type { Rule } from './rule.ts';

/** Where a name may begin to be a secret's; the rest of the name is read around it. */
const KEYWORDS = [
  'pass',
  'pwd',
  'pw',
  'secret',
  'token',
  'credential',
  'authorization',
  'key',
  'jwt',
  'connection',
];

const BOUND = 4096;
/** The name from the keyword on, and what may close it: a quote (escaped or not), a bracket, a type annotation. */
const REST = '[A-Za-z][A-Za-z0-9_.-]{1,63}';
const CLOSE = String.raw`\\{0,3}["'\x60]?[)\]]{0,2}(?: ?: ?(?:string|str|String|SecretStr) ?(?==[^=]))?`;
const OPERATOR = String.raw`[ \t]{0,8}(?:=>|:=|={1,3}|!={1,2}|:|%3[Dd])[ \t]{0,8}`;
/** After an arrow or a comparison only a literal is a value. */
const LITERAL_ONLY = String.raw`(?<!(?:=>|[=!]=)[ \t]{0,8})`;
const BARE_CHAR = String.raw`(?:[^\s"'\x60\\<>&;,)}\]]|\\(?![nrtu"'\\])|[,;](?=[^\s"'\x60\\<>&;,)}\]])(?![A-Za-z_][A-Za-z0-9_.-]{0,63}[=:]))`;
const BARE = String.raw`${LITERAL_ONLY}((?![=(\[{|]|[$%#][{(])${BARE_CHAR}{1,${BOUND}}(?<![.:]))`;
const QUOTED = [
  String.raw`[bfru]{0,2}"((?:[^"\\\r\n]|\\.){1,${BOUND}})`,
  String.raw`[bfru]{0,2}'((?:[^'\\\r\n]|\\.){1,${BOUND}})`,
  String.raw`\x60((?:[^\x60\\]|\\.){1,${BOUND}})`,
  String.raw`\\{1,3}["']([^"'\\\r\n]{1,${BOUND}})`,
];
/** A literal may be wrapped, as in `SecretStr("…")`. */
const WRAPPER = String.raw`(?:(?:SecretStr|Secret|String|str|bytes|atob|Buffer\.from|(?:base64\.)?b64decode)\()?`;
const VALUE = `(?:${WRAPPER}(?:${QUOTED.join('|')})|${BARE})`;
const BARE_GROUP = QUOTED.length + 1;

/** The whole name around a keyword: patterns begin in its middle. */
function nameAround(match: RegExpExecArray): string {
  const { input, index } = match;
  let start = index;
  while (start > 0 && index - start < 64 && /[A-Za-z0-9_.$-]/.test(input.charAt(start - 1))) start -= 1;
  // `\npassword`, `%26token`: the letters of an escape are not the name's.
  if (input.charAt(start - 1) === '\\' && /[nrtbf]/.test(input.charAt(start))) start += 1;
  if (input.charAt(start - 1) === '%') start += 2;
  const rest = /[A-Za-z0-9_.-]{0,64}/y;
  rest.lastIndex = index;
  return input.slice(Math.min(start, index), index) + (rest.exec(input)?.[0] ?? '');
}

function checkValue(match: RegExpExecArray, value: string): boolean {
  const name = nameAround(match);
  const bare = match[BARE_GROUP] !== undefined;
  if (!isSecretText(name, value, bare ? 'bare' : 'quoted')) return false;
  return !bare || !isCodeOrProse(match, value);
}

/** `password = read_password(`, `token: string;`, “secret: something that goes on”. */
function isCodeOrProse(match: RegExpExecArray, value: string): boolean {
  const after = match.input.slice(match.index + match[0].length, match.index + match[0].length + 3);
  if (/^[A-Za-z_][A-Za-z_.]*[[({]/.test(value + after)) return true;
  return /:[ \t]/.test(match[0]) && /^[A-Za-z'-]+$/.test(value) && /^ [A-Za-z]/.test(after);
}

export const namedRules: readonly Rule[] = [
  {
    id: 'named-assignment',
    description: 'A value assigned to a name that announces a secret',
    tag: 'secret',
    keywords: KEYWORDS,
    pattern: new RegExp(REST + CLOSE + OPERATOR + VALUE, 'dy'),
    bound: BOUND,
    check: checkValue,
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
      ],
    },
  },
  {
    id: 'named-flag',
    description: 'A command line flag that announces a secret, and the word after it',
    tag: 'secret',
    keywords: KEYWORDS,
    pattern: new RegExp(String.raw`${REST}[ \t]{1,4}(?!-)${VALUE}`, 'dy'),
    bound: BOUND,
    check: (match, value) => nameAround(match).startsWith('-') && checkValue(match, value),
    examples: {
      match: [
        'mysql --password «hunter2» -h db',
        'tool --api-key "«k-12345678»"',
        'az login --client-secret «a1~b2c3»',
      ],
      noMatch: ['run --max-tokens 100', 'login --password-stdin', 'the password hunter', 'x --token $TOKEN'],
    },
  },
  {
    id: 'named-element',
    description: 'An XML element that announces a secret',
    tag: 'secret',
    keywords: KEYWORDS,
    pattern: new RegExp(String.raw`${REST}>([^<>\r\n]{1,1024})(?=<\/)`, 'dy'),
    check: (match, value) => isSecretText(nameAround(match), value, 'quoted'),
    examples: {
      match: ['<password>«hunter2»</password>', '<db.apiKey>«k-12345678»</db.apiKey>'],
      noMatch: ['<token>word</token>', '<tokens>12</tokens>', '<password></password>'],
    },
  },
  {
    id: 'named-sentence',
    description: 'A sentence that says what a secret is',
    tag: 'secret',
    keywords: ['password', 'passphrase', 'passcode', 'secret', 'token', 'key'],
    pattern:
      /[A-Za-z]{3,12} (?:is|was|will be|to)[ \t]{0,2}:?[ \t]{1,2}["'`]?([^\s"'`<>,;)]{6,256}(?<![.:!?]))/dy,
    check: (match, value) =>
      /^(?:password|passphrase|passcode|secret|token|key)$/i.test(match[0].split(' ', 1)[0] ?? '') &&
      /\d/.test(value) &&
      /[A-Za-z]/.test(value) &&
      !/^\d+[a-z]{1,12}$/i.test(value) &&
      !/[/(]/.test(value),
    examples: {
      match: [
        'the password is «hunter22»!',
        'our API key is "«k-12345678»"',
        'set the password to «Tr0ub4dor»',
      ],
      noMatch: ['the token is invalid', 'the key is 128bits', 'the key is user_name', 'password is required'],
    },
  },
  {
    id: 'command-user',
    description: 'The password in `curl -u user:password`',
    tag: 'secret',
    keywords: [' -u', ' --user'],
    pattern:
      /(?:(?<=\b(?:curl|wget|http|https|xh)\b[^\n]{0,400})) (?:-u|--user)[ =]?\\{0,3}["']?[^\s"':\\]{1,128}:([^\s"'\\]{1,256})/dy,
    check: (_, value) => !/^\$/.test(value),
    examples: {
      match: ['curl -s -u admin:«hunter2» https://x.test', 'curl --user "admin:«hunter2»" x'],
      noMatch: ['sort -u a:b', 'curl -u admin:$PASS x', 'docker run -u 1000:1000 image'],
    },
  },
  {
    id: 'command-password',
    description: 'The password after `-p` of the commands that take one there',
    tag: 'secret',
    keywords: [' -p'],
    pattern:
      /(?<=\b(?:sshpass|docker login|podman login|helm registry login)\b[^\n]{0,400}) -p ?\\{0,3}["']?([^\s"'\\]{1,256})/dy,
    check: (_, value) => !/^[$-]/.test(value),
    examples: {
      match: ['sshpass -p «hunter2» ssh host', "docker login -u me -p '«hunter2»' registry"],
      noMatch: ['docker run -p 80:80 image', 'sshpass -p $PASS ssh host', 'mkdir -p a/b'],
    },
  },
];
