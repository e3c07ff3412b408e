/**
 * Trying again, as often as it can help and no longer.
 *
 * @module
 */
import { OpikDeadlineError, OpikNetworkError, OpikRateLimitError, OpikRequestError } from './errors.ts';
import type { OpikPort } from './port.ts';
import type { OpikRoute } from './wire.ts';

export interface RetryPolicy {
  /** Tries in all, the first included. */
  readonly attempts: number;
  /** Wait before the second try; doubles with each further one. Milliseconds. */
  readonly baseDelayMs: number;
  readonly maxDelayMs: number;
  /** No try starts, and no wait ends, later than this after the first one began. Milliseconds. */
  readonly deadlineMs: number;
}

export const DEFAULT_RETRY: RetryPolicy = {
  attempts: 8,
  baseDelayMs: 500,
  maxDelayMs: 30_000,
  deadlineMs: 300_000,
};

/** Time and chance, for tests to replace. */
export interface RetryEnvironment {
  readonly now: () => number;
  readonly sleep: (ms: number, signal?: AbortSignal) => Promise<void>;
  /** 0 ≤ random < 1. */
  readonly random: () => number;
  readonly onRetry?: (event: RetryEvent) => void;
}

export interface RetryEvent {
  readonly route: OpikRoute;
  readonly error: OpikRequestError;
  readonly attempt: number;
  readonly delayMs: number;
}

/**
 * A port that retries what is worth retrying.
 *
 * Guarantees:
 * - only errors with `retryable` are tried again, each call at most `attempts` times and within the deadline;
 * - a 429 holds back every call through this port until the server's time is over, not only the one that got it;
 * - `experiments.finish`, which fires people's alerts, is never repeated when its outcome is unknown.
 *
 * @throws what the port throws last, or OpikDeadlineError
 */
export function withRetry(port: OpikPort, policy: RetryPolicy, environment: RetryEnvironment): OpikPort {
  let pausedUntil = 0;

  return {
    url: port.url,
    async send(route, body, options) {
      const signal = options?.signal;
      const start = environment.now();
      for (let attempt = 1; ; attempt += 1) {
        const pause = pausedUntil - environment.now();
        if (pause > 0) await environment.sleep(pause, signal);
        try {
          return await port.send(route, body, options);
        } catch (error) {
          if (!(error instanceof OpikRequestError) || !mayRepeat(route, error) || attempt >= policy.attempts)
            throw error;
          const delayMs = delayBefore(attempt, error, policy, environment.random);
          if (environment.now() + delayMs - start > policy.deadlineMs) throw deadline(error, policy);
          if (error instanceof OpikRateLimitError)
            pausedUntil = Math.max(pausedUntil, environment.now() + delayMs);
          environment.onRetry?.({ route, error, attempt, delayMs });
          await environment.sleep(delayMs, signal);
        }
      }
    },
  };
}

function mayRepeat(route: OpikRoute, error: OpikRequestError): boolean {
  if (route === 'experiments.finish' && error instanceof OpikNetworkError) return false;
  return error.retryable;
}

/** Full jitter over an exponential, or the server's own time and a little jitter. */
function delayBefore(
  attempt: number,
  error: OpikRequestError,
  { baseDelayMs, maxDelayMs }: RetryPolicy,
  random: () => number,
): number {
  if (error.retryAfterMs !== undefined) return error.retryAfterMs + random() * baseDelayMs;
  const ceiling = Math.min(maxDelayMs, baseDelayMs * 2 ** (attempt - 1));
  return ceiling / 2 + (random() * ceiling) / 2;
}

function deadline(error: OpikRequestError, policy: RetryPolicy): OpikDeadlineError {
  return new OpikDeadlineError(
    `Opik did not take ${error.route} within ${Math.round(policy.deadlineMs / 1000)} s: ${error.message}`,
    {
      route: error.route,
      cause: error,
      hint: 'What was delivered stays delivered; run the same command again to send the rest.',
      ...(error.status === undefined ? {} : { status: error.status }),
    },
  );
}
