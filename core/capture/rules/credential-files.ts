/**
 * Secrets in the files that tools keep them in: `.netrc`, `.npmrc`, `.pgpass`, Docker's configuration, password files,
 * session stores.
 *
 * @see https://www.gnu.org/software/inetutils/manual/html_node/The-_002enetrc-file.html
 * @see https://www.postgresql.org/docs/current/libpq-pgpass.html
 * @see https://man7.org/linux/man-pages/man5/crypt.5.html
 *
 * @module
 */
import { isSecretText } from '../secret-values.ts';
import { ALNUM, fake, HEX, isMixed, isNoPlaceholder, type Rule } from './rule.ts';

/** `user:password` in base64, with nothing unprintable. */
export function isBasicCredential(encoded: string): boolean {
  return /^[\x20-\x7e]{1,512}:[\x20-\x7e]*$/.test(Buffer.from(encoded, 'base64').toString('latin1'));
}

const SALTED = './0-9A-Za-z';

/** The next line, perhaps escaped, indented or marked by a diff, and the end of one. */
const NEXT_LINE = String.raw`(?:\r?\n|\\{1,7}(?:r\\{1,7})?n)[ \t+-]{0,12}`;
const LINE_END = String.raw`(?=[\r\n\\"]|$)`;

export const credentialFileRules = (): readonly Rule[] => [
  {
    id: 'netrc-password',
    description: 'The password of a machine in .netrc',
    tag: 'secret',
    keywords: ['machine ', 'default login '],
    pattern:
      /(?:machine|default)(?:\s|\\[nrt]){1,16}(?:[^\s\\]{1,256}(?:\s|\\[nrt]){1,16})?login(?:\s|\\[nrt]){1,16}[^\s\\]{1,256}(?:\s|\\[nrt]){1,16}(?:account(?:\s|\\[nrt]){1,16}[^\s\\]{1,256}(?:\s|\\[nrt]){1,16})?password(?:\s|\\[nrt]){1,16}([^\s\\"]{1,512})/dy,
    check: (_, value) => isSecretText('password', value, 'quoted'),
    examples: {
      match: [
        'machine api.test login jane password «hunter2»',
        'machine api.test\n  login jane\n  password «s3cret»\n',
      ],
      noMatch: ['machine learning password', 'machine x login y password $PASS'],
    },
  },
  {
    id: 'registry-auth',
    description: 'User and password in base64, as .npmrc and Docker write them',
    tag: 'secret',
    keywords: ['_auth', 'auth"', 'auth\\'],
    pattern:
      /_?auth\\{0,7}"?[ \t]{0,4}[=:][ \t]{0,4}\\{0,7}["']?([A-Za-z0-9+/]{8,1024}={0,2})(?![A-Za-z0-9+/=])/dy,
    check: (_, value) => value.length % 4 === 0 && isBasicCredential(value),
    examples: {
      match: [
        `_auth=«${Buffer.from('jane:Tr0ub4dor32').toString('base64')}»`,
        `{"auths": {"https://index.docker.io/v1/": {"auth": "«${Buffer.from('jane:hunter2').toString('base64')}»"}}}`,
      ],
      noMatch: ['"auth": "required"', `_auth=\${NPM_AUTH}`, '"auth": "oauth2"'],
    },
  },
  {
    id: 'pgpass-line',
    description: 'The password in a line of .pgpass',
    tag: 'secret',
    keywords: [':5432:', ':5433:', ':*:'],
    pattern: /:(?:543[23]|\*):[A-Za-z0-9_*-]{1,63}:[A-Za-z0-9_-]{1,63}:([^\s:"']{1,256})/dy,
    check: (_, value) => isSecretText('password', value, 'quoted'),
    examples: {
      match: ['db.test:5432:shop:app:«Tr0ub4dor3»', '*:*:*:postgres:«hunter2»'],
      noMatch: ['127.0.0.1:5432:5432', 'arn:aws:iam:*:*:role/x'],
    },
  },
  {
    id: 'password-hash',
    description: 'A password hash (bcrypt, SHA-crypt, yescrypt, MD5-crypt, Argon2, PBKDF2, SSHA)',
    keywords: [
      '$2a$',
      '$2b$',
      '$2y$',
      '$1$',
      '$5$',
      '$6$',
      '$y$',
      '$apr1$',
      '$argon2',
      'pbkdf2_sha256$',
      '{ssha',
    ],
    pattern: new RegExp(
      [
        String.raw`\$2[aby]\$\d\d\$[${SALTED}]{53}`,
        String.raw`\$[56]\$(?:rounds=\d{1,9}\$)?[${SALTED}]{1,16}\$[${SALTED}]{43,86}`,
        String.raw`\$y\$[${SALTED}]{1,12}\$[${SALTED}]{1,86}\$[${SALTED}]{43}`,
        String.raw`\$(?:apr)?1\$[${SALTED}]{1,8}\$[${SALTED}]{22}`,
        String.raw`\$argon2(?:id|i|d)\$(?:v=\d{1,3}\$)?m=\d{1,8},t=\d{1,4},p=\d{1,3}\$[A-Za-z0-9+/]{8,128}\$[A-Za-z0-9+/]{16,256}`,
        String.raw`pbkdf2_sha256\$\d{1,8}\$[A-Za-z0-9]{4,64}\$[A-Za-z0-9+/]{43}=?`,
        String.raw`\{[Ss]{2}[Hh][Aa](?:256|384|512)?\}[A-Za-z0-9+/]{28,120}={0,2}`,
      ].join('|'),
      'y',
    ),
    group: 0,
    examples: {
      match: [
        `jane:«$2y$10$${fake(ALNUM, 53)}»`,
        `root:«$6$rounds=5000$saltsalt$${fake(ALNUM, 86)}»:19000:0:99999:7:::`,
        `jane:«$apr1$Zp2Zk9HH$${fake(ALNUM, 22)}»`,
        `«$argon2id$v=19$m=65536,t=3,p=4$${fake(ALNUM, 22)}$${fake(ALNUM, 43)}»`,
        `pbkdf2_sha256$600000$${fake(ALNUM, 22)}$${fake(ALNUM, 43)}=`,
      ],
      noMatch: ['$1$ is the first group', 's/a/$1$2/', '$6$x', 'cost: $5$'],
    },
  },
  {
    id: 'session-cookie',
    description: 'A session id under the name that a web framework gives it',
    tag: 'secret',
    keywords: [
      'jsessionid',
      'phpsessid',
      'connect.sid',
      'asp.net_sessionid',
      '.aspnetcore.',
      '_session=',
      '_session_cookie',
      'sessionid=',
      "sessionid'",
      'sessionid"',
      'session_token',
    ],
    pattern:
      /(?:jsessionid|JSESSIONID|PHPSESSID|phpsessid|connect\.sid|ASP\.NET_SessionId|\.AspNetCore\.[A-Za-z.]{3,40}|_session(?:_cookie)?|sessionid|session_token)\\{0,7}["']?\]?[ \t]{0,4}[=:][ \t]{0,4}\\{0,7}["']?([A-Za-z0-9%._~+/=-]{16,4096})/dy,
    bound: 4096,
    check: (_, value) =>
      isMixed(value) && isNoPlaceholder(value) && !/^[\da-f]{8}-[\da-f]{4}-|^\d{4}-\d\d-/.test(value),
    examples: {
      match: [
        `;jsessionid=«${fake(HEX, 32).toUpperCase()}»?x=1`,
        `cookies = {"sessionid": "«${fake(ALNUM, 32)}»"}`,
        `connect.sid=«s%3A${fake(ALNUM, 32)}.${fake(ALNUM, 43)}»`,
        `_gitlab_session=«${fake(HEX, 32)}»`,
        `gitlab_session_cookie: "«${fake(HEX, 32)}»"`,
        `.AspNetCore.Session=«CfDJ8${fake(ALNUM, 60)}»`,
      ],
      noMatch: [
        'sessionid = request.session_key_of_user',
        '"sessionId":"6f1c9b2e-4d3a-4b7f-9c21-0e5d8a7b3f46"',
        'new_session=None',
      ],
    },
  },
  {
    id: 'private-key-base64',
    description: 'A private key block in base64, as Kubernetes and kubeconfig write them',
    keywords: ['ls0tls1crudjti'],
    pattern: /LS0tLS1CRUdJTi[A-Za-z0-9+/]{32,32768}={0,2}/y,
    bound: 32768,
    check: (_, value) => Buffer.from(value.slice(0, 80), 'base64').toString('latin1').includes('PRIVATE KEY'),
    examples: {
      match: [
        `tls.key: «${Buffer.from(`-----BEGIN PRIVATE KEY-----\n${fake(ALNUM, 64)}\n`).toString('base64')}»`,
      ],
      noMatch: [Buffer.from(`-----BEGIN CERTIFICATE-----\n${fake(ALNUM, 64)}\n`).toString('base64')],
    },
  },
  {
    id: 'putty-private-key',
    description: 'The private half of a PuTTY key file',
    keywords: ['private-lines:'],
    pattern:
      /Private-Lines: \d{1,3}((?:(?:\s|\\{1,7}[nr]|["'+,]){1,24}(?:[\w./:-]{1,48}[:\t ][ \t]?(?:[\w.-]{1,48} ?\| ?)?|> ?|\d{1,6}→)?[A-Za-z0-9+/]{3,76}={0,2}(?=[ \t]{0,4}(?:[\r\n\\"']|$))){1,200})/dy,
    examples: {
      match: [
        `Private-Lines: 1«\n${fake(ALNUM, 43)}=»\nPrivate-MAC: 00`,
        `> Private-Lines: 1«\n> ${fake(ALNUM, 43)}=»\n> Private-MAC: 00`,
        `2026-01-05T10:11:12Z app-1 | Private-Lines: 1«\n2026-01-05T10:11:12Z app-1 | ${fake(ALNUM, 43)}=»\n2026-01-05T10:11:12Z app-1 | Private-MAC: 00`,
        `"     8→Private-Lines: 1«\\n     9→${fake(ALNUM, 43)}=»\\n    10→Private-MAC: 00"`,
      ],
      noMatch: ['Private-Lines: 1'],
    },
  },
  {
    id: 'private-key-log',
    description: 'A private key block of which every line has the time before it, as logs of builds have it',
    keywords: ['-----begin '],
    pattern: new RegExp(
      String.raw`-----BEGIN (?:[A-Z0-9]{1,12} ){0,3}PRIVATE KEY(?: BLOCK)?-----(?=(?:${NEXT_LINE}\d{4}-[^\r\n\\]{5,80}[ \t])?${NEXT_LINE}\d{4}-[^\r\n\\]{5,80}[ \t](?:[A-Za-z0-9+/]{40,100}|[A-Z][A-Za-z-]{3,12}: [^\r\n\\]{1,80})${LINE_END})((?:${NEXT_LINE}\d{4}-\d\d-\d\d[T ][^\r\n\\]{5,80}(?<=[ \t])(?:=?[A-Za-z0-9+/]{4,100}={0,2}|-----END [A-Z0-9 ]{1,40}-----|(?<=\| ))${LINE_END}){1,400})`,
      'dy',
    ),
    examples: {
      match: [
        `2026-01-05T10:11:12.1Z -----BEGIN RSA PRIVATE KEY-----«\n2026-01-05T10:11:12.1Z ${fake(ALNUM, 64)}\n2026-01-05T10:11:12.2Z ${fake(ALNUM, 64)}»\nend`,
        `2026-01-05T10:11:12Z a | -----BEGIN PGP PRIVATE KEY BLOCK-----«\n2026-01-05T10:11:12Z a | \n2026-01-05T10:11:12Z a | ${fake(ALNUM, 64)}\n2026-01-05T10:11:12Z a | =aBcD\n2026-01-05T10:11:12Z a | -----END PGP PRIVATE KEY BLOCK-----»\nend`,
      ],
      noMatch: ['-----BEGIN PRIVATE KEY-----\n2026-01-05T10:11:12.1Z nothing here, really'],
    },
  },
];
