/**
 * A small, seeded version of `npm run bench:redaction`, and what keeps it complete.
 */
import { expect, it } from 'vitest';
import { generatorsWithoutRule, labelled, rulesWithoutGenerator } from '../../redaction/labelled.ts';
import { measureFalseAlarms, measureRecall } from '../../redaction/measure.ts';
import { negatives } from '../../redaction/negatives.ts';
import { ours } from '../../redaction/scanners.ts';
import { readDocument, withTable } from '../../redaction/table.ts';

it('has a generator for every rule, and no other', () => {
  expect({ missing: rulesWithoutGenerator(), left: generatorsWithoutRule() }).toEqual({
    missing: [],
    left: [],
  });
});

it('documents every class with its rules (else run: node test/redaction/table.ts)', () => {
  expect(withTable(readDocument())).toBe(readDocument());
});

it('removes labelled secrets of every rule from what they lie in', async () => {
  const { caught, total, misses } = await measureRecall(ours(), labelled({ seed: 42, each: 1, stride: 5 }));
  expect(total).toBeGreaterThan(2_000);
  expect(caught / total, JSON.stringify(misses.slice(0, 20))).toBeGreaterThanOrEqual(0.99);
});

it('leaves clean text alone', async () => {
  const { total, characters, byRule } = await measureFalseAlarms(ours(), negatives());
  expect(characters).toBeGreaterThan(1e6);
  expect((total / characters) * 1e6, JSON.stringify([...byRule])).toBeLessThanOrEqual(1);
});
