import { setTimeout as sleep } from 'node:timers/promises';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { mapConcurrently } from '../../core/concurrent.ts';

describe('mapConcurrently', () => {
  it('keeps the order and the bound', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.integer({ min: 0, max: 3 }), { maxLength: 20 }),
        fc.integer({ min: 1, max: 5 }),
        async (delays, concurrency) => {
          let running = 0;
          let most = 0;
          const mapped = await mapConcurrently(
            delays.map((delay, index) => ({ delay, index })),
            async ({ delay, index }) => {
              running += 1;
              most = Math.max(most, running);
              await sleep(delay);
              running -= 1;
              return index;
            },
            { concurrency },
          );

          expect(mapped).toEqual(delays.map((_, index) => index));
          expect(most).toBeLessThanOrEqual(concurrency);
        },
      ),
      { numRuns: 30 },
    );
  });

  it('throws the first failure once nothing is under way any more, and begins nothing after it', async () => {
    const begun: number[] = [];
    let running = 0;
    const mapping = mapConcurrently(
      [1, 2, 3, 4, 5, 6],
      async (value) => {
        begun.push(value);
        running += 1;
        await sleep(value === 2 ? 1 : 20);
        running -= 1;
        if (value === 2) throw new Error('refused');
        return value;
      },
      { concurrency: 3 },
    );

    await expect(mapping).rejects.toThrow('refused');
    expect(running).toBe(0);
    expect(begun).toEqual([1, 2, 3]);
  });

  it('takes no more from its input after a failure, and closes it', async () => {
    let closed = false;
    let taken = 0;
    async function* endless(): AsyncGenerator<number> {
      try {
        for (;;) yield taken++;
      } finally {
        closed = true;
      }
    }
    const fail = async (): Promise<void> => {
      throw new Error('refused');
    };

    await expect(mapConcurrently(endless(), fail, { concurrency: 2 })).rejects.toThrow('refused');
    expect(closed).toBe(true);
    expect(taken).toBeLessThan(5);
  });

  it('throws what the input throws after the values before it are mapped', async () => {
    const mapped: number[] = [];
    async function* broken(): AsyncGenerator<number> {
      yield 1;
      throw new Error('corrupt');
    }
    const mapping = mapConcurrently(
      broken(),
      async (value) => {
        await sleep(5);
        mapped.push(value);
      },
      { concurrency: 2 },
    );

    await expect(mapping).rejects.toThrow('corrupt');
    expect(mapped).toEqual([1]);
  });

  it('begins nothing after its signal', async () => {
    const controller = new AbortController();
    const begun: number[] = [];
    const mapping = mapConcurrently(
      [1, 2, 3],
      async (value) => {
        begun.push(value);
        controller.abort(new Error('interrupted'));
      },
      { concurrency: 1, signal: controller.signal },
    );

    await expect(mapping).rejects.toThrow('interrupted');
    expect(begun).toEqual([1]);
  });
});
