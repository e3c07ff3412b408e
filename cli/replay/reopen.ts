/**
 * @module
 */
import type { Bundle } from '../../core/bundle/read.ts';
import { type Failure, FailureStore } from '../../core/ingest/failure.ts';
import { StoreAccessError } from '../../core/store/errors.ts';

/** Puts failures back as they were, for the replay was not sent. */
export type Restore = () => Promise<void>;

/**
 * Takes back that a bundle's failures are the last word, for it is about to be sent again: who looks meanwhile sees that
 * it waits, and who waits goes on waiting.
 *
 * Where this person may not write into the store, the worker does it who takes the bundle up.
 */
export async function reopenFailures({ store, path }: Bundle, at: Date): Promise<Restore> {
  const failures = new FailureStore(store, path);
  const reopened: [destination: string | undefined, failure: Failure][] = [];
  try {
    for await (const destination of failures.destinations()) {
      const failure = await failures.reopen(at, destination);
      if (failure !== undefined) reopened.push([destination, failure]);
    }
  } catch (error) {
    if (!(error instanceof StoreAccessError)) throw error;
  }
  return async () => {
    for (const [destination, failure] of reopened) await failures.write(failure, destination);
  };
}
