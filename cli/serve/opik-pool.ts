/**
 * @module
 */
import { AsyncLocalStorage } from 'node:async_hooks';
import { connectionOf } from '../../core/config/index.ts';
import { createOpikClient } from '../../core/opik/client.ts';
import type { OpikPort } from '../../core/opik/port.ts';
import { DEFAULT_RETRY, withRetry } from '../../core/opik/retry.ts';
import { redactorFor } from '../capture.ts';
import type { CliContext } from '../context.ts';
import type { LoadedSettings } from '../settings.ts';

export interface OpikPool {
  /** The same port for the same workspace: a rate limit holds back all its calls. */
  readonly of: (workspace: string | undefined) => OpikPort;
  /** Runs a step, which is told how many of its own calls were repeated so far. */
  readonly counting: <Value>(step: (retries: () => number) => Promise<Value>) => Promise<Value>;
}

/** Shorter than a person's patience: what lasts longer waits in the queue, where it holds back nothing else. */
const PATIENCE = { ...DEFAULT_RETRY, attempts: 6, deadlineMs: 60_000 };

/** @throws NoOpikCredentialsError */
export function createOpikPool(context: CliContext, settings: LoadedSettings): OpikPool {
  const { url, apiKey } = connectionOf(settings.opik);
  const redact = redactorFor(context, settings);
  const ports = new Map<string | undefined, OpikPort>();
  // Steps share ports, and each counts for itself.
  const counters = new AsyncLocalStorage<{ retries: number }>();
  return {
    of(workspace) {
      const known = ports.get(workspace);
      if (known !== undefined) return known;
      const port = withRetry(createOpikClient({ url, apiKey, workspace, redact }), PATIENCE, {
        now: () => context.now().getTime(),
        sleep: (ms, signal) => context.sleep(ms, signal),
        random: Math.random,
        onRetry: () => {
          const counter = counters.getStore();
          if (counter !== undefined) counter.retries += 1;
        },
      });
      ports.set(workspace, port);
      return port;
    },
    counting(step) {
      const counter = { retries: 0 };
      return counters.run(counter, () => step(() => counter.retries));
    },
  };
}
