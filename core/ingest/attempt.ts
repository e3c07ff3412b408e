/**
 * One try at a message, and the record of what went wrong with it.
 *
 * @module
 */
import { createCapture } from '../capture/index.ts';
import type { ObjectStore } from '../store/port.ts';
import type { IngestContext } from './context.ts';
import { TimeUpError } from './errors.ts';
import { describeFailure, type Failure, FailureStore, isFailureOf } from './failure.ts';
import { type HandOver, handOver } from './hand-on.ts';
import type { Message } from './messages.ts';
import { ReceiptStore } from './receipt-store.ts';
import { signalled } from './signalled-store.ts';
import { type StepOutcome, type StepSettings, takeStep } from './steps.ts';

export interface AttemptSettings extends StepSettings {
  /** Tries before the message is among the dead letters. */
  readonly maxAttempts: number;
  /** Given by a worker whose queue counts deliveries, so that what only lacked time is handed on and not counted. */
  readonly stops?: Stops | undefined;
}

/** What a worker knows of why it stopped. */
export interface Stops {
  readonly hadWholeTime: boolean;
  readonly wasLimited: () => boolean;
}

export type Attempt =
  | { readonly ok: true; readonly outcome: StepOutcome }
  | {
      readonly ok: false;
      readonly failure: Failure;
      /** The first word that the bundle cannot be delivered; false when that was known. */
      readonly news: boolean;
      readonly error: unknown;
      /** A fresh message is in the queue for the step, after so many seconds: this one is done with. */
      readonly handedOn?: { readonly delaySeconds: number };
      /** Set when the queue did not take that message: this one has to come back. */
      readonly notHandedOn?: unknown;
      /** Set when the failure could not be written into the store. */
      readonly unwritten?: unknown;
    };

type Failed = Extract<Attempt, { ok: false }>;

/**
 * Takes a message's step, and writes down why when it fails.
 *
 * Guarantees: never rejects; a failure is in the store when this resolves, or `unwritten` says why not; when the signal
 * ends the step, that is the failure, whatever error it came out as; whoever dies in it at any point leaves a message in
 * the queue, the old one, the fresh one or both.
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
): Promise<Failed> {
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
  const record = (each: Failure): Promise<Failed> => write(settings.store, message, each, error, context);
  const successor = await successorOf(message, settings, error, context);
  if (successor === undefined) return record(failure);
  // Written first: a worker that dies of it has sent nothing yet, so that its message does not become two.
  const passing = await record({ ...failure, final: false });
  const { delaySeconds } = successor;
  try {
    await settings.queue.send([successor.message], { delaySeconds });
    return { ...passing, handedOn: { delaySeconds } };
  } catch (notHandedOn) {
    return { ...(failure.final ? await record(failure) : passing), notHandedOn };
  }
}

async function successorOf(
  message: Message,
  { worker, store, now, stops }: AttemptSettings,
  error: unknown,
  context: IngestContext | undefined,
): Promise<HandOver | undefined> {
  if (stops === undefined) return undefined;
  const { hadWholeTime, wasLimited } = stops;
  const { attempt, firstSeenAt } = worker;
  const isPlan = message.kind === 'bundle' && error instanceof TimeUpError;
  const itemsDone = isPlan && context !== undefined ? await itemsDoneOf(context, store) : undefined;
  return handOver({
    message,
    error,
    attempt,
    firstSeenAt,
    now: now(),
    hadWholeTime,
    wasLimited: wasLimited(),
    itemsDone,
  });
}

/** Not by the context's own store, which has ended with its signal. */
async function itemsDoneOf(
  { bundle, receiptStore }: IngestContext,
  store: ObjectStore,
): Promise<number | undefined> {
  try {
    return await new ReceiptStore(store, bundle.path, receiptStore.destination).readItemsDone();
  } catch {
    // A store that fails now tells of no progress, and the try counts.
    return undefined;
  }
}

async function write(
  store: ObjectStore,
  message: Message,
  failure: Failure,
  error: unknown,
  context: IngestContext | undefined,
): Promise<Failed> {
  const destination = context?.receiptStore.destination;
  try {
    const failures = new FailureStore(store, failure.bundle);
    const before = await failures.read(destination);
    // What another step ended with stays the word until that step is tried again.
    const isHidden = before?.final === true && !failure.final && !isFailureOf(before, message);
    if (!isHidden) await failures.write(after(before, failure), destination);
    return { ok: false, failure, news: failure.final && before?.final !== true, error };
  } catch (unwritten) {
    return { ok: false, failure, news: failure.final, error, unwritten };
  }
}

/** The failure with what is kept of the one before. */
function after(before: Failure | undefined, failure: Failure): Failure {
  if (before === undefined) return failure;
  const [first_seen_at = failure.first_seen_at] = [failure.first_seen_at, before.first_seen_at].sort();
  const { replayed_at } = before;
  return { ...failure, first_seen_at, ...(replayed_at === undefined ? {} : { replayed_at }) };
}

function timeUp(cause: unknown): TimeUpError {
  return new TimeUpError('The time of this worker was up before the step was done', {
    hint: 'Another worker goes on. If it happens at every try, give the function more time.',
    cause,
  });
}
