/**
 * What it took: who did the steps, in how many tries, and what went wrong on the way.
 *
 * @module
 */
import type { IngestContext, Worker } from './context.ts';
import { type Failure, FailureStore } from './failure.ts';
import type { DeliveryRecord, StepRecord } from './receipt.ts';

/** The record of a step that began when `retriesBefore` calls had been repeated; none without a worker. */
export function stepRecord(worker: Worker | undefined, retriesBefore: number): { delivery?: StepRecord } {
  if (worker === undefined) return {};
  return {
    delivery: {
      tool_version: worker.toolVersion,
      attempts: worker.attempt,
      retries: worker.retries() - retriesBefore,
      first_seen_at: worker.firstSeenAt.toISOString(),
    },
  };
}

/** Sums the records of all steps, and takes in the last failure. */
export function deliveryRecord(
  steps: readonly StepRecord[],
  failures: readonly Failure[],
): { delivery?: DeliveryRecord } {
  const [first] = steps;
  if (first === undefined) return {};
  const record: DeliveryRecord = {
    first_seen_at: first.first_seen_at,
    tool_versions: [...new Set(steps.map(({ tool_version }) => tool_version))].sort(),
    attempts: Math.max(...steps.map(({ attempts }) => attempts)),
    retries: steps.reduce((sum, { retries }) => sum + retries, 0),
  };
  for (const { first_seen_at } of [...steps, ...failures]) {
    if (first_seen_at < record.first_seen_at) record.first_seen_at = first_seen_at;
  }
  for (const { code, reason, last_seen_at: at, attempts } of failures) {
    record.attempts = Math.max(record.attempts, attempts);
    if (record.last_failure === undefined || at > record.last_failure.at) {
      record.last_failure = { code, reason, at };
    }
  }
  return { delivery: record };
}

/** Failures that stand beside the receipt of this destination: the destination's own, and that of none. */
export async function failuresOf(context: IngestContext): Promise<Failure[]> {
  const failures = new FailureStore(context.receipts, context.bundle.path);
  const found: Failure[] = [];
  for (const destination of [undefined, context.receiptStore.destination]) {
    const failure = await failures.read(destination);
    if (failure !== undefined) found.push(failure);
  }
  return found;
}

/** Takes failures away that have healed; the receipt tells of the last. */
export async function removeFailures(context: IngestContext): Promise<void> {
  const failures = new FailureStore(context.receipts, context.bundle.path);
  for (const destination of [undefined, context.receiptStore.destination]) {
    if ((await failures.read(destination)) !== undefined) await failures.remove(destination);
  }
}
