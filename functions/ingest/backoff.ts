/**
 * @module
 */
import type { Attempt } from '../../core/ingest/attempt.ts';
import { TimeUpError } from '../../core/ingest/errors.ts';
import { askedSeconds } from '../../core/ingest/hand-on.ts';
import { MAX_DELAY_SECONDS } from '../../core/ingest/queue.ts';

/** What will not heal by itself gets to the dead letters soon, and is seen. */
export const HOPELESS_SECONDS = 5;

/** Seconds until a failed message is worth another try: doubling, a little by chance, and never before Opik allows. */
export function backoffSeconds(
  { failure, error }: Extract<Attempt, { ok: false }>,
  attempt: number,
  baseSeconds: number,
): number {
  if (!failure.retryable) return Math.min(HOPELESS_SECONDS, baseSeconds);
  // Nothing went wrong: the next worker can go on at once.
  if (error instanceof TimeUpError) return 0;
  const seconds = Math.min(MAX_DELAY_SECONDS, baseSeconds * 2 ** (attempt - 1));
  const own = seconds * (0.75 + Math.random() / 2);
  return Math.ceil(Math.min(MAX_DELAY_SECONDS, Math.max(askedSeconds(error), own)));
}
