/**
 * Keys as fast-check draws them.
 */
import fc from 'fast-check';
import { compareKeys, isKey } from '../../../core/store/keys.ts';

/** Few letters and those around the slash, so that keys share beginnings and differ where order is hard. */
const segment = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.string({ unit: fc.constantFrom('a', 'b', '-', '.', '!', '0'), minLength: 1, maxLength: 3 }),
  },
  { weight: 1, arbitrary: fc.string({ unit: 'grapheme', minLength: 1, maxLength: 4 }) },
  {
    weight: 1,
    arbitrary: fc.constantFrom(
      '\u{10000}',
      '\uFFFD',
      'é',
      'ß',
      '日本',
      'a b',
      'a+b',
      'a%2Fb',
      "it's",
      '&<>"',
      '~',
      '*',
    ),
  },
);

export const key: fc.Arbitrary<string> = fc
  .array(segment, { minLength: 1, maxLength: 4 })
  .map((segments) => segments.join('/').normalize('NFC'))
  .filter(isKey);

/** Distinct keys, none the folder of another: what every store can hold. Ascending. */
export const keySet: fc.Arbitrary<string[]> = fc
  .uniqueArray(key, { minLength: 1, maxLength: 14 })
  .map((keys) => {
    const kept: string[] = [];
    // Distinct ignoring case too, as file systems of macOS and Windows are.
    const folded = new Set<string>();
    for (const one of keys) {
      const name = one.toLowerCase();
      if (
        [...folded].some(
          (other) => other === name || other.startsWith(`${name}/`) || name.startsWith(`${other}/`),
        )
      )
        continue;
      folded.add(name);
      kept.push(one);
    }
    return kept.sort(compareKeys);
  });

/** What no store may take. */
export const HOSTILE_KEYS: readonly string[] = [
  '',
  '.',
  '..',
  '/',
  '/etc/passwd',
  'a/',
  'a//b',
  './a',
  'a/./b',
  '../outside',
  'a/../../outside',
  'a/..',
  'a\\..\\..\\outside',
  'C:\\outside',
  'nul\0byte',
  'line\nbreak',
  'delete\u007f',
  'c1\u0085',
  'half\ud800pair',
  'e\u0301',
  '.tmp-reserved',
  'a/.tmp-reserved',
  'x'.repeat(1025),
  `${'é'.repeat(512)}x`,
];
