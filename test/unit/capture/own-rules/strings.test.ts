import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compileStrings } from '../../../../core/capture/own-rules/strings.ts';

function scanned(strings: readonly string[], text: string, ignoreCase = false): string[] {
  const found: string[] = [];
  compileStrings({ strings, ignoreCase })(text, (s, start) => found.push(`${s}@${start}`));
  return found.sort();
}

function naive(strings: readonly string[], text: string): string[] {
  return strings
    .flatMap((string, s) =>
      [...text].length === 0
        ? []
        : Array.from({ length: text.length }, (_, at) => at)
            .filter((at) => text.startsWith(string, at))
            .map((at) => `${s}@${at}`),
    )
    .sort();
}

describe('compileStrings', () => {
  it('finds what a search for each string finds, overlaps included', () => {
    const letters = fc.string({ unit: fc.constantFrom('a', 'b', 'é', '💡'), minLength: 1, maxLength: 6 });
    fc.assert(
      fc.property(
        fc.uniqueArray(letters, { minLength: 1, maxLength: 8 }),
        fc.array(letters),
        (strings, parts) => {
          const text = parts.join('');
          expect(scanned(strings, text)).toEqual(naive(strings, text));
        },
      ),
      { seed: 7, numRuns: 500 },
    );
  });

  it('compares what is longer than its key', () => {
    const long = `${'x'.repeat(64)}-the-rest`;
    expect(scanned([long], `a ${long}!`)).toEqual(['0@2']);
    expect(scanned([long], `a ${'x'.repeat(64)}-another`)).toEqual([]);
    expect(scanned([long], `a ${long.toUpperCase()}`, true)).toEqual(['0@2']);
  });

  it('ignores case where asked, in any script', () => {
    expect(scanned(['Müller GmbH', 'ОПЕРА'], 'bei MÜLLER gmbh und опера', true)).toEqual(['0@4', '1@20']);
    expect(scanned(['Globex'], 'globex')).toEqual([]);
  });

  it('takes thousands of strings, and reads megabytes in well under a second', () => {
    const strings = Array.from({ length: 5_000 }, (_, n) => `customer-${(n * 7919).toString(36)}-ltd`);
    const scan = compileStrings({ strings, ignoreCase: false });
    const text = 'The customer of the day is unknown; customers come and go. '.repeat(20_000);
    let found = 0;
    const start = performance.now();
    scan(`${text}${strings[4_999]}`, () => {
      found += 1;
    });
    expect(found).toBe(1);
    expect(performance.now() - start).toBeLessThan(1_000);
  });

  it('says so when there are too many', () => {
    const strings = Array.from({ length: 60_000 }, (_, n) => `${n}-${'äöüabcdefghijklmnop'.repeat(3)}`);
    expect(() => compileStrings({ strings, ignoreCase: false })).toThrow(
      expect.objectContaining({ code: 'INVALID_OWN_RULE' }),
    );
  });
});
