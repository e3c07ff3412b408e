/**
 * @module
 */
import { type Bundle, openBundle } from '../core/bundle/read.ts';
import { type Failure, FailureStore } from '../core/ingest/failure.ts';
import { refuseSuperseded } from '../core/ingest/newest.ts';
import type { Receipt } from '../core/ingest/receipt.ts';
import { receiptsOf } from '../core/ingest/receipt-store.ts';
import type { ObjectStore } from '../core/store/port.ts';
import { NotDeliveredError, WaitTimeoutError } from './errors.ts';
import { renderGivenUp } from './render/status.ts';
import type { Session } from './session.ts';

const POLL_MS = 2000;
/**
 * Looks after which a failure counts that was final before the wait began. Somebody may have replayed it just now, who
 * may not write so into the store; the worker who takes it up does.
 */
const GRACE_LOOKS = 15;

/**
 * Waits until somebody has delivered a bundle, and gives the receipt.
 *
 * Guarantee: a failure that comes while waiting ends it at once; one that was there before ends it only when nobody has
 * taken the bundle up again within half a minute.
 *
 * @throws WaitTimeoutError after `--wait-timeout`; NotDeliveredError when the other side has given up; SupersededError when it never will be, for a newer one is there
 */
export async function waitForReceipt(session: Session, store: ObjectStore, path: string): Promise<Receipt> {
  const { context, flags, output } = session;
  const bundle = await openBundle(store, path);
  const seconds = Math.round(flags.waitTimeout / 1000);
  const start = context.now().getTime();
  const isOver = finalFailures(session, bundle);
  for (;;) {
    for await (const receipt of receiptsOf(store, path)) {
      output.endProgress();
      return receipt;
    }
    await refuseSuperseded(bundle);
    const failure = await isOver();
    if (failure !== undefined) throw notDelivered(failure);
    const waited = context.now().getTime() - start;
    if (waited >= flags.waitTimeout) throw timeout(bundle.uri, seconds);
    output.progress('Waiting for delivery (s)', Math.round(waited / 1000), seconds);
    await context.sleep(Math.min(POLL_MS, flags.waitTimeout - waited), context.signal);
  }
}

/** Looks, each time it is called, whether a failure is the last word. */
function finalFailures({ output }: Session, { store, path }: Bundle): () => Promise<Failure | undefined> {
  const failures = new FailureStore(store, path);
  let looks = 0;
  /** When those failed that were final from the first look on. */
  let before: ReadonlySet<string> | undefined;
  return async () => {
    const final: Failure[] = [];
    for await (const failure of failures.all()) if (failure.final) final.push(failure);
    if (before === undefined) {
      before = new Set(final.map(({ last_seen_at }) => last_seen_at));
      for (const failure of final) output.note(renderGivenUp(failure));
    }
    looks += 1;
    const known = before;
    return final.find(({ last_seen_at }) => looks > GRACE_LOOKS || !known.has(last_seen_at));
  };
}

function notDelivered({ reason, hint, last_seen_at }: Failure): NotDeliveredError {
  return new NotDeliveredError(`Given up at ${last_seen_at}: ${reason}`, hint === undefined ? {} : { hint });
}

function timeout(uri: string, seconds: number): WaitTimeoutError {
  return new WaitTimeoutError(`${uri} was not delivered within ${seconds} s`, {
    hint: 'It may still be: look with `agentv-opik status`, or deliver it now with `agentv-opik ingest`.',
  });
}
