/**
 * The last step: sums checked, older states taken out, experiments completed.
 *
 * @module
 */
import { OpikNetworkError } from '../opik/errors.ts';
import { experimentUrl } from '../opik/links.ts';
import { completeExperiment, type ExperimentPlan } from '../opik/mapping/experiment.ts';
import type { IngestContext } from './context.ts';
import { deliveryRecord, failuresOf, stepRecord } from './delivery-record.ts';
import { PartsMissingError, SumMismatchError, SupersededError } from './errors.ts';
import { giveWay } from './give-way.ts';
import { refuseSuperseded, supersederOf } from './newest.ts';
import {
  type ExperimentTotalsRecord,
  type PartReceipt,
  type Plan,
  RECEIPT_SCHEMA,
  type Receipt,
  type Remark,
  type StepRecord,
} from './receipt.ts';
import { retireOlder } from './retire.ts';
import { addCounts, addSent, addTotals, asExperimentTotals, emptySent, emptyTotals } from './totals.ts';

const MAX_REMARKS = 100;

/**
 * Closes an ingestion whose parts all have receipts.
 *
 * Guarantees:
 * - the receipts' sums are the manifest's, or nothing is closed;
 * - `/experiments/finish`, which fires people's alerts, is called at most once per run and destination;
 * - called again it changes nothing in Opik.
 *
 * @throws PartsMissingError, SumMismatchError, SupersededError, OpikRequestError
 */
export async function finishIngestion(context: IngestContext, plan: Plan): Promise<Receipt> {
  const retriesBefore = context.worker?.retries() ?? 0;
  await refuseSuperseded(context.bundle);
  const sums = await sumParts(context);
  checkSums(context, sums);

  const retired = await retireOlder(context);
  const experiments = plan.experiments.map(({ id, name, target }) => ({ id, name, target }));
  for (const experiment of experiments) {
    const patch = completeExperiment(
      experiment,
      context.mapping,
      asExperimentTotals(totalsOf(sums, experiment)),
    );
    await context.opik.send('experiments.update', { id: experiment.id, patch });
  }
  const newer = await supersederOf(context.bundle);
  if (newer !== undefined) {
    await giveWay(context, newer);
    throw new SupersededError(context.bundle.path, newer.path);
  }
  const before = await context.receiptStore.readReceipt();
  const finish = await fireOnce(context, experiments, before);
  const steps = [plan.delivery, ...sums.deliveries, stepRecord(context.worker, retriesBefore).delivery];
  const record = deliveryRecord(
    steps.filter((step) => step !== undefined),
    context.worker === undefined ? [] : await failuresOf(context),
  );
  const receipt: Receipt = { ...buildReceipt(context, plan, sums, { retired, finish }), ...record };
  // Two may finish at once. Whoever does not know what became of the call leaves the word to the one who made it.
  const ifAbsent = before === undefined && finish === 'unknown';
  const written = await context.receiptStore.writeReceipt(receipt, { ifAbsent });
  return written === 'exists' ? ((await context.receiptStore.readReceipt()) ?? receipt) : receipt;
}

interface Sums
  extends Pick<
    PartReceipt,
    'results' | 'by_status' | 'already_delivered' | 'sent' | 'fell_back' | 'fell_back_by' | 'totals'
  > {
  parts: number;
  rejectedCount: number;
  truncatedCount: number;
  readonly rejected: Remark[];
  readonly truncated: Remark[];
  readonly deliveries: StepRecord[];
}

async function sumParts(context: IngestContext): Promise<Sums> {
  const sums: Sums = {
    parts: 0,
    results: 0,
    by_status: { ok: 0, quality_failure: 0, execution_error: 0 },
    already_delivered: 0,
    sent: emptySent(),
    fell_back: 0,
    fell_back_by: {},
    totals: {},
    rejectedCount: 0,
    truncatedCount: 0,
    rejected: [],
    truncated: [],
    deliveries: [],
  };
  for (const part of context.bundle.parts) {
    const receipt = await context.receiptStore.readPart(part);
    if (receipt === undefined || receipt.plain_sha256 !== part.plain_sha256) {
      throw new PartsMissingError(`${part.path} of ${context.bundle.uri} has not been ingested yet`);
    }
    addPart(sums, receipt);
  }
  return sums;
}

