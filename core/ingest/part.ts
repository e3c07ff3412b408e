/**
 * One part of a bundle into Opik: one worker's job.
 *
 * @module
 */
import { CorruptObjectError } from '../bundle/errors.ts';
import type { BundleObject } from '../bundle/manifest.ts';
import { captureChecked, LeakFoundError } from '../capture/index.ts';
import { mapConcurrently } from '../concurrent.ts';
import { mapResult } from '../opik/mapping/result.ts';
import type { Result } from '../run/result.ts';
import type { IngestContext } from './context.ts';
import { deliver, type KeyedResult } from './deliver.ts';
import { stepRecord } from './delivery-record.ts';
import { SupersededError } from './errors.ts';
import { giveWay } from './give-way.ts';
import { refuseSuperseded, supersederOf } from './newest.ts';
import { PART_RECEIPT_SCHEMA, type PartReceipt } from './receipt.ts';
import { addCounts, addResult, addSent, emptySent, emptyTotals } from './totals.ts';

/**
 * Results mapped and held at a time, and chunks of them on their way at a time. Below what a request may hold: three
 * requests go out for a chunk, each copied by the REST layer and once more into JSON.
 */
const CHUNK_RESULTS = 100;
const CHUNK_BYTES = 400_000;
const CHUNKS_IN_FLIGHT = 2;

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
  const retriesBefore = context.worker?.retries() ?? 0;

  const receipt = emptyReceipt(part);
  const send = async (chunk: readonly KeyedResult[]): Promise<void> => {
    const outcome = await deliver(chunk, context.opik);
    addSent(receipt.sent, outcome.sent);
    receipt.rejected.push(...outcome.rejected);
    receipt.truncated.push(...outcome.truncated);
    for (const { key } of chunk) if (!outcome.lost.has(key)) receipt.delivered.push(key);
  };
  await mapConcurrently(chunksOf(context, part, receipt), send, { concurrency: CHUNKS_IN_FLIGHT });
  if (receipt.results !== part.lines) {
    throw new CorruptObjectError(`${part.path}: ${receipt.results} results, the manifest says ${part.lines}`);
  }

  const newer = await supersederOf(context.bundle);
  if (newer !== undefined) {
    await giveWay(context, newer);
    throw new SupersededError(context.bundle.path, newer.path);
  }
  receipt.finished_at = context.now().toISOString();
  Object.assign(receipt, stepRecord(context.worker, retriesBefore));
  await receiptStore.writePart(part, receipt);
  return receipt;
}

/** What of a part is to be sent, captured and mapped; what is not is counted in the receipt. */
async function* chunksOf(
  context: IngestContext,
  part: BundleObject,
  receipt: PartReceipt,
): AsyncGenerator<KeyedResult[]> {
  const delivered = await context.deliveredBefore();
  let chunk: KeyedResult[] = [];
  let chunkBytes = 0;
  for await (const { value, bytes } of context.bundle.sizedResults(part)) {
    receipt.results += 1;
    receipt.by_status[value.status] += 1;
    if (delivered.has(value.key)) {
      const { result } = context.capture.result(value);
      addToTotals(receipt, experimentOf(context, result.target), result);
      receipt.already_delivered += 1;
      receipt.delivered.push(result.key);
      continue;
    }
    const mapped = mapChecked(context, value, receipt);
    if (mapped === undefined) continue;
    chunk.push(mapped);
    chunkBytes += bytes;
    if (chunk.length >= CHUNK_RESULTS || chunkBytes >= CHUNK_BYTES) {
      yield chunk;
      chunk = [];
      chunkBytes = 0;
    }
  }
  if (chunk.length > 0) yield chunk;
}

/** The result as it is to be sent; nothing, and a remark in the receipt, if the last check lets not even its facts pass. */
function mapChecked(context: IngestContext, value: Result, receipt: PartReceipt): KeyedResult | undefined {
  const { capture, mapping } = context;
  try {
    const { result, made, fellBack } = captureChecked(capture, value, (captured) => {
      const mapped = mapResult(captured, mapping);
      return { made: mapped, serialised: capture.mode === 'full' ? '' : JSON.stringify(mapped) };
    });
    if (fellBack !== undefined) {
      receipt.fell_back += 1;
      addCounts(receipt.fell_back_by, { [fellBack]: 1 });
    }
    addToTotals(receipt, experimentOf(context, result.target), result);
    return { ...made, key: result.key };
  } catch (error) {
    if (!(error instanceof LeakFoundError)) throw error;
    receipt.rejected.push({ key: value.key, what: 'trace', reason: error.message });
    return undefined;
  }
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
    fell_back_by: {},
    totals: {},
    delivered: [],
  };
}
