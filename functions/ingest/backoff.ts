/**
 * @module
 */
import type { Attempt } from '../../core/ingest/attempt.ts';
import { TimeUpError } from '../../core/ingest/errors.ts';
import { OpikRequestError } from '../../core/opik/errors.ts';

const MAX_SECONDS = 900;
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
  const seconds = Math.min(MAX_SECONDS, baseSeconds * 2 ** (attempt - 1));
  const asked = error instanceof OpikRequestError ? (error.retryAfterMs ?? 0) / 1000 : 0;
  return Math.ceil(Math.min(MAX_SECONDS, Math.max(asked, seconds * (0.75 + Math.random() / 2))));
}
