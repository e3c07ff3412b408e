import fc from 'fast-check';
import { expect, it } from 'vitest';
import { DigestSet } from '../../../core/bundle/digest-set.ts';

it('holds what was added, and nothing else', () => {
  fc.assert(
    fc.property(
      fc.array(fc.string(), { maxLength: 3000, size: 'max' }),
      fc.array(fc.string()),
      (keys, others) => {
        const set = new DigestSet();
        const model = new Set<string>();
        for (const key of keys) {
          expect(set.add(key)).toBe(!model.has(key));
          model.add(key);
        }
        expect(set.size).toBe(model.size);
        for (const key of [...keys, ...others]) expect(set.has(key)).toBe(model.has(key));
      },
    ),
    { numRuns: 30 },
  );
});

it('keeps a hundred thousand keys apart', () => {
  const set = new DigestSet();
  for (let key = 0; key < 100_000; key += 1) expect(set.add(`key ${key}`)).toBe(true);
  expect(set.size).toBe(100_000);
  expect(set.add('key 99999')).toBe(false);
});
