/**
 * Phone numbers: in international form, in national forms that look like nothing else, and in any form after a word
 * that announces one.
 *
 * @see https://www.itu.int/rec/T-REC-E.164
 * @see https://nationalnanpa.com/about_us/abt_nanp.html
 *
 * @module
 */
import type { Rule } from './rule.ts';

/** What a number must not follow: another number, a word, a version, a path, a list of bytes. */
const BAD_BEFORE =
  /(?:(?<!\\)[\w.](?<!\[[0-9;]{1,8}m)|[/#$%]|[^\n][+-]|\d[,:=]|[0-9a-fA-F]{2} |Buffer |(?:kill|pids?|ports?)[ :=]{1,2})$/;
const AFTER = String.raw`(?![\w%:/]|[.,-]\d| [0-9a-fA-F]{2}(?![\w]))`;

/** By the first character, so that most positions are left after one look. */
const NATIONAL = [
  // US and Canada: 202-555-0143, 202.555.0143, (202) 555-0143; Brazil: (11) 98765-4321
  String.raw`(?:1[ .-])?(?:\((?:[2-9](?!11)\d{2}\) ?[2-9](?!11)\d{2}[ .-]\d{4}|[1-9]\d\) ?9?\d{4}-\d{4})|[2-9](?!11)\d{2}([.-])[2-9](?!11)\d{2}\1\d{4})`,
  // France: 06 12 34 56 78; Australia: 0412 345 678; Japan: 090-1234-5678, 03-1234-5678
  // Germany: 0151 23456789, 030 12345678; Netherlands: 06-12345678; Switzerland: 079 123 45 67; 0049 151 23456789
  // United Kingdom: 07911 123456, 020 7946 0958, 0161 496 0000
  String.raw`0(?:[1-9](?:([ .])\d{2})(?:\2\d{2}){3}|4\d{2} \d{3} \d{3}|[5-9]0-\d{4}-\d{4}|[1-9]-\d{4}-\d{4}|7\d{3} \d{6}|2\d \d{4} \d{4}|1\d{2} \d{3} \d{4}|1\d{3} \d{5,6}|1[567]\d[ -]\d{7,8}|[2-9]\d{1,3} \d{6,8}|[1-9]\d{1,3}\/ ?(?:[1-9]\d{5,7}|[1-9]\d{1,3}(?: \d{2,4}){1,3})|6-\d{8}|7[5-9] \d{3} \d{2} \d{2}|0(?:3[0-469]|4[013-9]|35[0-9]|42[01])[ .-]?\d{2,4}(?:[ .-]\d{2,8}){1,4})`,
  // Spain: 612 34 56 78
  String.raw`[6-9]\d{2}([ .-])\d{2}\3\d{2}\3\d{2}`,
  // India: 98765 43210; numbers of processes begin alike
  String.raw`([6-9]\d)\d{3} (?!\4)\d{5}(?! \d)`,
  // Italy: 347 123 4567
  String.raw`3[2-9]\d \d{3} \d{4}`,
];

/** Digits between which only what phone numbers have may stand; no date, no time in milliseconds. */
function isPhoneNumber(text: string): boolean {
  const digits = text.replace(/\D/g, '').length;
  if (digits < 8 || digits > 15) return false;
  return (
    !/^(?:\d{4}-\d\d-\d\d|\d\d-\d\d-\d{4}|1\d{12}$|(?:19|20)\d{6}$)/.test(text) && !/^(\d)\1+$/.test(text)
  );
}

export const phoneRules = (): readonly Rule[] => [
  {
    id: 'phone',
    description: 'A phone number in international form',
    keywords: ['+'],
    minDigits: 8,
    pattern:
      /(?:(?<![\w/]|[^\n]\+)|(?<=\\[nrtbfv0])|(?<=\[[0-9;]{1,8}m))\+[1-9]\d{0,2}(?:[ .-]?\(?\d{1,4}\)?){2,6}(?![\w%]|\.\d)/y,
    check: (match) => {
      const digits = match[0].replace(/\D/g, '').length;
      return digits >= 10 && digits <= 15;
    },
    examples: {
      match: [
        'call «+14155552671» now',
        '«+49 30 901820 00»',
        '«+1 (415) 555-2671»',
        '+44 20 7946 0958',
        '+44 (0)20 7946 0958',
      ],
      noMatch: [
        '+00:00',
        '1+2345678901',
        '+5 -3',
        '2026-11-20T10:21:37+0100',
        '+1.5.2',
        '@@ -12,7 +120,8 @@',
      ],
    },
  },
  {
    id: 'phone-national',
    description: 'A phone number in a national form of one of a dozen countries',
    keywords: [],
    number: 'phone',
    minDigits: 9,
    pattern: new RegExp(`(?:${NATIONAL.join('|')})${AFTER}`, 'g'),
    check: ({ 0: number, input, index }) =>
      number.replace(/\D/g, '').length >= 9 && !BAD_BEFORE.test(input.slice(Math.max(0, index - 7), index)),
    group: 0,
    examples: {
      match: [
        'call «(202) 555-0143» now',
        '202-555-0143',
        '«06 12 34 56 78»',
        '«020 7946 0958»',
        '«07911 123456»',
        '«0412 345 678»',
        '«090-1234-5678»',
        '«(11) 98765-4321»',
        '«0151 23456789»',
        '«030 12345678»',
        '«06-12345678»',
        '«079 123 45 67»',
        '«347 123 4567»',
        '«612 34 56 78»',
        'Tel «030/1234567» oder',
        '«089/12 34 56 78»',
        'call «98765 43210».',
        '«0049 151 23456789»',
      ],
      noMatch: [
        '2026-11-20',
        '123-456-7890',
        '00 06 12 34 56 78 9a',
        '1-202-555-01434',
        '202.555.0143.1',
        'f(200) 300-4000px',
        'v202.555.0143',
        '911-555-0143',
        '012/34 56',
        '61234 71234 81234',
        'kill 61234 71234',
        'forked 61234 61238',
        '512 34 56 78',
        'shard/0123/456789',
        '612 34 56 78 90',
      ],
    },
  },
  {
    id: 'phone-labelled',
    description: 'A number after a word that announces a phone number',
    keywords: [
      'phone',
      'tel',
      'tfno',
      'mobil',
      'movil',
      'vil',
      'cell',
      'fax',
      'handy',
      'whatsapp',
      'sms',
      'rufnummer',
    ],
    minDigits: 8,
    pattern:
      /(?:(?:(?<![A-Za-z])|(?<=\\[nrtbfv0])|(?<=\[[0-9;]{1,8}m))(?:(?:tele|cell|mobile|home|work)?[ _-]?phone|tel[eé]fon[eo]?|telf?|tfno|movil|mobil(?:e|telefon)?|cell|fax|handy|whatsapp|sms|rufnummer)|(?<=mó)vil)(?:[ _-]?(?:number|num|no|nr|nummer))?\.?\\{0,7}["'\]]{0,2}\s{0,3}(?:[:=|]|is:?)?\s{0,3}\\{0,7}["']?(\+?\(?\d[\d ()./-]{5,20}\d)(?![\w:%]|[.,]\d)/diy,
    check: (_, value) => isPhoneNumber(value),
    examples: {
      match: [
        'Phone: «2025550143»',
        '"phoneNumber":"«5555550123»"',
        'Tel.: «030 12345678»',
        'Handy: «0151 23456789»',
        'mobile «98765 43210»',
        'fax=«030/12345678»',
        'Móvil: «612345678»',
        'Teléfono «91 123 45 67»',
        'Tfno.: «912 345 678»',
        'My phone number is «138 5575 5040».',
        'phone | «070-992 72 21»',
      ],
      noMatch: [
        'phone: string',
        'telemetry: 1795170189882',
        'tel: 1795170189882',
        'phone: 2026-11-20 10:21',
        'mobile: 1280',
        'cell 12',
        'the phone is 2026-11-20 10:21',
      ],
    },
  },
];
