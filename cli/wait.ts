/**
 * @module
 */
import { openBundle } from '../core/bundle/read.ts';
import { FailureStore } from '../core/ingest/failure.ts';
import { refuseSuperseded } from '../core/ingest/newest.ts';
import type { Receipt } from '../core/ingest/receipt.ts';
import { receiptsOf } from '../core/ingest/receipt-store.ts';
import type { ObjectStore } from '../core/store/port.ts';
import { NotDeliveredError, WaitTimeoutError } from './errors.ts';
import type { Session } from './session.ts';

const POLL_MS = 2000;

/**
 * Waits until somebody has delivered a bundle, and gives the receipt.
 *
 * @throws WaitTimeoutError after `--wait-timeout`; NotDeliveredError when the other side has given up; SupersededError when it never will be, for a newer one is there
 */
export async function waitForReceipt(
  { context, flags, output }: Session,
  store: ObjectStore,
  path: string,
): Promise<Receipt> {
  const bundle = await openBundle(store, path);
  const seconds = Math.round(flags.waitTimeout / 1000);
  const start = context.now().getTime();
  for (;;) {
    for await (const receipt of receiptsOf(store, path)) {
      output.endProgress();
      return receipt;
    }
    await refuseSuperseded(bundle);
    for await (const failure of new FailureStore(store, path).all()) {
      if (failure.final)
        throw new NotDeliveredError(failure.reason, failure.hint === undefined ? {} : { hint: failure.hint });
    }
    const waited = context.now().getTime() - start;
    if (waited >= flags.waitTimeout) throw timeout(bundle.uri, seconds);
    output.progress('Waiting for delivery (s)', Math.round(waited / 1000), seconds);
    await context.sleep(Math.min(POLL_MS, flags.waitTimeout - waited), context.signal);
  }
}

function timeout(uri: string, seconds: number): WaitTimeoutError {
  return new WaitTimeoutError(`${uri} was not delivered within ${seconds} s`, {
    hint: 'It may still be: look with `agentv-opik status`, or deliver it now with `agentv-opik ingest`.',
  });
}
