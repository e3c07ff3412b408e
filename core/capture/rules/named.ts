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
];
