/**
 * @module
 */
import { setTimeout as pause } from 'node:timers/promises';
import { AgentvOpikError } from '../../core/errors.ts';
import type { ObjectStore } from '../../core/store/port.ts';
import { createApp } from '../../core/web/app.ts';
import { UsageError } from '../errors.ts';
import { EXIT } from '../exit.ts';
import { renderServeEvent, renderStopped, serveEventJson, stoppedJson } from '../render/serve.ts';
import type { ServeEvent } from '../serve/events.ts';
import { type Listening, listen } from '../serve/listen.ts';
import { LocalQueue } from '../serve/local-queue.ts';
import { createOpikPool } from '../serve/opik-pool.ts';
import { readServeOptions, type ServeOptions, webhookSecret } from '../serve/options.ts';
import { Watch } from '../serve/watch.ts';
import { codeOf, createWorker } from '../serve/worker.ts';
import type { Session } from '../session.ts';
import { type LoadedSettings, loadSettings } from '../settings.ts';
import { namedLocation, requiredStore } from '../stores.ts';
import { VERSION } from '../version.ts';

/** Bundles that may wait in this process; the others wait in the store. */
const CAPACITY = 10_000;
/** The look into the store stays so far ahead of the work, and leaves the rest of the room to webhooks. */
const AHEAD = 100;
const ROOM_POLL_MS = 200;
/** Shorter than the ten seconds that a container is given to stop. */
const GRACE_MS = 8_000;
const BACKOFF_MS = 2_000;
const MAX_BACKOFF_MS = 5 * 60_000;

type Report = (event: ServeEvent) => void;

/**
 * Store → Opik, for as long as nobody stops it.
 *
 * Guarantees: asked to stop, it takes no more, lets what is running end, and leaves the rest in the store; started again,
 * however it ended, it goes on with what has no receipt.
 */
export async function serve(session: Session, commandOptions: unknown): Promise<number> {
  const { context, output } = session;
  const settings = await loadSettings(session);
  const store = await requiredStore(session, settings);
  const location = namedLocation(session, settings);
  const options = readServeOptions(commandOptions, location?.kind === 's3' ? 'bucket' : 'folder');
  const secret = webhookSecret(context.env);
  if (secret === undefined && !options.watch) {
    throw new UsageError('Nobody could tell this server of a bundle: there is no webhook secret', {
      hint: 'Set AGENTV_OPIK_WEBHOOK_SECRET (openssl rand -hex 32), or watch the store with --watch.',
    });
  }
  const totals = { delivered: 0, gaveUp: 0 };
  const report: Report = (event) => {
    if (event.event === 'delivered') totals.delivered += 1;
    if (event.event === 'gave_up') totals.gaveUp += 1;
    const line = output.flags.json
      ? serveEventJson(event, context.now())
      : renderServeEvent(event, context.now());
    if (line !== undefined) output.note(line);
  };
  const { queue, watch } = createDelivery(session, settings, store, options, report);
  const app = createApp({
    version: VERSION,
    storeUri: store.uri,
    place: location?.kind === 's3' ? location : undefined,
    queue: {
      async send(messages) {
        await queue.send(messages);
        for (const { bundle } of messages) watch.taken(bundle);
      },
    },
    secret: async () => secret,
    now: context.now,
    log: report,
    health: () => ({ status: context.signal.aborted ? 'stopping' : 'ok', ...queue.state }),
  });
  const server = await openServer(app, options);
  report({
    event: 'serving',
    url: server.url,
    store: store.uri,
    webhooks: secret !== undefined,
    poll_s: options.pollMs / 1000,
  });
  try {
    await keepLooking(watch, options.pollMs, context.signal, report);
  } finally {
    report({ event: 'stopping', running: queue.state.running });
    const [handedBack] = await Promise.all([queue.stop(GRACE_MS), server.close(GRACE_MS)]);
    const stopped = { ...totals, handedBack };
    output.result(() => renderStopped(stopped), stoppedJson(stopped));
  }
  return EXIT.done;
}

/** The queue with its worker, and the watch that fills it; each knows the other. */
function createDelivery(
  { context }: Session,
  settings: LoadedSettings,
  store: ObjectStore,
  { attempts: maxAttempts, concurrency }: ServeOptions,
  report: Report,
): { queue: LocalQueue; watch: Watch } {
  const { now, signal } = context;
  const work = createWorker({
    context,
    settings,
    store,
    opik: createOpikPool(context, settings),
    maxAttempts,
    backoff,
    report,
    onGivenUp: (failure) => watch.givenUp(failure),
  });
  const queue: LocalQueue = new LocalQueue({
    work: (attempt) => work(attempt, queue),
    concurrency,
    capacity: CAPACITY,
    maxAttempts,
    now,
  });
  const room = async (): Promise<void> => {
    while (queue.state.waiting >= AHEAD) await pause(ROOM_POLL_MS, undefined, { signal });
  };
  const watch: Watch = new Watch({ store, queue, room, now, signal });
  return { queue, watch };
}

/** Milliseconds before the next try: doubling, and by chance so that not all come at once. */
function backoff(attempts: number): number {
  const ceiling = Math.min(MAX_BACKOFF_MS, BACKOFF_MS * 2 ** (attempts - 1));
  return Math.round(ceiling / 2 + (Math.random() * ceiling) / 2);
}

/** @throws UsageError when the address cannot be had */
async function openServer(
  app: ReturnType<typeof createApp>,
  { host, port }: ServeOptions,
): Promise<Listening> {
  try {
    return await listen(app, { host, port });
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? String(cause.code) : 'unknown';
    throw new UsageError(`Cannot listen on port ${port} of ${host}: ${code}`, {
      hint: 'Choose another with --port and --host; 0 takes any free port.',
      cause,
    });
  }
}

/**
 * Looks into the store until somebody stops it. A store that cannot be reached just now is looked into later.
 *
 * @throws StoreAccessError when the first look is refused: then nothing here can work
 */
async function keepLooking(watch: Watch, pollMs: number, signal: AbortSignal, report: Report): Promise<void> {
  for (let isFirst = true; !signal.aborted; isFirst = false) {
    try {
      const { bundles, givenUp } = await watch.look();
      if (bundles > 0 || (isFirst && givenUp > 0)) report({ event: 'found', bundles, given_up: givenUp });
      await pause(pollMs, undefined, { signal });
    } catch (error) {
      if (signal.aborted) return;
      if (isFirst && !(error instanceof AgentvOpikError && error.retryable)) throw error;
      report({ event: 'store_failed', code: codeOf(error), ...wordsOf(error) });
      await pause(Math.max(pollMs, BACKOFF_MS), undefined, { signal }).catch(() => undefined);
    }
  }
}

/** A foreign error's message may quote anything. */
function wordsOf(error: unknown): { reason?: string; hint?: string } {
  if (!(error instanceof AgentvOpikError)) return {};
  const { message: reason, hint } = error;
  return { reason, ...(hint === undefined ? {} : { hint }) };
}
