/**
 * @module
 */
import { ReplayedCallError, TooManyCallsError } from './errors.ts';
import type { VerifiedCall } from './signature.ts';

const DEFAULT_CAPACITY = 10_000;

/**
 * Remembers signed calls until they are stale, so that each is accepted once.
 *
 * Guarantees: at most `capacity` calls are remembered, and none is forgotten early to make room; only verified calls
 * take room. The memory is this process's: another one would accept the call again, which is harmless, for a bundle
 * delivered before is not delivered again.
 */
export class ReplayGuard {
  readonly #capacity: number;
  /** When each call expires. Milliseconds since 1970. */
  readonly #calls = new Map<string, number>();

  constructor({ capacity = DEFAULT_CAPACITY }: { readonly capacity?: number } = {}) {
    this.#capacity = capacity;
  }

  get size(): number {
    return this.#calls.size;
  }

  /** @throws ReplayedCallError, TooManyCallsError */
  admit({ id, expiresAt }: VerifiedCall, now: Date): void {
    const known = this.#calls.get(id);
    if (known !== undefined && known > now.getTime()) {
      throw new ReplayedCallError('This call was accepted before', {
        hint: 'To send it again, sign it again with the present time.',
      });
    }
    if (this.#calls.size >= this.#capacity) this.#forgetExpired(now);
    if (this.#calls.size >= this.#capacity) {
      throw new TooManyCallsError('More signed calls came in the last minutes than can be remembered', {
        hint: 'Send fewer calls, or try again in a few minutes.',
      });
    }
    this.#calls.set(id, expiresAt.getTime());
  }

  /** For a call that was believed and could not be carried out: its sender may repeat it as it is. */
  forget({ id }: VerifiedCall): void {
    this.#calls.delete(id);
  }

  #forgetExpired(now: Date): void {
    for (const [id, expiresAt] of this.#calls) if (expiresAt <= now.getTime()) this.#calls.delete(id);
  }
}
