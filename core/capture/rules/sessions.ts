/**
 * Secrets that somebody types or a program says to another: archives, prompts, FTP, SMTP, Redis, SNMP, wireless networks.
 *
 * @see https://www.rfc-editor.org/rfc/rfc959
 * @see https://www.rfc-editor.org/rfc/rfc4954
 * @see https://redis.io/docs/latest/commands/auth/
 *
 * @module
 */
import { isSecretText } from '../secret-values.ts';
import type { Rule } from './rule.ts';

function isGiven(_: RegExpExecArray, value: string): boolean {
  return !/^[$%<{-]/.test(value) && isSecretText('password', value, 'quoted');
}

/** Where a line begins, perhaps escaped, indented or marked by a diff, and where one ends. */
const LINE = String.raw`(?:^|[\r\n]|\\{1,7}[nr])[ \t+-]{0,12}`;
const LINE_END = String.raw`(?=[ \t]{0,8}(?:[\r\n]|\\{1,7}[nr]|\\{0,7}"|$))`;

export const sessionRules = (): readonly Rule[] => [
  {
    id: 'command-archive-password',
    description: 'The password of an archive',
    tag: 'secret',
    keywords: ['zip ', '7z ', '7za ', 'rar '],
    pattern:
      /(?:zip [^\r\n|]{0,200}?(?<= )-P[ \t]{0,2}|(?:7za?|rar) [aextl] [^\r\n|]{0,200}?(?<= )-h?p)\\{0,7}["']?([^\s"'\\;|-][^\s"'\\;|]{3,255})/dy,
    check: isGiven,
    examples: {
      match: ['unzip -P «hunter2» a.zip', '7z x -p«hunter2» a.7z', "zip -r -P '«Tr0ub4dor3»' a.zip b"],
      noMatch: ['unzip -p a.zip x.txt', 'unzip -P $PASS a.zip', 'gzip -k a', '7z x a.7z'],
    },
  },
  {
    id: 'command-secret-body',
    description: 'The value that `gh secret set NAME --body` takes',
    tag: 'secret',
    keywords: ['secret set '],
    pattern:
      /secret set [A-Za-z_][\w-]{0,64} (?:[^\r\n|]{0,120}? )?(?:--body|--value|-b)[ =]\\{0,7}(?:"([^"\r\n]{4,2048})"|'([^'\r\n]{4,2048})'|([^\s"'\\]{4,2048}))/dy,
    check: isGiven,
    examples: {
      match: ['gh secret set API_KEY --body "«hunter2»"', 'gh secret set KEY --repo a/b -b «k-12345678»'],
      noMatch: ['gh secret set API_KEY --body "$API_KEY"', 'gh secret set API_KEY < file'],
    },
  },
  {
    id: 'npm-config-token',
    description: 'The token that `npm config set` takes',
    tag: 'secret',
    keywords: ['_authtoken ', '_auth ', '_password '],
    pattern: /_(?:authToken|auth|password)[ \t]{1,4}\\{0,7}["']?([^\s"'\\=]{6,512}={0,2})/dy,
    check: (match, value) =>
      isGiven(match, value) &&
      /(?:set|\/:)[ \t"']{0,4}[^\s]{0,200}$/.test(
        match.input.slice(Math.max(0, match.index - 200), match.index),
      ),
    examples: {
      match: ['npm config set //registry.npmjs.org/:_authToken «6f1c9b2e-4d3a-4b7f-9c21-0e5d8a7b3f46»'],
      noMatch: ['npm config get _authToken', 'the _auth option is'],
    },
  },
  {
    id: 'protocol-auth',
    description: 'The password in a Redis, SMTP or IMAP session',
    tag: 'secret',
    keywords: ['auth '],
    pattern: new RegExp(
      String.raw`(?<=${LINE}(?:[\w.:-]{0,64}> ?|[CS]: ?|> ?)?|"[\w.:-]{1,64}> ?|(?<![\w.-])[\w.-]{1,64}:\d{2,5}> ?)(?:AUTH (?:PLAIN|LOGIN|XOAUTH2) ([A-Za-z0-9+/]{8,2048}={0,2})|AUTH (?:[a-z][a-z0-9_-]{0,31} )?(?!PLAIN|LOGIN|CRAM|XOAUTH2|TLS|SSL)([^\s"'\\]{6,256}))${LINE_END}`,
      'dy',
    ),
    check: (match, value) => isGiven(match, value) && (match[1] !== undefined || /\d|[^\w-]/.test(value)),
    examples: {
      match: [
        'AUTH PLAIN «AGphbmUAaHVudGVyMg==»',
        '127.0.0.1:6379> AUTH «hunter22»\nOK',
        'v=127.0.0.1:6379> AUTH «hunter22»\nOK',
      ],
      noMatch: ['AUTH PLAIN LOGIN', 'AUTH failed', '250-AUTH PLAIN LOGIN', 'use AUTH hunter22 here'],
    },
  },
  {
    id: 'ftp-pass',
    description: 'The password in an FTP or POP3 session',
    tag: 'secret',
    keywords: ['pass '],
    pattern: new RegExp(
      String.raw`(?<=${LINE}(?:[\w.:-]{0,32}> ?|C: ?)?)PASS ([^\s"'\\]{4,256})${LINE_END}`,
      'dy',
    ),
    check: (match, value) =>
      isGiven(match, value) &&
      /USER [^\s]{1,64}/.test(match.input.slice(Math.max(0, match.index - 300), match.index)),
    examples: {
      match: ['USER jane\r\n331 Password required\r\nPASS «hunter2»\r\n230 ok'],
      noMatch: ['PASS test/unit/a.test.ts', 'PASS src/user.test.ts'],
    },
  },
  {
    id: 'prompt-answer',
    description: 'What a script of `expect` sends to a prompt for a password',
    tag: 'secret',
    keywords: ['send "', 'send -- "', 'send \\', 'send -- \\'],
    pattern:
      /send (?:-- )?\\{0,7}"([^"\\$\r\n]{4,128})(?=\\{1,15}[rn]|\\{0,7}")(?<=(?:assword|assphrase)[^\r\n\\]{0,24}(?:\\{1,7}"[^\r\n\\]{0,12})?(?:[\r\n]{1,2}|\\{1,7}n|\\{1,7}r\\{1,7}n)[ \t+-]{0,16}send (?:-- )?\\{0,7}"[^"\\\r\n]{4,128})/dy,
    check: isGiven,
    examples: {
      match: [
        'expect "Password:"\nsend "«hunter2»\\r"',
        '{"script":"expect \\"Password:\\"\\nsend \\"«hunter2»\\\\r\\""}',
      ],
      noMatch: ['expect "login:"\nsend "jane\\r"', 'expect "Password:"\nsend "$pass\\r"'],
    },
  },
  {
    id: 'config-directive',
    description: 'A password directive of Redis or of a network device',
    tag: 'secret',
    keywords: ['requirepass ', 'masterauth ', 'snmp-server community '],
    pattern: /(?:requirepass|masterauth|snmp-server community)[ \t]{1,8}["']?([^\s"']{4,256})/dy,
    // The password of the sample configuration.
    check: (match, value) => value !== 'foobared' && isGiven(match, value),
    examples: {
      match: ['requirepass «swordfish»\nport 6379', 'snmp-server community «s3cr3t» RO'],
      noMatch: ['requirepass $PASS', 'requirepass is set'],
    },
  },
  {
    id: 'wireless-password',
    description: 'The password in the QR code of a wireless network',
    tag: 'secret',
    keywords: ['wifi:'],
    pattern: /WIFI:(?:[THRSI]:[^;\r\n]{0,64};){0,4}P:([^;\r\n]{8,64});/dy,
    check: isGiven,
    examples: {
      match: ['WIFI:T:WPA;S:Office;P:«hunter2hunter»;;'],
      noMatch: ['WIFI:T:nopass;S:Guest;;', 'wifi: on'],
    },
  },
  {
    id: 'login-sentence',
    description: 'A user and a password in one sentence',
    tag: 'secret',
    keywords: ['password '],
    pattern: /password[ \t]{1,2}["'`]?([^\s"'`,;<>(){}]{6,128}(?<![.:!?]))/diy,
    check: (match, value) =>
      /\d/.test(value) &&
      /[A-Za-z]/.test(value) &&
      isGiven(match, value) &&
      /(?:user(?:name)?|login|account)[ \t]{1,2}(?!and |name |or |with )\\{0,7}["'`]?[^\s,;"'`\\]{1,64}\\{0,7}["'`]?(?:,| and| with| \/)?[ \t]{1,2}(?:the )?$/i.test(
        match.input.slice(Math.max(0, match.index - 120), match.index),
      ),
    examples: {
      match: [
        'log in with user jane and password «hunter2»',
        'username "jane", password `«swordfish1»`',
        'username \\"jane\\", password `«SW0RDF1SH»`',
      ],
      noMatch: ['user name and password sha256-hash', 'a user and password field1'],
    },
  },
];
