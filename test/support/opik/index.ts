import { makeClock } from './clock.ts';
import { makeControl } from './control.ts';
import type { Fault } from './faults.ts';
import { type OpikStandInOptions, settingsFrom } from './options.ts';
import { makeRequestLog, type RecordedRequest } from './requestLog.ts';
import { makeRouter } from './router.ts';
import { allRoutes } from './routes/index.ts';
import { makeEngine } from './server.ts';
import { takeSnapshot } from './snapshot.ts';
import { OpikState } from './state/state.ts';

export type { Fault, FaultKind, FaultRequest } from './faults.ts';
export type { OpikStandInOptions, RateLimitOptions } from './options.ts';
export type { RecordedRequest } from './requestLog.ts';
export type * from './state/rows.ts';
export { type Counts, OpikState } from './state/state.ts';

export interface OpikStandIn {
  /** API base, such as `http://127.0.0.1:41234/api`; the same paths are served without `/api` too. */
  readonly url: string;
  readonly state: OpikState;
  /** What a person can see in Opik, as canonical JSON without server-made times: equal states give equal text. */
  snapshot(): string;
  /** The same with `created_at` and `last_updated_at`, which shows whether anything was sent again. */
  fullSnapshot(): string;
  readonly requests: readonly RecordedRequest[];
  /** The ids of each POST /experiments/finish. */
  readonly finishCalls: readonly (readonly string[])[];
  fault(fault: Fault): void;
  /** Forgets faults and starts counting positions anew. */
  clearFaults(): void;
  /** Back to an empty server: rows, requests, faults, rate limits. */
  reset(): void;
  close(): Promise<void>;
}

/**
 * Starts a server that behaves like Opik's backend 2.1.24 towards a client: it refuses what Opik refuses, with the same
 * bodies, and upserts as Opik upserts.
 */
export async function startOpikStandIn(options: OpikStandInOptions = {}): Promise<OpikStandIn> {
  return (await startControlled(options, false)).standIn;
}

/** The same with the control API under /__control/ when asked. */
export async function startControlled(options: OpikStandInOptions, withControl: boolean) {
  const settings = settingsFrom(options);
  const state = new OpikState();
  const log = makeRequestLog(settings.recordRequests);
  const router = makeRouter(allRoutes({ state, settings, clock: makeClock() }));
  const control = withControl ? makeControl(() => standIn) : undefined;
  const engine = makeEngine(settings, router, log, control);
  const port = await engine.listen();
  const standIn: OpikStandIn = {
    url: `http://127.0.0.1:${port}/api`,
    state,
    snapshot: () => takeSnapshot(state, 'plain'),
    fullSnapshot: () => takeSnapshot(state, 'full'),
    requests: log.requests,
    finishCalls: state.finishCalls,
    fault: (fault) => engine.faults.add(fault),
    clearFaults: () => engine.faults.clear(),
    reset() {
      state.clear();
      log.clear();
      engine.faults.clear();
      engine.limiter.reset();
    },
    close: () => engine.close(),
  };
  return { standIn };
}
