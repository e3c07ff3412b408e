/**
 * @module
 */
import { connectionOf } from '../core/config/index.ts';
import { createOpikClient } from '../core/opik/client.ts';
import type { OpikPort } from '../core/opik/port.ts';
import { DEFAULT_RETRY, withRetry } from '../core/opik/retry.ts';
import { redactorFor } from './capture.ts';
import { renderRetry } from './render/messages.ts';
import type { Session } from './session.ts';
import type { LoadedSettings } from './settings.ts';

/**
 * Opik as the environment names it, with retries that a person is told of.
 *
 * @throws NoOpikCredentialsError
 */
export function connectOpik(
  { context, output }: Session,
  settings: LoadedSettings,
  workspace?: string,
): OpikPort {
  const { url, apiKey } = connectionOf(settings.opik);
  const client = createOpikClient({ url, apiKey, workspace, redact: redactorFor(context, settings) });
  return withRetry(client, DEFAULT_RETRY, {
    now: () => context.now().getTime(),
    sleep: (ms) => context.sleep(ms, context.signal),
    random: Math.random,
    onRetry: ({ error, attempt, delayMs }) =>
      output.note(renderRetry(error.message, attempt + 1, DEFAULT_RETRY.attempts, delayMs)),
  });
}

/** @throws NoOpikCredentialsError */
export function requireOpik(settings: LoadedSettings): void {
  connectionOf(settings.opik);
}
