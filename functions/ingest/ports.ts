/**
 * @module
 */
import type { AttemptSettings } from '../../core/ingest/attempt.ts';
import { connectOpik, hmacKeyOf } from '../runtime/opik.ts';
import { describeError } from '../runtime/telemetry.ts';
import { VERSION } from '../runtime/version.ts';
import type { Delivery } from './delivery.ts';

/** What core needs for one try at a message. */
export function attemptSettings({ record, runtime, deadline, report }: Delivery): AttemptSettings {
  const { environment, store, queue, secrets } = runtime;
  const { logger, telemetry, attempt } = report;
  let retries = 0;
  return {
    store,
    queue,
    opik: async (workspace) =>
      connectOpik({
        url: environment.opikUrl,
        secrets: await secrets.read(),
        workspace,
        timeLeftMs: deadline.leftMs(),
        onRetry: ({ route, error, attempt: tries, delayMs }) => {
          retries += 1;
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
    }),
    overrides: environment.overrides,
    defaultProject: environment.defaultProject,
    worker: {
      toolVersion: VERSION,
      attempt,
      firstSeenAt: new Date(record.attributes.ApproximateFirstReceiveTimestamp ?? Date.now()),
      retries: () => retries,
    },
    maxAttempts: environment.maxReceives,
    now: () => new Date(),
    signal: deadline.signal,
  };
}
