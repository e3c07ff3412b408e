/**
 * @module
 */
import pMap, { pMapSkip } from 'p-map';

export interface ConcurrencyOptions {
  /** How many at a time. */
  readonly concurrency: number;
  /** Nothing is begun after it; what is under way has to heed it itself. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * Maps with bounded concurrency, in order.
 *
 * Guarantee: nothing is under way any more when it returns or throws. After a failure nothing new is begun, not even taken
 * from `input`; the first failure is thrown.
 *
 * @throws what `mapper` or `input` throws; the signal's reason
 */
export async function mapConcurrently<In, Out>(
  input: Iterable<In> | AsyncIterable<In>,
  mapper: (value: In) => Promise<Out>,
  { concurrency, signal }: ConcurrencyOptions,
): Promise<Out[]> {
  const failures: unknown[] = [];
  async function* untilFailure(): AsyncGenerator<In> {
    try {
      for await (const value of input) {
        if (failures.length > 0) return;
        signal?.throwIfAborted();
        yield value;
      }
    } catch (error) {
      failures.push(error);
    }
  }
  const mapped = await pMap(
    untilFailure(),
    async (value) => {
      try {
        return await mapper(value);
      } catch (error) {
        failures.push(error);
        return pMapSkip;
      }
    },
    { concurrency },
  );
  if (failures.length > 0) throw failures[0];
  return mapped;
}
