/**
 * @module
 */
import { type Bundle, openBundle } from '../../core/bundle/read.ts';
import { AgentvOpikError } from '../../core/errors.ts';
import { SupersededError } from '../../core/ingest/errors.ts';
import { FailureStore } from '../../core/ingest/failure.ts';
import { bundleMessage } from '../../core/ingest/messages.ts';
import { supersederOf } from '../../core/ingest/newest.ts';
import type { Queue } from '../../core/ingest/queue.ts';
import type { Receipt } from '../../core/ingest/receipt.ts';
import { destinationKey } from '../../core/ingest/receipt-store.ts';
import { StoreAccessError, StoreUnavailableError } from '../../core/store/errors.ts';
import type { ObjectStore } from '../../core/store/port.ts';
import { findBundle } from '../bundle-reference.ts';
import { type BundleState, bundleState, bundleStates } from '../bundle-states.ts';
import { sendBundle, workspaceOf } from '../delivery.ts';
import { problemOf } from '../exit.ts';
import { connectOpik } from '../opik.ts';
import type { Session } from '../session.ts';
import type { LoadedSettings } from '../settings.ts';
import { requiredStore } from '../stores.ts';
import type { ReplayOptions } from './options.ts';
import { reopenFailures } from './reopen.ts';
import type { ReplayItem, ReplayReport } from './report.ts';

/** A bundle to deliver again. What cannot be opened is listed with the reason. */
interface Candidate {
  readonly state: BundleState;
  readonly bundle: Bundle | undefined;
  readonly problem?: unknown;
}

/** Delivers one bundle again, whatever its receipts say: what is there is not sent twice. */
export async function replayBundle(
  session: Session,
  settings: LoadedSettings,
  reference: string,
  options: ReplayOptions,
): Promise<ReplayReport> {
  const bundle = await findBundle(session, settings, reference);
  const state = await bundleState(bundle.store, bundle.path);
  return replay(session, settings, [{ state, bundle }], 0, options);
}

/** Delivers the bundles that were uploaded since and that nobody has delivered. */
export async function replaySince(
  session: Session,
  settings: LoadedSettings,
  since: Date,
  options: ReplayOptions,
): Promise<ReplayReport> {
  const { context, output } = session;
  const store = await requiredStore(session, settings);
  const candidates: Candidate[] = [];
  let more = 0;
  for await (const state of bundleStates(store, context.signal)) {
    if (state.delivered) continue;
    const candidate = await openCandidate(store, state);
    const uploaded = candidate.bundle?.manifest.created_at;
    if (uploaded !== undefined && new Date(uploaded) < since) continue;
    if (options.limit !== undefined && candidates.length >= options.limit) more += 1;
    else candidates.push(candidate);
    output.progress('Finding bundles', candidates.length, candidates.length);
  }
  output.endProgress();
  return replay(session, settings, candidates, more, options);
}

async function openCandidate(store: ObjectStore, state: BundleState): Promise<Candidate> {
  try {
    return { state, bundle: await openBundle(store, state.path) };
  } catch (error) {
    // Of this bundle alone; what is wrong with the store is wrong with all of them.
    if (error instanceof StoreAccessError || error instanceof StoreUnavailableError) throw error;
    if (!(error instanceof AgentvOpikError)) throw error;
    return { state, bundle: undefined, problem: error };
  }
}

async function replay(
  session: Session,
  settings: LoadedSettings,
  candidates: readonly Candidate[],
  more: number,
  { queueUrl, dryRun }: ReplayOptions,
): Promise<ReplayReport> {
  const queue = queueUrl === undefined ? undefined : await openQueue(session, queueUrl);
  const items: ReplayItem[] = [];
  for (const { state, bundle, problem } of candidates) {
    const failure = state.delivered ? undefined : state.failure;
    const known = { bundle: state.path, ...(failure === undefined ? {} : { failure }) };
    const done =
      bundle === undefined ? failed(problem) : await redo(session, settings, bundle, queue, dryRun);
    items.push({ ...known, ...done });
    session.output.progress('Replaying', items.length, candidates.length);
  }
  session.output.endProgress();
  return { dryRun, by: queue === undefined ? 'ingestion' : 'queue', items, more };
}

type Done = Pick<ReplayItem, 'action' | 'error' | 'experimentUrl'>;

async function redo(
  session: Session,
  settings: LoadedSettings,
  bundle: Bundle,
  queue: Queue | undefined,
  dryRun: boolean,
): Promise<Done> {
  try {
    if ((await supersederOf(bundle)) !== undefined) return { action: 'superseded' };
    if (dryRun) return { action: 'would_be_replayed' };
    if (queue === undefined) return await deliver(session, settings, bundle);
    await send(session, bundle, queue);
    return { action: 'sent' };
  } catch (error) {
    if (session.context.signal.aborted) throw error;
    if (error instanceof SupersededError) return { action: 'superseded' };
    return failed(error);
  }
}

async function send({ context }: Session, bundle: Bundle, queue: Queue): Promise<void> {
  // Before it is sent: the worker's word comes after this one.
  const restore = await reopenFailures(bundle, context.now());
  try {
    await queue.send([bundleMessage(bundle.path)], { signal: context.signal });
  } catch (error) {
    await restore();
    throw error;
  }
}

async function deliver(session: Session, settings: LoadedSettings, bundle: Bundle): Promise<Done> {
  const opik = connectOpik(session, settings, workspaceOf(settings, bundle));
  const { receipt } = await sendBundle(session, settings, { bundle, receipts: bundle.store, opik });
  await forgetFailures(bundle, receipt);
  return {
    action: receipt.status === 'delivered' ? 'delivered' : 'partial',
    experimentUrl: receipt.experiment_url,
  };
}

/** What has healed is no failure any more. */
async function forgetFailures(
  { store, path }: Bundle,
  { destination, capture_mode }: Receipt,
): Promise<void> {
  const failures = new FailureStore(store, path);
  for (const place of [undefined, destinationKey(destination, capture_mode)]) {
    if ((await failures.read(place)) !== undefined) await failures.remove(place);
  }
}

function failed(error: unknown): Done {
  const { code, message } = problemOf(error);
  return { action: 'failed', error: { code, message } };
}

/** The client of SQS is loaded for this alone. */
async function openQueue({ context }: Session, url: string): Promise<Queue> {
  const { openSqsQueue } = await import('./sqs.ts');
  return openSqsQueue(context, url);
}