function addPart(sums: Sums, receipt: PartReceipt): void {
  sums.parts += 1;
  sums.results += receipt.results;
  sums.by_status.ok += receipt.by_status.ok;
  sums.by_status.quality_failure += receipt.by_status.quality_failure;
  sums.by_status.execution_error += receipt.by_status.execution_error;
  sums.already_delivered += receipt.already_delivered;
  sums.fell_back += receipt.fell_back;
  addCounts(sums.fell_back_by, receipt.fell_back_by);
  addSent(sums.sent, receipt.sent);
  if (receipt.delivery !== undefined) sums.deliveries.push(receipt.delivery);
  for (const [experiment, totals] of Object.entries(receipt.totals)) {
    const sum = sums.totals[experiment] ?? emptyTotals();
    addTotals(sum, totals);
    sums.totals[experiment] = sum;
  }
  sums.rejectedCount += receipt.rejected.length;
  sums.truncatedCount += receipt.truncated.length;
  sums.rejected.push(...receipt.rejected.slice(0, MAX_REMARKS - sums.rejected.length));
  sums.truncated.push(...receipt.truncated.slice(0, MAX_REMARKS - sums.truncated.length));
}

function checkSums({ bundle }: IngestContext, sums: Sums): void {
  const { totals } = bundle.manifest;
  const pairs = [
    ['results', sums.results, totals.results],
    ['ok', sums.by_status.ok, totals.by_status.ok],
    ['quality_failure', sums.by_status.quality_failure, totals.by_status.quality_failure],
    ['execution_error', sums.by_status.execution_error, totals.by_status.execution_error],
  ] as const;
  for (const [what, found, promised] of pairs) {
    if (found !== promised) {
      throw new SumMismatchError(
        `${bundle.uri}: ${found} ${what} in its parts, ${promised} in its manifest`,
        {
          hint: 'The bundle contradicts itself: upload the run again, and please report this.',
        },
      );
    }
  }
}

function totalsOf(sums: Sums, experiment: ExperimentPlan): ExperimentTotalsRecord {
  return sums.totals[experiment.target ?? ''] ?? emptyTotals();
}

/** Claimed before it is called: an alert fired twice cannot be taken back, and one that may be lost is reported. */
async function fireOnce(
  context: IngestContext,
  experiments: readonly ExperimentPlan[],
  before: Receipt | undefined,
): Promise<Receipt['finish']> {
  const claim = await context.receiptStore.claimFinish(context.now().toISOString());
  if (claim !== 'ours') return before?.finish ?? claim;
  try {
    await context.opik.send('experiments.finish', { ids: experiments.map(({ id }) => id) });
  } catch (error) {
    if (error instanceof OpikNetworkError) return 'unknown';
    // Opik answered that it did not take the call, so whoever tries next may make it.
    await context.receiptStore.releaseFinish();
    throw error;
  }
  await context.receiptStore.confirmFinish(context.now().toISOString());
  return 'sent';
}

function buildReceipt(
  context: IngestContext,
  plan: Plan,
  sums: Sums,
  { retired, finish }: Pick<Receipt, 'retired' | 'finish'>,
): Receipt {
  const { bundle, destination, opik } = context;
  const experiments = plan.experiments.map((experiment) => ({
    ...experiment,
    url: experimentUrl(opik.url, experiment.id, plan.dataset_id),
    totals: totalsOf(sums, { ...experiment, target: experiment.target }),
  }));
  return {
    schema: RECEIPT_SCHEMA,
    status: sums.rejectedCount > 0 ? 'partial' : 'delivered',
    finished_at: context.now().toISOString(),
    bundle: bundle.path,
    digest: bundle.manifest.digest,
    revision: bundle.manifest.revision,
    destination,
    capture_mode: context.capture.mode,
    dataset_id: plan.dataset_id,
    experiments,
    experiment_url: experiments[0]?.url ?? '',
    results: sums.results,
    already_delivered: sums.already_delivered,
    by_status: sums.by_status,
    items: plan.items,
    sent: sums.sent,
    rejected_count: sums.rejectedCount,
    rejected: sums.rejected,
    truncated_count: sums.truncatedCount,
    truncated: sums.truncated,
    fell_back: sums.fell_back,
    fell_back_by: sums.fell_back_by,
    retired,
    finish,
  };
}
