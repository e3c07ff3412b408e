/**
 * One try at a message, and the record of what went wrong with it.
 *
 * @module
 */
import { createCapture } from '../capture/index.ts';
import type { ObjectStore } from '../store/port.ts';
import type { IngestContext } from './context.ts';
import { TimeUpError } from './errors.ts';
import { describeFailure, type Failure, FailureStore } from './failure.ts';
import type { Message } from './messages.ts';
import { signalled } from './signalled-store.ts';
import { type StepOutcome, type StepSettings, takeStep } from './steps.ts';

export interface AttemptSettings extends StepSettings {
  /** Tries before the message is among the dead letters. */
  readonly maxAttempts: number;
}

export type Attempt =
  | { readonly ok: true; readonly outcome: StepOutcome }
  | {
      readonly ok: false;
      readonly failure: Failure;
      /** The first word that the bundle cannot be delivered; false when that was known. */
      readonly news: boolean;
      readonly error: unknown;
      /** Set when the failure could not be written into the store. */
      readonly unwritten?: unknown;
    };

/**
 * Takes a message's step, and writes down why when it fails.
 *
 * Guarantees: never rejects; a failure is in the store when this resolves, or `unwritten` says why not; when the signal
 * ends the step, that is the failure, whatever error it came out as.
 */
export async function attemptStep(message: Message, settings: AttemptSettings): Promise<Attempt> {
  let context: IngestContext | undefined;
  try {
    const outcome = await takeStep(message, {
      ...settings,
      store: settings.signal === undefined ? settings.store : signalled(settings.store, settings.signal),
      onContext: (known) => {
        context = known;
        settings.onContext?.(known);
      },
    });
    return { ok: true, outcome };
  } catch (error) {
    return fail(message, settings, settings.signal?.aborted ? timeUp(error) : error, context);
  }
}

async function fail(
  message: Message,
  settings: AttemptSettings,
  error: unknown,
  context: IngestContext | undefined,
): Promise<Attempt> {
  const { worker, maxAttempts, now } = settings;
  const redactor = createCapture({ mode: 'redacted' });
  const failure = describeFailure({
    message,
    error,
    attempts: worker.attempt,
    maxAttempts,
    firstSeenAt: worker.firstSeenAt,
    now: now(),
    toolVersion: worker.toolVersion,
    redact: (text) => redactor.name(text),
  });
  try {
    const news = await write(settings.store, failure, context?.receiptStore.destination);
    return { ok: false, failure, news, error };
  } catch (unwritten) {
    return { ok: false, failure, news: failure.final, error, unwritten };
  }
}

async function write(
  store: ObjectStore,
  failure: Failure,
  destination: string | undefined,
): Promise<boolean> {
  const failures = new FailureStore(store, failure.bundle);
  const before = await failures.read(destination);
  const [first_seen_at = failure.first_seen_at] = [failure, before ?? failure]
    .map((each) => each.first_seen_at)
    .sort();
  await failures.write({ ...failure, first_seen_at }, destination);
  return failure.final && before?.final !== true;
}

function timeUp(cause: unknown): TimeUpError {
  return new TimeUpError('The time of this worker was up before the step was done', {
    hint: 'Another worker goes on. If it happens at every try, give the function more time.',
    cause,
  });
}
