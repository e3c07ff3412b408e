/**
 * Writes that happen only if there is nothing yet, on stores that may not know the condition.
 *
 * @module
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { AgentvOpikError } from '../errors.ts';
import { StoreUnavailableError } from './errors.ts';
import {
  failureOf,
  isConflict,
  isNotImplemented,
  isPreconditionFailed,
  noConditionalWritesError,
} from './s3-errors.ts';

const CONFLICT_ATTEMPTS = 8;
const CONFLICT_PAUSE_MS = 25;
const CONFLICT_PAUSE_MAX_MS = 1000;

export class ConditionalWrites {
  readonly #uri: string;
  /** Whether the store is known to look at the condition. */
  #areHonoured: boolean;

  /** @param areHonoured - that the store is known to look at the condition, as AWS's own */
  constructor(uri: string, areHonoured: boolean) {
    this.#uri = uri;
    this.#areHonoured = areHonoured;
  }

  /**
   * Sends a put that carries the condition, and again while other writers are in the way.
   *
   * @throws StoreAccessError - the store does not know the condition
   * @throws StoreUnavailableError - other writers keep getting in the way
   */
  async put(
    key: string,
    send: () => Promise<unknown>,
    signal: AbortSignal | undefined,
  ): Promise<'created' | 'exists'> {
    for (let attempt = 1; ; attempt++) {
      try {
        await send();
        if (!this.#areHonoured) await this.#prove(send);
        return 'created';
      } catch (error) {
        if (error instanceof AgentvOpikError) throw error;
        const failure = failureOf(error);
        if (isPreconditionFailed(failure)) {
          this.#areHonoured = true;
          return 'exists';
        }
        if (isNotImplemented(failure)) throw noConditionalWritesError(this.#uri);
        // Not looked at, which takes a permission that a writer need not have: the next try tells whether it is there.
        if (!isConflict(failure)) throw error;
        if (attempt === CONFLICT_ATTEMPTS) throw conflictError(key, this.#uri);
        await sleep(conflictPause(attempt), undefined, signal === undefined ? {} : { signal });
      }
    }
  }

  /** Repeats a put that created its object. Only a store that ignores the condition writes, and then the same bytes. */
  async #prove(send: () => Promise<unknown>): Promise<void> {
    try {
      await send();
    } catch (error) {
      const failure = failureOf(error);
      this.#areHonoured = isPreconditionFailed(failure) || isConflict(failure);
      // Any other failure says nothing about conditions, and the put itself was done: the next one asks again.
      return;
    }
    throw noConditionalWritesError(this.#uri);
  }
}

function conflictError(key: string, uri: string): StoreUnavailableError {
  return new StoreUnavailableError(`Cannot write ${key} in ${uri}: other writers keep getting in the way.`, {
    hint: 'Try again; everything already written stays.',
  });
}

/** Milliseconds before the next try, by chance so that two writers do not meet again. */
function conflictPause(attempt: number): number {
  return Math.random() * Math.min(CONFLICT_PAUSE_MAX_MS, CONFLICT_PAUSE_MS * 2 ** attempt);
}
