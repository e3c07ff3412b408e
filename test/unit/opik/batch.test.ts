import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Batch, Batcher } from '../../../core/opik/batch.ts';
import { fitItem, jsonBytes } from '../../../core/opik/fit.ts';

const text = fc.string({ unit: 'binary', maxLength: 400 });
const item = fc.record({ id: fc.uuid(), value: text });

describe('Batcher', () => {
  it('gives every item exactly once, in order, within both limits', () => {
    fc.assert(
      fc.property(
        fc.array(item, { maxLength: 60 }),
        fc.integer({ min: 1, max: 7 }),
        fc.integer({ min: 6_000, max: 9_000 }),
        (items, count, bytes) => {
          const batcher = new Batcher<{ id: string; value: string }>({ items: count, bytes });
          const batches: Batch<{ id: string; value: string }>[] = [];
          for (const [index, each] of items.entries()) {
            const full = batcher.add(each, String(index));
            if (full !== undefined) batches.push(full);
          }
          const last = batcher.flush();
          if (last !== undefined) batches.push(last);

          expect(batches.flatMap((batch) => batch.items)).toEqual(items);
          expect(batches.flatMap(({ tags }) => tags)).toEqual(items.map((_, index) => String(index)));
          for (const batch of batches) {
            expect(batch.items.length).toBeLessThanOrEqual(count);
            expect(jsonBytes(batch.items)).toBeLessThanOrEqual(bytes + 2);
          }
        },
      ),
    );
  });

  it('truncates an item that alone exceeds a request, and says which', () => {
    const batcher = new Batcher<{ value: string }>({ items: 10, bytes: 20_000 });
    const batches = [
      batcher.add({ value: 'small' }, 'a'),
      batcher.add({ value: 'x'.repeat(50_000) }, 'b'),
      batcher.flush(),
    ].filter((batch) => batch !== undefined);
    expect(batches.flatMap(({ truncated }) => truncated.map(({ tag }) => tag))).toEqual(['b']);
    const [small, large] = batches.flatMap(({ items }) => items);
    expect(small).toEqual({ value: 'small' });
    expect(large?.value).toMatch(/^x{15000,}…\[truncated \d+ bytes by agentv-opik\]$/);
    for (const { bytes } of batches) expect(bytes).toBeLessThanOrEqual(20_000);
  });
});

describe('fitItem', () => {
  const big = fc.string({ unit: 'binary', minLength: 0, maxLength: 30_000, size: 'max' });

  it('returns what fits as it is', () => {
    fc.assert(
      fc.property(item, (each) => {
        const fitted = fitItem(each, 100_000);
        expect(fitted.item).toBe(each);
        expect(fitted.cutBytes).toBe(0);
      }),
    );
  });

  it('makes anything fit, keeping structure and short strings', () => {
    fc.assert(
      fc.property(big, big, fc.array(text, { maxLength: 5 }), (input, output, names) => {
        const each = { id: 'id', name: 'name', input: { input, names }, output: { output } };
        const { item: fitted, bytes } = fitItem(each, 12_000);
        expect(bytes).toBe(jsonBytes(fitted));
        expect(bytes).toBeLessThanOrEqual(12_000);
        expect(fitted.id).toBe('id');
        expect(fitted.name).toBe('name');
      }),
      { numRuns: 60 },
    );
  });

  it('never leaves half a character behind', () => {
    fc.assert(
      fc.property(fc.integer({ min: 8_000, max: 9_000 }), (limit) => {
        const { item: fitted } = fitItem({ value: '😀'.repeat(10_000) }, limit);
        expect(fitted.value.isWellFormed()).toBe(true);
      }),
      { numRuns: 50 },
    );
  });

  it('replaces a member that is large without long strings', () => {
    const each = { id: 'id', output: { numbers: Array.from({ length: 20_000 }, (_, index) => index) } };
    const { item: fitted, bytes, cutBytes } = fitItem(each, 10_000);
    expect(bytes).toBeLessThanOrEqual(10_000);
    expect(cutBytes).toBeGreaterThan(90_000);
    expect(fitted).toEqual({ id: 'id', output: { truncated: expect.stringContaining('truncated') } });
  });
});
