/**
 * @module
 */
import { RateLimitError } from './errors.ts';

export interface RateLimitSettings {
  readonly perSecond: number;
  readonly burst: number;
  readonly now: () => Date;
}

/** A bucket of tokens: `burst` at once, then `perSecond` of them. One for the process, so that its size is bounded. */
export class RateLimit {
  readonly #settings: RateLimitSettings;
  #tokens: number;
  #at: number;

  constructor(settings: RateLimitSettings) {
    this.#settings = settings;
    this.#tokens = settings.burst;
    this.#at = settings.now().getTime();
  }

  /** @throws RateLimitError */
  take(): void {
    const seconds = this.tryTake();
    if (seconds > 0) throw new RateLimitError(seconds);
  }

  /** Gives 0, or after how many seconds to try again. */
  tryTake(): number {
    const { perSecond, burst, now } = this.#settings;
    const at = now().getTime();
    // A clock that was set back gives nothing and takes nothing.
    const passed = Math.max(0, at - this.#at) / 1000;
    this.#tokens = Math.min(burst, this.#tokens + passed * perSecond);
    this.#at = at;
    if (this.#tokens < 1) return Math.max(1, Math.ceil((1 - this.#tokens) / perSecond));
    this.#tokens -= 1;
    return 0;
  }
}
