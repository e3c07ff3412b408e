/**
 * Personal data that has a shape: addresses, numbers with a checksum, numbers in a fixed form.
 *
 * @module
 */
import { hasIbanChecksum, hasLuhnChecksum, isPublicIpv4, isPublicIpv6 } from './checksums.ts';
import { phoneRules } from './phones.ts';
import type { Rule } from './rule.ts';

/** `logo@2x.png` and `app@release.js` are files. */
const FILE_ENDINGS =
  /\.(?:png|jpe?g|gif|svg|webp|ico|css|scss|m?[jt]sx?|cjs|json|ya?ml|md|txt|html?|py|rb|go|rs|sh|lock|map)$/i;

/** Letters of addresses beyond ASCII: Latin, Greek and Cyrillic ones; those of Chinese, Japanese and Korean. */
const LETTER = '\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u024f\u0370-\u052f';
const SIGN = '\u3041-\u30ff\u3400-\u9fff\uac00-\ud7a3';
/** @see RFC 6531, RFC 5890 */
const EMAIL = new RegExp(
  [
    String.raw`(?:(?<![A-Za-z0-9._+\\${LETTER}-])|(?<=\\[nrt])|(?<=\\)(?![nrt])|(?<=(?:\n|^)[+-])|(?<=\[[0-9;]{1,8}m))`,
    // No sentence without blanks: four signs at most, and no sign before them.
    `(?:[A-Za-z0-9${LETTER}]|(?<![${SIGN}])[${SIGN}]{1,4}(?=[A-Za-z0-9@]))[A-Za-z0-9._+${LETTER}-]{0,63}(?:@|%40)`,
    `(?:[A-Za-z0-9${LETTER}${SIGN}](?:[A-Za-z0-9${LETTER}${SIGN}-]{0,62})\\.){1,6}`,
    `(?:[A-Za-z]{2,24}(?![A-Za-z0-9@])|xn--[a-z0-9-]{2,48}|[${LETTER}]{2,24}(?![A-Za-z0-9@${LETTER}]))`,
  ].join(''),
  'g',
);

