/**
 * One part of a bundle into Opik: one worker's job.
 *
 * @module
 */

import { CorruptObjectError } from '../bundle/errors.ts';
import type { BundleObject } from '../bundle/manifest.ts';
import { MAX_BATCH_BYTES, MAX_BATCH_ITEMS } from '../opik/batch.ts';
import { jsonBytes } from '../opik/fit.ts';
import { mapResult } from '../opik/mapping/result.ts';
import type { Result } from '../run/result.ts';
import type { IngestContext } from './context.ts';
import { deliver, type KeyedResult } from './deliver.ts';
import { SupersededError } from './errors.ts';
import { giveWay } from './give-way.ts';
import { refuseSuperseded, supersederOf } from './newest.ts';
import { PART_RECEIPT_SCHEMA, type PartReceipt } from './receipt.ts';
import { addResult, addSent, emptySent, emptyTotals } from './totals.ts';

/**
 * Ingests one part, unless its receipt shows that it was.
 *
 * Guarantees: the receipt is written last, so that a part killed half-way is sent again with the same ids; a part that
 * is not the manifest's is not sent at all; a result that Opik refuses is in the receipt and stops no other.
 *
 * @throws CorruptObjectError, SupersededError, OpikRequestError
 */
export async function ingestPart(context: IngestContext, part: BundleObject): Promise<PartReceipt> {
  const { receiptStore, force } = context;
  const known = force === true ? undefined : await receiptStore.readPart(part);
  if (known !== undefined && known.plain_sha256 === part.plain_sha256) return known;
  await refuseSuperseded(context.bundle);

  const delivered = await context.deliveredBefore();
  const receipt = emptyReceipt(part);
  let chunk: KeyedResult[] = [];
  let chunkBytes = 0;
  const send = async (): Promise<void> => {
    const outcome = await deliver(chunk, context.opik);
    addSent(receipt.sent, outcome.sent);
    receipt.rejected.push(...outcome.rejected);
    receipt.truncated.push(...outcome.truncated);
    for (const { key } of chunk) if (!outcome.lost.has(key)) receipt.delivered.push(key);
    chunk = [];
    chunkBytes = 0;
  };

  for await (const stored of context.bundle.results(part)) {
    const { result, outcome } = context.capture.result(stored);
    receipt.results += 1;
    receipt.by_status[result.status] += 1;
    if (outcome === 'fell-back') receipt.fell_back += 1;
    addToTotals(receipt, experimentOf(context, result.target), result);
    if (delivered.has(result.key)) {
      receipt.already_delivered += 1;
      receipt.delivered.push(result.key);
      continue;
    }
    const mapped: KeyedResult = { ...mapResult(result, context.mapping), key: result.key };
    chunk.push(mapped);
    chunkBytes += jsonBytes(mapped);
    if (chunk.length >= MAX_BATCH_ITEMS || chunkBytes >= MAX_BATCH_BYTES) await send();
  }
  if (receipt.results !== part.lines) {
    throw new CorruptObjectError(`${part.path}: ${receipt.results} results, the manifest says ${part.lines}`);
  }
  if (chunk.length > 0) await send();

  const newer = await supersederOf(context.bundle);
  if (newer !== undefined) {
    await giveWay(context, newer);
    throw new SupersededError(context.bundle.path, newer.path);
  }
  receipt.finished_at = context.now().toISOString();
  await receiptStore.writePart(part, receipt);
  return receipt;
}

/** In a run of one experiment all targets share its totals. */
function experimentOf(context: IngestContext, target: string): string {
  return context.destination.group_by === 'target' ? target : '';
}

function addToTotals(receipt: PartReceipt, experiment: string, result: Result): void {
  const totals = receipt.totals[experiment] ?? emptyTotals();
  addResult(totals, result);
  receipt.totals[experiment] = totals;
}

function emptyReceipt({ path, plain_sha256 }: BundleObject): PartReceipt {
  return {
    schema: PART_RECEIPT_SCHEMA,
    part: path,
    plain_sha256,
    finished_at: '',
    results: 0,
    by_status: { ok: 0, quality_failure: 0, execution_error: 0 },
    already_delivered: 0,
    sent: emptySent(),
    rejected: [],
    truncated: [],
    fell_back: 0,
    totals: {},
    delivered: [],
  };
}
