/**
 * One try at a message in this process, and what is said of it.
 *
 * @module
 */
import { AgentvOpikError } from '../../core/errors.ts';
import { attemptStep } from '../../core/ingest/attempt.ts';
import type { DestinationOverrides } from '../../core/ingest/context.ts';
import type { Failure } from '../../core/ingest/failure.ts';
import { askedSeconds } from '../../core/ingest/hand-on.ts';
import type { Queue } from '../../core/ingest/queue.ts';
import type { StepOutcome } from '../../core/ingest/steps.ts';
import type { ObjectStore } from '../../core/store/port.ts';
import { captureSettings } from '../capture.ts';
import type { CliContext } from '../context.ts';
import type { LoadedSettings } from '../settings.ts';
import { VERSION } from '../version.ts';
import type { ServeEvent } from './events.ts';
import type { Outcome, Try } from './local-queue.ts';
import type { OpikPool } from './opik-pool.ts';

export interface WorkerSettings {
  readonly context: CliContext;
  readonly settings: LoadedSettings;
  readonly store: ObjectStore;
  readonly opik: OpikPool;
  readonly maxAttempts: number;
  /** Milliseconds before the next try, after so many. */
  readonly backoff: (attempts: number) => number;
  readonly report: (event: ServeEvent) => void;
  /** Called for a message that is not tried again. */
  readonly onGivenUp: (failure: Failure) => void;
}

export type Work = (attempt: Try, queue: Queue) => Promise<Outcome>;

/** Guarantee: the work never rejects; what fails is in a receipt before it is said. */
export function createWorker(worker: WorkerSettings): Work {
  const { context, settings, store, opik, maxAttempts, backoff, report } = worker;
  const { values, origins } = settings;
  // What somebody put down in ~/.opik.config for his own experiments does not overrule an uploader.
  const isPersonal = origins.project === 'opik-config';
  const overrides: DestinationOverrides = {
    project: isPersonal ? undefined : values.project,
    dataset: values.dataset,
    experimentName: values.experiment_name,
    groupBy: values.group_by,
    assertions: values.assertions,
  };

  return async ({ message, attempt, firstSeenAt, signal }, queue) => {
    const outcome = await opik.counting((retries) =>
      attemptStep(message, {
        store,
        queue,
        opik: async (workspace) => opik.of(workspace),
        workspace: values.workspace,
        capture: async () => captureSettings(context, settings),
        overrides,
        worker: { toolVersion: VERSION, attempt, firstSeenAt, retries },
        maxAttempts,
        now: context.now,
        signal,
      }),
    );
    if (outcome.ok) {
      const event = eventOf(message.bundle, outcome.outcome);
      if (event !== undefined) report(event);
      return 'done';
    }
    const { failure, unwritten } = outcome;
    const { bundle, step, code, hint } = failure;
    if (unwritten !== undefined) report({ event: 'receipt_not_written', bundle, code: codeOf(unwritten) });
    // Never before Opik allows.
    const againInMs = Math.max(backoff(attempt), askedSeconds(outcome.error) * 1000);
    if (signal.aborted) report({ event: 'interrupted', bundle, step });
    else if (failure.final) {
      worker.onGivenUp(failure);
      report({ event: 'gave_up', bundle, step, code, ...(hint === undefined ? {} : { hint }) });
    } else {
      const attempts = maxAttempts;
      report({ event: 'retrying', bundle, step, code, attempt, attempts, delay_ms: againInMs });
    }
    return { againInMs };
  };
}

function eventOf(bundle: string, outcome: StepOutcome): ServeEvent | undefined {
  if (outcome.did === 'finished') {
    const { status, results, rejected_count, experiment_url } = outcome.receipt;
    return { event: 'delivered', bundle, status, results, rejected: rejected_count, experiment_url };
  }
  if (outcome.did === 'superseded') return { event: 'superseded', bundle, by: outcome.by };
  if (outcome.did === 'nothing' && outcome.because === 'delivered-before')
    return { event: 'unchanged', bundle };
  return undefined;
}

export function codeOf(error: unknown): string {
  return error instanceof AgentvOpikError ? error.code : 'UNEXPECTED';
}