export const personalRules = (): readonly Rule[] => [
  {
    id: 'email',
    description: 'An e-mail address',
    keywords: ['@', '%40'],
    reach: { before: 80, after: 480 },
    pattern: EMAIL,
    check: (match) =>
      !FILE_ENDINGS.test(match[0]) && !/^git@/i.test(match[0]) && !isUserInfo(match) && !isHandle(match),
    examples: {
      match: [
        'jane.doe@example.com',
        'mail «bob+tag@corp.example.co.uk»,',
        'to=«ann%40example.org»&x',
        'line\\n«ann@example.org»\\n',
        'mail: «françois51@пример.рф»',
        '"«太郎72@müller.de»"',
        'an «jörg.voß@bücher.example» und',
        'テストには«ann@example.org»を',
        'x «a@xn--mller-kva.de»',
      ],
      noMatch: [
        'git@github.com:org/repo.git',
        'logo@2x.png',
        'lodash@4.17.21',
        '@scope/pkg',
        'user@localhost',
        'a @ b.com',
        'https://jane:hunter2@example.com/x',
        'pure-rand%0A%0Aby%20%40nicolas.example.me',
      ],
    },
  },
  {
    id: 'payment-card',
    description: 'A payment card number that passes the Luhn check',
    keywords: [],
    number: 'card',
    minDigits: 13,
    pattern:
      /(?=[2-6]\d{3})(?:(?<![\w.])|(?<=\\[nrtbfv0])|(?<=\[[0-9;]{1,8}m))(?:3[47]\d{13}|3\d{3}([ -])\d{6}\1\d{4,5}|[2-6]\d{12,18}|[2-6]\d{3}([ -])\d{4}\2\d{4}\2\d{4}(?:\2\d{1,3})?)(?![\w]|\.\d|-\d)/g,
    group: 0,
    check: (match) => isCardNumber(match[0]) && !isCounted(match),
    examples: {
      match: [
        'card «4111 1111 1111 1111».',
        '5555555555554444',
        '«3782-822463-10005»',
        '378282246310005',
        '«3056 930902 5904»',
      ],
      noMatch: [
        '4111 1111 1111 1112',
        '1795170189882000000',
        '0.4111111111111111',
        'id-41111111111111111111',
        '1234567890123456',
        '"id":4111111111111111',
        'traceId=4111111111111111',
      ],
    },
  },
  {
    id: 'us-ssn',
    description: 'A US social security number, written with hyphens',
    keywords: [],
    number: 'ssn',
    minDigits: 9,
    pattern:
      /(?:(?<![\w.-])|(?<=\\[nrtbfv0])|(?<=\[[0-9;]{1,8}m))(?!000|666|9)\d{3}-(?!00)\d{2}-(?!0000)\d{4}(?![\w-]|\.\d)/g,
    examples: {
      match: ['ssn «078-05-1120»', '«219-09-9999».'],
      noMatch: ['2026-11-20', '000-12-3456', '666-12-3456', '900-12-3456', '123-45-67890', '1-123-45-6789'],
    },
  },
  {
    id: 'iban',
    description: 'An IBAN of a known country and length that passes mod 97',
    keywords: [],
    number: 'iban',
    minDigits: 5,
    pattern:
      /(?=[A-Za-z]{2}\d)(?:(?<![A-Za-z0-9])|(?<=\\[nrtbfv0])|(?<=\[[0-9;]{1,8}m))(?:[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,3})?|[a-z]{2}\d{2}(?: ?[a-z0-9]{4}){2,7}(?: ?[a-z0-9]{1,3})?)(?![A-Za-z0-9])/g,
    check: (match) => hasIbanChecksum(match[0].replaceAll(' ', '').toUpperCase()),
    examples: {
      match: [
        'DE89370400440532013000',
        'de89370400440532013000',
        'to «gb82 west 1234 5698 7654 32»,',
        'LU280019400644750000',
        'MT84MALT011000012345MTLCAST001S',
        'to «GB82 WEST 1234 5698 7654 32»,',
        'NL91ABNA0417164300',
      ],
      noMatch: [
        'DE89370400440532013001',
        'execution-trace-ba18cd565c98e9026e70',
        'AB12CDEF34567890',
        'XX89370400440532013000',
      ],
    },
  },
  {
    id: 'us-ssn-labelled',
    description: 'A US social security number in any dress, after a word that says so',
    keywords: ['ssn', 'social security', 'social_security'],
    pattern:
      /(?:ssn|social[ _]security(?:[ _](?:number|no\.?))?)\\{0,7}["']?\s{0,3}[:=#]?\s{0,3}\\{0,7}["']?((?!000|666|9)\d{3}[ -]?(?!00)\d{2}[ -]?(?!0000)\d{4})(?![\w-]|\.\d)/diy,
    examples: {
      match: ['ssn=«219099999»', '"ssn": "«219 09 9999»"', 'Social Security Number: «078051120»'],
      noMatch: ['ssn=000123456', 'lessn 219099999123', 'ssn: required'],
    },
  },
  {
    id: 'public-ipv4',
    description: 'An IPv4 address that is routed on the internet',
    keywords: [],
    number: 'ipv4',
    minDigits: 4,
    pattern:
      /(?:(?<![\w.-]|[A-Za-z]\/)|(?<=\\[nrtbfv0])|(?<=\[[0-9;]{1,8}m))\d{1,3}\.\d{1,3}\.\d{1,3}\.\d{1,3}(?![\w-]|\.\d)/g,
    check: (match) => isPublicIpv4(match[0]),
    examples: {
      match: ['from «52.94.236.248»:443', 'http://«91.198.174.192»/x'],
      noMatch: [
        '127.0.0.1',
        '10.1.2.3',
        '192.168.0.1',
        '172.16.9.9',
        '0.0.0.0',
        '203.0.113.9',
        'v52.94.236.248',
        'Chrome/126.0.6478.61',
        '1.2.3.4.5',
        '300.1.1.1',
        '8.8.8.8',
      ],
    },
  },
  {
    id: 'public-ipv6',
    description: 'An IPv6 address that is routed on the internet',
    keywords: [],
    number: 'ipv6',
    minDigits: 2,
    pattern:
      /(?:(?<![\w:.])|(?<=\\[nrtbfv0])|(?<=\[[0-9;]{1,8}m))[23][0-9a-fA-F]{3}:[0-9a-fA-F:]{2,36}(?![\w:])/g,
    check: (match) => isPublicIpv6(match[0]),
    examples: {
      match: [
        'from «2606:4700:4700::1» port 22',
        '[«2001:67c:2e8:22::c100:68b»]:443',
        '2a00:1450:4009:0815:0:0:0:200e',
      ],
      noMatch: [
        '2001:db8::1',
        '2026:10:21',
        '::1',
        'fe80::1',
        '2a00:1450',
        '2001:db8:1:2:3:4:5:6',
        'std::2abc::x',
      ],
    },
  },
  ...phoneRules(),
];

/** `jane:hunter2@host` of a URL is a login, and no address. */
function isUserInfo(match: RegExpExecArray): boolean {
  return /:\/\/[^\s/@"'<>]{0,128}:$/.test(match.input.slice(Math.max(0, match.index - 160), match.index));
}

/** `%20%40name`: a blank and a handle. */
function isHandle({ 0: address, index, input }: RegExpExecArray): boolean {
  return input[index - 1] === '%' && /^[0-9A-Fa-f]{2}(?:%40|@)/.test(address);
}

/** A time, a size or the id of a record: one in ten of them passes the Luhn check. */
function isCounted({ 0: number, index, input }: RegExpExecArray): boolean {
  return (
    /^\d+$/.test(number) &&
    /(?:^|[^A-Za-z]|[a-z_](?=I))(?:ids?|Ids?|ts|time(?:stamp)?|nanos?|seq|offset|inode|size|bytes|nonce|build|span|trace)[\\"']{0,4}[:=][ ]?[\\"']{0,4}$/.test(
      input.slice(Math.max(0, index - 24), index),
    )
  );
}

/** Lengths and beginnings of the card networks; times in milliseconds to nanoseconds begin with 1 and never fit. */
function isCardNumber(text: string): boolean {
  const digits = text.replace(/\D/g, '');
  const network =
    (/^4/.test(digits) && [13, 16, 19].includes(digits.length)) ||
    (/^(?:5[1-5]|2[2-7])/.test(digits) && digits.length === 16) ||
    (/^3[47]/.test(digits) && digits.length === 15) ||
    (/^3(?:0[0-5]|[689])/.test(digits) && (digits.length === 14 || digits.length === 16)) ||
    (/^35/.test(digits) && digits.length === 16) ||
    (/^6(?:011|4[4-9]|5|2)/.test(digits) && digits.length >= 16 && digits.length <= 19) ||
    // Maestro.
    (/^(?:50(?:18|20|38)|5893|6304|67(?:59|6[1-3]))/.test(digits) && digits.length >= 16);
  return network && hasLuhnChecksum(digits);
}
