/**
 * The ingestion as steps over a queue: a bundle's message makes the plan and one message for each part, the last part's
 * makes the message that finishes. The command line calls the same three functions in one process (`ingest.ts`).
 *
 * @module
 */
import { type Bundle, openBundle } from '../bundle/read.ts';
import { type CaptureSettings, recapture } from '../capture/index.ts';
import type { OpikPort } from '../opik/port.ts';
import type { ObjectStore } from '../store/port.ts';
import { createContext, type DestinationOverrides, type IngestContext, type Worker } from './context.ts';
import { removeFailures } from './delivery-record.ts';
import { SupersededError, UnknownPartError } from './errors.ts';
import { FailureStore, isFailureOf } from './failure.ts';
import { finishIngestion } from './finish.ts';
import { bundleMessage, MESSAGE_SCHEMA, type Message } from './messages.ts';
import { refuseSuperseded } from './newest.ts';
import { ingestPart } from './part.ts';
import { planIngestion } from './plan.ts';
import type { Queue } from './queue.ts';
import type { PartReceipt, Plan, Receipt } from './receipt.ts';

export interface StepSettings {
  /** Bundles and receipts. */
  readonly store: ObjectStore;
  readonly queue: Queue;
  /** Opik as one workspace sees it; undefined is the key's own. */
  readonly opik: (workspace: string | undefined) => Promise<OpikPort>;
  /** Wins over the uploader's. */
  readonly workspace?: string | undefined;
  /** Of this side; the uploader's mode counts where it is stricter. */
  readonly capture: () => Promise<CaptureSettings>;
  readonly overrides?: DestinationOverrides | undefined;
  /** Where a bundle goes that names no project. */
  readonly defaultProject?: string | undefined;
  readonly worker: Worker;
  readonly now: () => Date;
  readonly signal?: AbortSignal;
  /** Called as soon as the bundle and its destination are known. */
  readonly onContext?: (context: IngestContext) => void;
}

/** What a step did. */
export type StepOutcome =
  | { readonly did: 'planned'; readonly plan: Plan; readonly parts: number; readonly anew: boolean }
  | {
      readonly did: 'part';
      readonly receipt: PartReceipt;
      readonly redactions: number;
      readonly last: boolean;
    }
  | { readonly did: 'finished'; readonly receipt: Receipt }
  /** Another message did it before. */
  | { readonly did: 'nothing'; readonly because: 'delivered-before' | 'part-there' | 'other-destination' }
  /** There is no plan for where it would go now: the bundle was put in the queue again. */
  | { readonly did: 'sent-back' }
  | { readonly did: 'superseded'; readonly by: string };

/**
 * Takes one step.
 *
 * Guarantees: taken any number of times, by any number of workers at once and in any order, the bundle ends in the same
 * state as ingested directly; whatever step is lost, a bundle message makes up for it; no step makes another of its own
 * kind, so that nothing runs in circles; a failure that had been final is not, from when its step is taken up again.
 *
 * @throws what {@link planIngestion}, {@link ingestPart} and {@link finishIngestion} throw, but for SupersededError
 */
export async function takeStep(message: Message, settings: StepSettings): Promise<StepOutcome> {
  await reopenFailure(settings, message);
  const context = await contextOf(message, settings);
  settings.onContext?.(context);
  try {
    if (message.kind === 'bundle') return await planAndSend(context, settings, message);
    if (message.destination !== context.receiptStore.destination) {
      return await leaveOrSendBack(context, settings.queue);
    }
    await reopenFailure(settings, message, message.destination);
    const plan = await currentPlan(context);
    if (plan === undefined) return await sendBack(context, settings.queue);
    if (message.kind === 'part') return await takePart(context, settings.queue, message.part);
    return await finish(context, plan);
  } catch (error) {
    if (error instanceof SupersededError) return { did: 'superseded', by: error.by };
    throw error;
  }
}

async function contextOf(message: Message, settings: StepSettings): Promise<IngestContext> {
  const { store, capture, signal } = settings;
  const bundle = await openBundle(store, message.bundle);
  const { destination, capture: uploaded } = bundle.manifest;
  const workspace = settings.workspace ?? destination.workspace;
  return createContext({
    bundle,
    receipts: store,
    opik: await settings.opik(workspace),
    workspace,
    capture: recapture(await capture(), uploaded.mode),
    overrides: {
      ...settings.overrides,
      project: settings.overrides?.project ?? destination.project ?? settings.defaultProject,
    },
    now: settings.now,
    worker: settings.worker,
    ...(signal === undefined ? {} : { signal }),
  });
}

