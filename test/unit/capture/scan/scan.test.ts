import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { InvalidRuleError } from '../../../../core/capture/errors.ts';
import { NUMBER } from '../../../../core/capture/scan/numbers.ts';
import { compileScan, type Listener } from '../../../../core/capture/scan/scan.ts';

const DEAF: Listener = {
  keyword: () => undefined,
  digits: () => undefined,
  mark: () => undefined,
  run: () => undefined,
};

function found(keywords: readonly string[], text: string): string[] {
  const hits: string[] = [];
  compileScan(keywords, -1)(text, {
    ...DEAF,
    keyword: (k, start) => hits.push(`${keywords[k]}@${start}`),
  });
  return hits.sort();
}

function foundOneByOne(keywords: readonly string[], text: string): string[] {
  const lower = text.toLowerCase();
  return keywords
    .flatMap((keyword) =>
      Array.from(lower, (_, i) => i)
        .filter((i) => lower.startsWith(keyword, i))
        .map((i) => `${keyword}@${i}`),
    )
    .sort();
}

describe('compileScan', () => {
  it('finds overlapping keywords and those within others, in either case', () => {
    expect(found(['secret', 'cret_k', 'key', 'ret'], 'My SECRET_KEY')).toEqual(
      ['cret_k@5', 'key@10', 'ret@6', 'secret@3'].sort(),
    );
  });

  it('finds what looking for each keyword alone finds', () => {
    const word = fc.string({ unit: fc.constantFrom('a', 'b', '_', '-'), minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(
        fc.uniqueArray(word, { minLength: 1, maxLength: 12 }),
        fc.string({ unit: fc.constantFrom('a', 'B', '_', '-', 'A', 'b', 'x', 'é', '\ue000'), maxLength: 60 }),
        (keywords, text) => {
          expect(found(keywords, text)).toEqual(foundOneByOne(keywords, text));
        },
      ),
      { numRuns: 500 },
    );
  });

  it('finds keywords where the pieces that it scans meet, and at both ends', () => {
    for (const at of [0, 32_765, 32_766, 32_767, 32_768, 65_535, 99_996]) {
      const text = `${'x'.repeat(at)}KEY${'x'.repeat(99_997 - at)}`;
      expect(found(['key', 'q'], text)).toEqual([`key@${at}`]);
    }
    expect(found(['@'], 'x@')).toEqual(['@@1']);
  });

  it('tells where digits are, those of one number together', () => {
    const runs: [number, number, number][] = [];
    const text = `a1b22 ٣${'.'.repeat(20)}4-5${'x'.repeat(16)}6`;
    compileScan(['x'], -1)(text, {
      ...DEAF,
      digits: (start, end, digits) => runs.push([start, end, digits]),
    });
    expect(runs).toEqual([
      [1, 5, 3],
      [27, 30, 2],
      [46, 47, 1],
    ]);
  });

  it.each([
    ['plain 1', true],
    ['\x1b[0m', true],
    ['é', false],
    ['日', false],
  ])('says of %j whether it is ASCII', (text, isAscii) => {
    expect(compileScan(['x'], -1)(text, DEAF)).toBe(isAscii);
  });

  it('takes no character for the one that has its low byte', () => {
    // U+4E31 ends in 0x31, a digit; U+0140 in 0x40, an @; U+0142 in 0x42, a B.
    const seen: unknown[] = [];
    compileScan(['@', 'b'], -1)('丱4111 1111 1111 1111 ŀł丯丯丯丯丯丯丯丯丯丯丯丯丯丯丯丯丯丯丯丯', {
      keyword: (k) => seen.push(k),
      digits: (start, end, digits, shapes) => seen.push([start, end, digits, shapes & NUMBER.card]),
      mark: (at) => seen.push(at),
      run: (start) => seen.push(start),
    });
    expect(seen).toEqual([[1, 20, 16, NUMBER.card]]);
  });

  it('sees numbers and runs over the border of two chunks', () => {
    for (const before of [16_360, 16_370, 16_380, 16_383, 16_384]) {
      const numbers: unknown[] = [];
      const runs: [number, number][] = [];
      const text = `${' '.repeat(before)}4111 1111 1111 1111${' '.repeat(20)}`;
      const digits = (start: number, end: number, count: number, shapes: number) =>
        numbers.push([start, end, count, shapes & NUMBER.card]);
      compileScan(['x'], NUMBER.card)(text, { ...DEAF, digits });
      expect(numbers).toEqual([[before, before + 19, 16, NUMBER.card]]);

      const run = (start: number, end: number) => runs.push([start, end]);
      compileScan(['x'], -1)(`${' '.repeat(before)}${'Ab'.repeat(20)} `, { ...DEAF, run });
      expect([before, 16_384]).toContain(runs[0]?.[0]);
      expect(runs.at(-1)?.[1]).toBe(before + 40);
    }
  });

  it('tells where an escape may begin, a quote be quoted, or two halves meet', () => {
    const marks: number[] = [];
    const text = '\x1b[0m %41 %x \\u0041 \\n \\x41 &amp; &b 50% "" " + "a" a + b 1+1 \\\\ \\\n \\';
    compileScan(['x'], -1)(text, { ...DEAF, mark: (at) => marks.push(at) });
    expect(marks).toEqual([0, 5, 12, 22, 27, 40, 45, 53, 61, 64]);
  });

  it.each(['', 'Upper', 'käse', 'a\nb'])('refuses the keyword %j', (keyword) => {
    expect(() => compileScan([keyword], -1)).toThrow(InvalidRuleError);
  });
});
