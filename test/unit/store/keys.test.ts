import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { InvalidKeyError } from '../../../core/store/errors.ts';
import { assertKey, compareKeys, encodeSegment, isKey, MAX_SEGMENT_BYTES } from '../../../core/store/keys.ts';
import { HOSTILE_KEYS, key } from '../../support/store/keys.ts';

/** Any string of UTF-16 units, lone surrogates among them, and near misses of one another. */
const anyName = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 30 }),
  fc.string({ unit: 'grapheme', maxLength: 30 }),
  fc
    .array(fc.integer({ min: 0, max: 0xffff }), { maxLength: 20 })
    .map((units) => String.fromCharCode(...units)),
  fc.string({
    unit: fc.constantFrom('a', 'A', '.', '-', '_', '~', '/', ' ', 'é', 'e\u0301', 'K', '\u212a'),
    maxLength: 5,
  }),
  fc.string({ minLength: 150, maxLength: 2000 }),
);

const HOSTILE_NAMES = [
  '',
  '.',
  '..',
  '...',
  '/',
  'a/b',
  'a\\b',
  '../../etc/passwd',
  '~',
  '~/x',
  'a~b',
  ' ',
  'a ',
  ' a',
  'a.',
  'a..',
  '.hidden',
  '.tmp-x',
  'CON',
  'con',
  'Con',
  'con.txt',
  'NUL',
  'nul.tar.gz',
  'com1',
  'COM9.x',
  'lpt0',
  'aux',
  'AUX.',
  'Foo',
  'foo',
  'FOO',
  'fOO',
  'é',
  'e\u0301',
  'É',
  'ß',
  'ss',
  'SS',
  'ſ',
  's',
  'K',
  'k',
  '\u212a',
  'İ',
  'i',
  'ı',
  '日本語',
  '🙂',
  '\ud83d',
  '\ude42',
  '\ud800',
  '\udc00',
  '\ufffd',
  '\0',
  '\n',
  '\u0085',
  '\u202e',
  'a:b',
  'a*b',
  'a?b',
  'a|b',
  'a"b',
  'a<b>',
  '%2e%2e',
  '%2F',
  '-rf',
  'x'.repeat(200),
  'x'.repeat(201),
  'x'.repeat(2000),
  `${'x'.repeat(2000)}y`,
  '日'.repeat(2000),
  'X'.repeat(200),
  'Foo~0123456789abcdef0123456789abcdef',
];

describe('encodeSegment', () => {
  it.each(['gpt-4o', 'run_2026-11-20', 'a.b.c', 'x', '_', '0', 'claude-sonnet-4.5', 'x'.repeat(200)])(
    'keeps the plain name %j',
    (name) => {
      expect(encodeSegment(name)).toBe(name);
    },
  );

  it('keeps what is readable of any other name', () => {
    expect(encodeSegment('GPT 4o (mini)')).toMatch(/^GPT_4o_mini_~[0-9a-f]{16}$/);
    expect(encodeSegment('Crème brûlée')).toMatch(/^Creme_brulee~[0-9a-f]{16}$/);
    expect(encodeSegment('con.txt')).toMatch(/^_con\.txt~[0-9a-f]{16}$/);
    expect(encodeSegment('')).toMatch(/^_~[0-9a-f]{16}$/);
  });

  it('gives the same segment in every release, for stored keys depend on it', () => {
    expect(encodeSegment('Foo')).toBe('Foo~219f2d69a726a4e2');
  });

  it('makes a valid segment of any name', () => {
    const check = (name: string): void => {
      const segment = encodeSegment(name);
      expect(isKey(segment)).toBe(true);
      expect(segment).toMatch(/^[A-Za-z0-9_][A-Za-z0-9._-]*(?:~[0-9a-f]{16})?$/);
      expect(Buffer.byteLength(segment)).toBeLessThanOrEqual(MAX_SEGMENT_BYTES);
      expect(segment).not.toMatch(/[. ]$/);
      expect(segment).not.toMatch(/^(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|$)/i);
      expect(encodeSegment(name)).toBe(segment);
    };
    for (const name of HOSTILE_NAMES) check(name);
    fc.assert(fc.property(anyName, check), { numRuns: 3000 });
  });

  it('makes distinct segments of distinct names, also ignoring case', () => {
    const folded = new Set(HOSTILE_NAMES.map((name) => encodeSegment(name).toLowerCase()));
    expect(folded.size).toBe(HOSTILE_NAMES.length);
    fc.assert(
      fc.property(anyName, anyName, (a, b) => {
        fc.pre(a !== b);
        expect(encodeSegment(a).toLowerCase()).not.toBe(encodeSegment(b).toLowerCase());
      }),
      { numRuns: 5000 },
    );
  });

  it('does not take its own output for the name it came from', () => {
    fc.assert(
      fc.property(anyName, (name) => {
        const segment = encodeSegment(name);
        fc.pre(segment !== name);
        expect(encodeSegment(segment)).not.toBe(segment);
      }),
    );
  });
});

describe('assertKey', () => {
  it.each(HOSTILE_KEYS.map((hostile) => [hostile]))(
    'refuses %j without printing control characters',
    (hostile) => {
      expect(() => assertKey(hostile)).toThrow(InvalidKeyError);
      expect(() => assertKey(hostile)).not.toThrow(/\p{Cc}/u);
      expect(isKey(hostile)).toBe(false);
    },
  );

  it('takes what is joined of encoded segments', () => {
    fc.assert(
      fc.property(fc.array(anyName, { minLength: 1, maxLength: 5 }), (names) => {
        assertKey(names.map(encodeSegment).join('/'));
      }),
    );
  });

  it('takes 1,024 bytes', () => {
    expect(isKey('x'.repeat(1024))).toBe(true);
    expect(isKey('é'.repeat(512))).toBe(true);
  });
});

describe('compareKeys', () => {
  it('orders as the UTF-8 bytes do', () => {
    fc.assert(
      fc.property(key, key, (a, b) => {
        const expected = Buffer.compare(Buffer.from(a), Buffer.from(b));
        expect(Math.sign(compareKeys(a, b))).toBe(expected);
      }),
      { numRuns: 3000 },
    );
    expect(compareKeys('\uffee', '\u{10000}')).toBeLessThan(0);
    expect('\uffee' < '\u{10000}').toBe(false);
  });
});
