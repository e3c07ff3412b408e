/**
 * @module
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { OwnRules } from '../../core/capture/finder.ts';
import { createCapture } from '../../core/capture/index.ts';
import { connectionOf } from '../../core/config/opik.ts';
import { createOpikClient } from '../../core/opik/client.ts';
import type { OpikPort } from '../../core/opik/port.ts';
import { type RetryEvent, type RetryPolicy, withRetry } from '../../core/opik/retry.ts';
import type { Secrets } from './secrets.ts';

/**
 * Short of patience: a worker that waits costs money and holds a place in the queue. What lasts longer than this goes
 * back to the queue, which waits for nothing.
 */
const PATIENCE = { attempts: 6, baseDelayMs: 500, maxDelayMs: 10_000 } as const;
const MAX_WAIT_MS = 65_000;

export interface OpikConnectionSettings {
  readonly url: string | undefined;
  readonly secrets: Secrets;
  readonly own: OwnRules | undefined;
  readonly workspace: string | undefined;
  /** Milliseconds that this worker has left. */
  readonly timeLeftMs: number;
  readonly onRetry: (event: RetryEvent) => void;
}

/**
 * Opik, with retries that end before the worker's time does.
 *
 * @throws NoOpikCredentialsError
 */
export function connectOpik(settings: OpikConnectionSettings): OpikPort {
  const { workspace, secrets } = settings;
  const { url, apiKey } = connectionOf({ url: settings.url, apiKey: secrets.opik_api_key });
  const policy: RetryPolicy = { ...PATIENCE, deadlineMs: Math.min(settings.timeLeftMs, MAX_WAIT_MS) };
  return withRetry(clientFor(url, apiKey, workspace, secrets.redaction_key, settings.own), policy, {
    now: Date.now,
    sleep: async (ms, signal) => {
      await sleep(ms, undefined, signal === undefined ? {} : { signal });
    },
    random: Math.random,
    onRetry: settings.onRetry,
  });
}

/** Clients are kept over invocations, with their connections. */
const clients = new Map<string, OpikPort>();

function clientFor(
  url: string,
  apiKey: string | undefined,
  workspace: string | undefined,
  redactionKey: string | undefined,
  own: OwnRules | undefined,
): OpikPort {
  const name = JSON.stringify([url, apiKey, workspace, redactionKey]);
  const known = clients.get(name);
  if (known !== undefined) return known;
  const capture = createCapture({ mode: 'redacted', hmacKey: hmacKeyOf(redactionKey), own });
  const client = createOpikClient({ url, apiKey, workspace, redact: (text) => capture.name(text) });
  clients.set(name, client);
  return client;
}

export function hmacKeyOf(redactionKey: string | undefined): Uint8Array | undefined {
  return redactionKey === undefined ? undefined : new TextEncoder().encode(redactionKey);
}
