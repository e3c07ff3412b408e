/**
 * Secrets that stand alone on the line after the command that printed them, or after a prompt.
 *
 * @see https://docs.aws.amazon.com/cli/latest/userguide/cli-configure-files.html
 * @see https://git-scm.com/docs/gitcredentials
 *
 * @module
 */
import { secretKind } from '../secret-names.ts';
import { isSecretText } from '../secret-values.ts';
import { isOfRandomCase, looksMade } from './named-values.ts';
import type { Rule } from './rule.ts';

/** The next line, perhaps escaped or marked by a diff, and the end of one. */
const NEXT_LINE = String.raw`(?:\r?\n|\\{1,7}(?:r\\{1,7})?n)[ \t+]{0,12}`;
const LINE_END = String.raw`(?=[ \t]{0,8}(?:[\r\n]|\\{1,7}[nr]|\\{0,7}"|$))`;
const WORD = String.raw`([^\s"'\x60\\<>]{6,2048})`;
/** The rest of a command, with the quotes of a string of JSON in it. */
const COMMAND = String.raw`(?:[^\r\n\\]|\\{1,15}(?![nr\\])){0,240}`;
/** What machines make has no brackets, and ends no statement. */
const MADE_WORD = String.raw`([\w+/=.!@#%^&*?~-]{8,2048})`;
const NAME = '[A-Za-z_][A-Za-z0-9_]{1,63}';

