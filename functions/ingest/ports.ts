/**
 * @module
 */
import type { AttemptSettings } from '../../core/ingest/attempt.ts';
import type { Message } from '../../core/ingest/messages.ts';
import { OpikRateLimitError } from '../../core/opik/errors.ts';
import { connectOpik, hmacKeyOf } from '../runtime/opik.ts';
import { describeError } from '../runtime/telemetry.ts';
import { VERSION } from '../runtime/version.ts';
import type { QueueRecord } from './batch.ts';
import type { Delivery } from './delivery.ts';

/** Which try at a step this is, and since when it is asked for: this message's deliveries, and those before it. */
export function triesOf(
  { attributes }: QueueRecord,
  { handed_on }: Message,
): { readonly attempt: number; readonly firstSeenAt: Date } {
  const { ApproximateReceiveCount: receives, ApproximateFirstReceiveTimestamp: received } = attributes;
  return {
    attempt: (handed_on?.attempts ?? 0) + receives,
    firstSeenAt: new Date(handed_on?.first_seen_at ?? received ?? Date.now()),
  };
}

/** What core needs for one try at a message. */
export function attemptSettings(
  { record, runtime, deadline, report }: Delivery,
  message: Message,
): AttemptSettings {
  const { environment, store, queue, secrets, own } = runtime;
  const { logger, telemetry } = report;
  let retries = 0;
  let wasLimited = false;
  return {
    store,
    queue,
    opik: async (workspace) =>
      connectOpik({
        url: environment.opikUrl,
        secrets: await secrets.read(),
        own,
        workspace,
        timeLeftMs: deadline.leftMs(),
        onRetry: ({ route, error, attempt: tries, delayMs }) => {
          retries += 1;
          wasLimited ||= error instanceof OpikRateLimitError;
          telemetry.count('retries');
          logger.warn('retrying', {
            route,
            tries,
            delay_ms: Math.round(delayMs),
            error: describeError(error),
          });
        },
      }),
    workspace: environment.workspace,
    capture: async () => ({
      mode: environment.capture,
      hmacKey: hmacKeyOf((await secrets.read()).redaction_key),
      own,
    }),
    overrides: environment.overrides,
    defaultProject: environment.defaultProject,
    worker: {
      toolVersion: VERSION,
      ...triesOf(record, message),
      retries: () => retries,
    },
    // The queue counts this message's deliveries alone.
    maxAttempts: environment.maxReceives + (message.handed_on?.attempts ?? 0),
    stops: { hadWholeTime: deadline.isWhole(), wasLimited: () => wasLimited },
    now: () => new Date(),
    signal: deadline.signal,
  };
}
