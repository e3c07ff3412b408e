/**
 * Bundle → Opik, in one process. The serverless functions call the same three steps over a queue.
 *
 * @module
 */
import { createContext, type IngestSettings } from './context.ts';
import { finishIngestion } from './finish.ts';
import { ingestPart } from './part.ts';
import { planIngestion } from './plan.ts';
import type { Receipt } from './receipt.ts';

/**
 * Ingests a bundle.
 *
 * Guarantees: run any number of times, in parallel, killed anywhere and started again, Opik ends in the same state; a
 * bundle whose receipt says `delivered` sends nothing, unless `force`.
 *
 * @throws SupersededError, CorruptObjectError, OpikRequestError and kin
 *
 * @example
 * const receipt = await ingestBundle({ bundle, receipts: store, opik, capture, now: () => new Date() });
 */
export async function ingestBundle(settings: IngestSettings): Promise<Receipt> {
  const context = createContext(settings);
  const { receiptStore, bundle, destination, force, onProgress } = context;
  const known = force === true ? undefined : await receiptStore.readReceipt();
  if (known !== undefined && known.destination.experiment_name === destination.experiment_name) return known;

  onProgress?.({ step: 'plan', done: 0, total: 1 });
  const plan = await planIngestion(context);
  let done = 0;
  // One after another: a part is megabytes, and has chunks of its own on their way side by side.
  for (const part of bundle.parts) {
    settings.signal?.throwIfAborted();
    const { results } = await ingestPart(context, part);
    done += results;
    onProgress?.({ step: 'results', done, total: bundle.manifest.totals.results });
  }
  onProgress?.({ step: 'finish', done: 0, total: 1 });
  return finishIngestion(context, plan);
}
