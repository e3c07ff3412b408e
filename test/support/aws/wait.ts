/**
 * @module
 */
import { setTimeout as sleep } from 'node:timers/promises';

export interface WaitOptions {
  /** Milliseconds; default 60 s. */
  readonly timeoutMs?: number;
  readonly everyMs?: number;
  /** What is known when time is up, for the error. */
  readonly report?: () => unknown;
}

/**
 * Asks until there is an answer, and gives it.
 *
 * @throws Error that names what was waited for, after the deadline
 */
export async function waitFor<Value>(
  what: string,
  look: () => Promise<Value | undefined> | Value | undefined,
  { timeoutMs = 60_000, everyMs = 200, report }: WaitOptions = {},
): Promise<Value> {
  const until = Date.now() + timeoutMs;
  for (;;) {
    const seen = await look();
    if (seen !== undefined && seen !== false) return seen;
    if (Date.now() >= until) {
      const known = report === undefined ? '' : `: ${JSON.stringify(await report(), null, 1)}`;
      throw new Error(`${what} did not happen within ${timeoutMs / 1000} s${known}`);
    }
    await sleep(everyMs);
  }
}
