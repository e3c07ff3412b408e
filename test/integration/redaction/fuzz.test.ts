/**
 * A small, seeded version of `npm run fuzz:redaction`.
 */
import { expect, it } from 'vitest';
import { fuzz } from '../../redaction/fuzz-run.ts';

it('lets no secret through to the store, to Opik or to the terminal, wherever it is put', async () => {
  const { embedded, results, fellBack, leaked } = await fuzz({
    seed: 20_261_120,
    embeddings: 2_000,
  });
  expect(embedded).toBe(2_000);
  expect(results).toBe(100);
  expect(fellBack).toBe(0);
  expect(
    leaked.map(({ rule, carrier, place, where }) => `${rule} in ${carrier} at ${place}: ${where}`),
  ).toEqual([]);
});