/** What no command, path, pair or flag is, and what machines make or people choose at random. */
function isMade(value: string): boolean {
  if (/^(?:[-/~.$[]|[A-Za-z_][A-Za-z0-9_.-]{0,63}=(?!=?$)|[a-z]+:\/\/)/.test(value)) {
    // Base64 may begin with a slash.
    if (!/^\/[A-Za-z0-9+/]{31,}={0,2}$/.test(value)) return false;
  }
  return looksMade(value) || isOfRandomCase(value) || /^[A-Za-z0-9+/]{32,2048}={0,2}$/.test(value);
}

function isOfName({ 1: name = '' }: RegExpExecArray, value: string): boolean {
  return isMade(value) && isSecretText(name, value, 'quoted');
}

function isPrinted(_: RegExpExecArray, value: string): boolean {
  return isMade(value) && isSecretText('password', value, 'quoted');
}

/** A file of a user and a password, a line for each. */
const LOGIN_FILE = '(?:auth|login|creds?|credentials|userpass)(?:[.]txt|[.]conf)?';
const ENDS_LOGIN_FILE = new RegExp(`${LOGIN_FILE}$`);

export const printedRules = (): readonly Rule[] => [
  {
    id: 'printed-variable',
    description: 'A secret on the line after the command that printed its variable',
    tag: 'secret',
    keywords: ['printenv ', 'echo $', 'echo "$', 'echo \\', 'echo -n '],
    pattern: new RegExp(
      String.raw`(?:printenv |echo (?:-n )?\\{0,7}["']?\$\{?)(${NAME})\}?\\{0,7}["']?[ \t]{0,4}${NEXT_LINE}${WORD}${LINE_END}`,
      'dy',
    ),
    group: 2,
    check: isOfName,
    examples: {
      match: [
        '$ printenv DB_PASSWORD\n«Tr0ub4dor&3»\n$ ',
        '$ printenv APP_KEY\n«base64:q7Rk2pXv9LmW4sTzq7Rk2pXv9LmW4sTzAbCdEfGhIjk=»\n',
        '+ echo $X_TOKEN\n«k-1234567890»\n+ exit 0\n',
        'echo "$API_KEY"\n«00112233aabbccdd»\n',
        String.raw`{"out":"$ echo \"$API_KEY\"\n«00112233aabbccdd»\n"}`,
      ],
      noMatch: [
        '$ printenv HOME_TOKENS\n/home/x1\n',
        'echo $API_KEY\nmake deploy2\n',
        'echo $API_KEY\nFOO_BAR=12345678\n',
        'echo $API_KEY\n./run-1.sh\n',
        '$ printenv LANG\nen_US.UTF-8\n',
      ],
    },
  },
  {
    id: 'printed-secret',
    description: 'A secret on the line after the command that made it or took it from where it is kept',
    tag: 'secret',
    keywords: [
      'openssl rand ',
      'wg genkey',
      'wg genpsk',
      'pwgen',
      'initial-password',
      'gh auth token',
      'glab auth token',
      'get-login-password',
      'print-access-token',
      'secrets.token_',
      'randombytes(',
      '/dev/urandom',
      'gopass show',
      'op read ',
      'vault read -field',
      'vault kv get -field',
      'find-generic-password',
      'dumpprivkey ',
      'auth print-token',
    ],
    pattern: new RegExp(
      String.raw`(?:openssl rand |wg gen(?:key|psk)|pwgen|argocd admin initial-password|(?<=admin )initial-password|(?:gh|glab) auth token|get-login-password|print-access-token|(?<=(?:python3?|node) -[cep] [^\r\n]{0,100})(?:secrets\.token_|randomBytes\()|\/dev\/urandom|gopass show|op read |vault read -field|vault kv get -field|find-generic-password|dumpprivkey |auth print-token)${COMMAND}${NEXT_LINE}${MADE_WORD}${LINE_END}`,
      'dy',
    ),
    check: isPrinted,
    examples: {
      match: [
        '$ openssl rand -base64 32\n«q7Rk2pXv9LmW4sTzq7Rk2pXv9LmW4sTzAbCdEfGhIjk=»\n',
        '$ openssl rand -hex 16\n«00112233aabbccdd00112233aabbccdd»\n$ ',
        '$ wg genkey\n«q7Rk2pXv9LmW4sTzq7Rk2pXv9LmW4sTzAbCdEfGhIjk=»\n',
        '$ pwgen -s 20 1\n«q7Rk2pXv9LmW4sTz»\n',
        '$ argocd admin initial-password -n argocd\n«q7Rk2pXv9LmW4sTz»\n\n This password must',
        '$ bitcoin-cli dumpprivkey bc1qxyz\n«KwDiBf89QgGbjEhKnhXJuH7LrciVrZi3qYjgd9M7rFU73sVHnoWn»\n',
        '$ gh auth token\n«q7Rk2pXv9LmW4sTz»\n',
        String.raw`{"out":"$ python -c \"import secrets; print(secrets.token_hex(16))\"\n«00112233aabbccdd»\n"}`,
      ],
      noMatch: [
        'openssl rand -base64 32 > key\nls -la\n',
        'pwgen is a tool\nthat makes passwords2\n',
        'KEY=$(openssl rand -hex 32)\nexport KEY2=abc12345\n',
        'const a = randomBytes(16);\nreturn1(a);',
        'wg genkey | tee private.key\n./next-1.sh\n',
      ],
    },
  },
  {
    id: 'printed-file',
    description: 'What a file holds that is named after a secret, or a secret of Kubernetes decoded',
    tag: 'secret',
    keywords: ['cat ', 'base64 -d', 'base64 --decode'],
    pattern: new RegExp(
      String.raw`(?:cat \\{0,7}["']?([^\s"'\\|;&<>$()]{2,200})\\{0,7}["']?|base64 (?:-d|--decode|-D)(?<=(?:secret|password|token)[^\r\n]{0,200})(?:[; ][^\r\n\\]{0,40})?)[ \t]{0,4}(?:(?<=${LOGIN_FILE}[ \t]{0,4})${NEXT_LINE}[A-Za-z][\w.@-]{1,63})?${NEXT_LINE}${WORD}${LINE_END}`,
      'dy',
    ),
    group: 2,
    check: (match, value) =>
      (match[1] === undefined || isSecretFile(match[1]) || isLoginFile(match)) && isPrinted(match, value),
    examples: {
      match: [
        '$ cat .vault_pass\n«Tr0ub4dor&3»\n',
        '$ cat /run/secrets/db_password\n«Tr0ub4dor&3»\n',
        '$ cat /etc/openvpn/auth.txt\nvpnuser\n«Tr0ub4dor&3»\n',
        '$ cat token.txt\n«q7Rk2pXv9LmW4sTz»\n$ ',
        '$ kubectl get secret g -o jsonpath="{.data.admin-password}" | base64 --decode\n«q7Rk2pXv9LmW4sTz»\n',
        '{"out":"$ cat .vault_pass\\n«Tr0ub4dor&3»\\n"}',
      ],
      noMatch: [
        '$ cat VERSION\nv1.2.3-4a5b\n',
        '$ cat README.md\nabc12345\n',
        '$ cat password.ts\nabc12345\n',
        'echo aGk= | base64 -d\nabc12345\n',
      ],
    },
  },
  {
    id: 'printed-prompt',
    description: 'What was typed at a prompt, or shown once after a password was made',
    tag: 'secret',
    keywords: [
      'secret access key [',
      "password for '",
      'password for "',
      'password for \\',
      'generated password for ',
      'password is generated for ',
      'the value of ',
    ],
    pattern: new RegExp(
      String.raw`(?:secret access key \[[^\]\r\n]{0,24}\]: |password for \\{0,7}["'][^"'\r\n\\]{1,200}\\{0,7}["']: |generated password for [^\r\n:]{1,100}: |password is generated for [^\s:]{1,100}: |the value of (${NAME})\? (?:\(hidden\) )?)([^\s\\]{4,512})${LINE_END}`,
      'diy',
    ),
    group: 2,
    check: (match, value) => isSecretText(match[1] ?? 'password', value, 'quoted') && !/^[[(<*$]/.test(value),
    examples: {
      match: [
        'AWS Secret Access Key [None]: «q7Rk2pXv9LmW4sTzq7Rk2pXv9LmW4sTzAbCdEfGh»\nDefault region',
        "Password for 'https://jane@git.test': «Tr0ub4dor&3»\nremote: done",
        'The generated password for the elastic built-in superuser is : «q7Rk2pXv»\n',
        'A temporary password is generated for root@localhost: «a#1bcdefgh»\n',
        "? What's the value of API_KEY? «k-12345678»\n",
        '{"out":"Password for \'https://jane@git.test\': «Tr0ub4dor&3»\\nremote: done"}',
      ],
      noMatch: [
        'AWS Secret Access Key [None]: \nDefault region',
        "Password for 'https://jane@git.test': \nremote: done",
        "? What's the value of REGION? eu-west-1\n",
        'AWS Secret Access Key [****ABCD]: ********\n',
      ],
    },
  },
];

function isLoginFile({ 0: found, 1: path = '' }: RegExpExecArray): boolean {
  return ENDS_LOGIN_FILE.test(path) && (found.match(/\n|\\n/g)?.length ?? 0) === 2;
}

/** `db_password`, `token.txt`; no source, no document. */
function isSecretFile(path: string): boolean {
  const name = path.slice(path.lastIndexOf('/') + 1).replace(/^\.|\.(?:txt|secret|key)$/g, '');
  return (
    /^[\w-]{2,64}$/.test(name) && (secretKind(name) !== undefined || /(?:^|[_-])(?:pass|token)$/.test(name))
  );
}
