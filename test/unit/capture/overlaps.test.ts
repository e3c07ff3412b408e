import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Match, resolveOverlaps } from '../../../core/capture/overlaps.ts';
import type { Rule } from '../../../core/capture/rules/rule.ts';

const rule = (id: string, tag?: 'secret'): Rule => ({
  id,
  description: id,
  keywords: [],
  pattern: /x/g,
  ...(tag === undefined ? {} : { tag }),
  examples: { match: [], noMatch: [] },
});
/** By id, as the engine sorts them; the first and the last know secrets by context only. */
const rules = [rule('a', 'secret'), rule('b'), rule('c'), rule('d', 'secret')];
const match = (start: number, end: number, by: number): Match => ({
  start,
  end,
  rule: by,
  secret: `${start}-${end}`,
});

describe('resolveOverlaps', () => {
  it('joins what overlaps under the longest, and leaves neighbours apart', () => {
    expect(resolveOverlaps([match(0, 4, 2), match(3, 9, 1), match(9, 10, 2)], rules)).toEqual([
      { ...match(3, 9, 1), start: 0 },
      match(9, 10, 2),
    ]);
  });

  it('on equal length prefers a shape to a context, then the first id', () => {
    expect(resolveOverlaps([match(0, 4, 0), match(0, 4, 2), match(0, 4, 1), match(0, 4, 3)], rules)).toEqual([
      match(0, 4, 1),
    ]);
  });

  it('gives the same whatever the order, in order, without overlap, covering all', () => {
    const any = fc
      .tuple(fc.nat({ max: 30 }), fc.integer({ min: 1, max: 8 }), fc.nat({ max: 3 }))
      .map(([start, length, by]) => match(start, start + length, by));
    fc.assert(
      fc.property(
        fc
          .array(any, { maxLength: 10 })
          .chain((matches) =>
            fc.tuple(fc.constant(matches), fc.shuffledSubarray(matches, { minLength: matches.length })),
          ),
        ([matches, shuffled]) => {
          const resolved = resolveOverlaps(matches, rules);
          expect(resolveOverlaps(shuffled, rules)).toEqual(resolved);
          for (const [i, { start }] of resolved.entries()) {
            expect(start).toBeGreaterThanOrEqual(resolved[i - 1]?.end ?? 0);
          }
          for (const { start, end } of matches) {
            expect(resolved.some((each) => each.start <= start && end <= each.end)).toBe(true);
          }
        },
      ),
      { numRuns: 1000 },
    );
  });
});
