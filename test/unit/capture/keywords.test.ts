import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { InvalidRuleError } from '../../../core/capture/errors.ts';
import { compileKeywords } from '../../../core/capture/keywords.ts';

function found(keywords: readonly string[], text: string): string[] {
  const hits: string[] = [];
  compileKeywords(keywords)(text, (k, start) => hits.push(`${keywords[k]}@${start}`));
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

describe('compileKeywords', () => {
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

  it('counts the digits of the text', () => {
    expect(compileKeywords(['x'])('a1b22 ٣', () => undefined)).toBe(3);
  });

  it.each(['', 'Upper', 'käse', 'a\nb'])('refuses the keyword %j', (keyword) => {
    expect(() => compileKeywords([keyword])).toThrow(InvalidRuleError);
  });
});
