import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { accept } from '../../../core/capture/accept.ts';
import { mayMatchOf } from '../../../core/capture/hints.ts';
import { builtInRules } from '../../../core/capture/rules/index.ts';
import { nameAround } from '../../../core/capture/rules/named-values.ts';
import type { Rule } from '../../../core/capture/rules/rule.ts';
import { NUMBER } from '../../../core/capture/scan/numbers.ts';
import { compileScan } from '../../../core/capture/scan/scan.ts';
import { secretKind } from '../../../core/capture/secret-names.ts';
import { readExample } from './support.ts';

const RULES = builtInRules();
const TEXTS = RULES.flatMap(({ examples }) =>
  [...examples.match, ...examples.noMatch].map((marked) => readExample(marked).text),
);

/** Pieces of examples in and after all that may stand around them. */
const text = fc
  .array(
    fc.tuple(
      fc.constantFrom(...TEXTS),
      fc.nat(40),
      fc.constantFrom(
        '',
        ' ',
        '\\n',
        '\n',
        '"',
        "'",
        '=',
        ': ',
        '%3D',
        '\\u0041',
        '\x1b[1m',
        'x',
        '1',
        ' 日',
      ),
    ),
    { minLength: 1, maxLength: 4 },
  )
  .map((parts) =>
    parts.map(([example, from, joint]) => example.slice(from % 3 === 0 ? from : 0) + joint).join(''),
  );

/** Where the scan would try the rule. */
function placesOf({ keywords }: Rule, within: string): number[] {
  const places: number[] = [];
  compileScan(keywords, -1)(within, {
    keyword: (_, start) => places.push(start),
    digits: () => undefined,
    mark: () => undefined,
    run: () => undefined,
  });
  return places;
}

describe('what a rule says of its surroundings', () => {
  const hinted = RULES.flatMap((rule) => {
    const mayMatch = mayMatchOf(rule);
    return mayMatch === undefined ? [] : [{ rule, mayMatch }];
  });

  it('holds wherever its pattern matches', () => {
    expect(hinted.length).toBeGreaterThan(100);
    fc.assert(
      fc.property(text, fc.constantFrom(...hinted), (around, { rule, mayMatch }) => {
        for (const within of [
          around,
          ...rule.examples.match.map((marked) => readExample(marked).text + around),
        ]) {
          for (const at of placesOf(rule, within)) {
            rule.pattern.lastIndex = at;
            const match = rule.pattern.exec(within);
            if (match === null) continue;
            expect(mayMatch(within, at), `${rule.id} in ${within}`).toBe(true);
            expect(within).toContain(rule.needs ?? '');
            if (rule.named === true && accept(rule, 0, match) !== undefined) {
              expect(secretKind(nameAround({ input: within, index: at })), within).toBeDefined();
            }
          }
        }
      }),
      { numRuns: 3_000 },
    );
  });

  it('spares most attempts in prose', () => {
    const prose =
      'The token of the path had expired, and the key to the pattern is a secret that the pages keep. ';
    const tried = hinted.flatMap(({ rule, mayMatch }) =>
      placesOf(rule, prose).filter((at) => rule.keywords.length > 0 && mayMatch(prose, at)),
    );
    const places = hinted.flatMap(({ rule }) => placesOf(rule, prose));
    expect(tried.length).toBeLessThan(places.length / 2);
  });
});

const SHAPES = Object.values(NUMBER).reduce((all, shape) => all | shape, 0);

describe('shapes of numbers', () => {
  const shaped = RULES.flatMap((rule) => (rule.number === undefined ? [] : [{ rule, number: rule.number }]));
  const digits = fc.string({ unit: fc.constantFrom(...'0123456789.-: ()+ABGE\\n'), maxLength: 48 });

  function shapesIn(within: string): number {
    let all = 0;
    compileScan(['x'], -1)(within, {
      keyword: () => undefined,
      digits: (_, __, ___, shapes) => {
        all |= shapes;
      },
      mark: () => undefined,
      run: () => undefined,
    });
    return all;
  }

  it.each(shaped)('are those of what $rule.id matches', ({ rule, number }) => {
    fc.assert(
      fc.property(digits, fc.constantFrom(...rule.examples.match), digits, (before, marked, after) => {
        for (const within of [before + after, before + readExample(marked).text + after]) {
          rule.pattern.lastIndex = 0;
          const match = rule.pattern.exec(within);
          if (match === null || accept(rule, 0, match) === undefined) continue;
          expect(shapesIn(within) & NUMBER[number], within).not.toBe(0);
        }
      }),
      { numRuns: 500 },
    );
  });

  it.each(['2026-11-20T10:21:37.666Z', 'took 12.5 ms for 1280 rows', '4.17.21', '0x1f2e3d4c', '127.0.0'])(
    'are none in %j',
    (within) => {
      expect(shapesIn(within) & SHAPES).toBe(0);
    },
  );
});
