/**
 * Secrets known by the name they stand under in text: `.env`, YAML, shell, code, query strings, JSON inside a string.
 * The parsed form of the same, a JSON key and its value, is `core/capture/value.ts`.
 *
 * @module
 */

import { isSecretText } from '../secret-values.ts';
import { namedAssignmentRule } from './named-assignment.ts';
import { namedFlagRule } from './named-flag.ts';
import { NAME_KEYWORDS, nameAround, nameStart, REST } from './named-values.ts';
import type { Rule } from './rule.ts';

/** “the password is 4711007”: a number is chosen, where “the key is 4096” is a length. */
function isDigitsOfPassword(sentence: string, value: string): boolean {
  return /^(?:pass|pwd)/i.test(sentence) && /^\d{6,}$/.test(value);
}

/** Letters only, yet no word: their case changes again and again. */
function changesCase(value: string): boolean {
  return /^[A-Za-z]{10,}$/.test(value) && (value.match(/[a-z][A-Z]/g)?.length ?? 0) >= 3;
}

export const namedRules = (): readonly Rule[] => [
  namedAssignmentRule(),
  namedFlagRule(),
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
        'The API key is arn:aws:secretsmanager:eu-west-1:000000000000:secret:prod/api_key — put it there',
        'set API_KEY to vault:secret/data/prod#API_KEY1 in Vercel',
      ],
    },
  },
];