/**
 * A bundle's message sends out all that is missing, so that whatever failed is tried again; another is for its own step.
 * Only one that comes for the first time is somebody's new order: the next deliveries are tries of the same.
 */
async function reopenFailure(
  { store, worker, now }: StepSettings,
  message: Message,
  destination?: string,
): Promise<void> {
  if (worker.attempt > (message.handed_on?.attempts ?? 0) + 1) return;
  await new FailureStore(store, message.bundle).reopen(
    now(),
    destination,
    (failure) => message.kind === 'bundle' || isFailureOf(failure, message),
  );
}

async function planAndSend(
  context: IngestContext,
  settings: StepSettings,
  message: Message,
): Promise<StepOutcome> {
  const { bundle, receiptStore } = context;
  if (await isDelivered(context)) return { did: 'nothing', because: 'delivered-before' };
  await reopenFailure(settings, message, receiptStore.destination);
  const known = await currentPlan(context);
  if (known !== undefined) await refuseSuperseded(bundle);
  const plan = known ?? (await planIngestion(context));

  const missing = await receiptStore.missingOf(bundle.parts);
  await send(
    context,
    settings.queue,
    missing.length === 0 ? [finishMessage(context)] : partMessages(context, missing),
  );
  return { did: 'planned', plan, parts: missing.length, anew: known === undefined };
}

async function takePart(context: IngestContext, queue: Queue, index: number): Promise<StepOutcome> {
  const { bundle, capture, receiptStore } = context;
  const part = bundle.parts[index];
  if (part === undefined) {
    throw new UnknownPartError(`${bundle.uri} has ${bundle.parts.length} parts, and none of number ${index}`);
  }
  if (await isDelivered(context)) return { did: 'nothing', because: 'delivered-before' };
  const known = (await receiptStore.missingOf([part])).length === 0;
  const receipt = known ? undefined : await ingestPart(context, part);
  // Also by a part that was there: the worker that wrote it may have died before it sent this.
  const last = (await receiptStore.missingOf(bundle.parts)).length === 0;
  if (last) await send(context, queue, [finishMessage(context)]);
  if (receipt === undefined) return { did: 'nothing', because: 'part-there' };
  return { did: 'part', receipt, redactions: redactionsOf(capture.counts.by_rule), last };
}

async function finish(context: IngestContext, plan: Plan): Promise<StepOutcome> {
  if (await isDelivered(context)) {
    // The worker that finished may have died before it did this.
    await removeFailures(context);
    return { did: 'nothing', because: 'delivered-before' };
  }
  const receipt = await finishIngestion(context, plan);
  await removeFailures(context);
  return { did: 'finished', receipt };
}

/** A message of before the destination was changed here. Its successors may be on their way; nobody else sees to it. */
async function leaveOrSendBack(context: IngestContext, queue: Queue): Promise<StepOutcome> {
  if ((await currentPlan(context)) === undefined) return sendBack(context, queue);
  return { did: 'nothing', because: 'other-destination' };
}

async function sendBack(context: IngestContext, queue: Queue): Promise<StepOutcome> {
  await send(context, queue, [bundleMessage(context.bundle.path)]);
  return { did: 'sent-back' };
}

async function isDelivered({ receiptStore, destination }: IngestContext): Promise<boolean> {
  const receipt = await receiptStore.readReceipt();
  return receipt?.destination.experiment_name === destination.experiment_name;
}

/** The plan for this destination under its present name. */
async function currentPlan({ receiptStore, destination }: IngestContext): Promise<Plan | undefined> {
  const plan = await receiptStore.readPlan();
  return plan?.destination.experiment_name === destination.experiment_name ? plan : undefined;
}

function partMessages({ bundle, receiptStore }: IngestContext, missing: Bundle['parts']): Message[] {
  const wanted = new Set(missing.map(({ path }) => path));
  return bundle.parts.flatMap(({ path }, part) =>
    wanted.has(path) ? [messageTo(bundle, receiptStore.destination, { kind: 'part', part })] : [],
  );
}

function finishMessage({ bundle, receiptStore }: IngestContext): Message {
  return messageTo(bundle, receiptStore.destination, { kind: 'finish' });
}

function messageTo(
  { path }: Bundle,
  destination: string,
  step: { kind: 'part'; part: number } | { kind: 'finish' },
): Message {
  return { schema: MESSAGE_SCHEMA, bundle: path, destination, ...step };
}

function send({ signal }: IngestContext, queue: Queue, messages: readonly Message[]): Promise<void> {
  return queue.send(messages, signal === undefined ? {} : { signal });
}

function redactionsOf(byRule: Readonly<Record<string, number>>): number {
  return Object.values(byRule).reduce((sum, count) => sum + count, 0);
}
