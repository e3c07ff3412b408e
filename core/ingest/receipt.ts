/**
 * What an ingestion did, kept in the store: the memory that makes a second ingestion change nothing.
 *
 * @module
 */
import { z } from 'zod';
import { groupBySchema } from '../bundle/manifest.ts';
import { captureModeSchema } from '../capture/mode-schema.ts';

const count = z.number().int().nonnegative();

/** Counts and sums of the results of one experiment. */
export const experimentTotalsSchema = z.object({
  results: count,
  passed: count,
  failed: count,
  errored: count,
  score_sum: z.number(),
  cost_usd: z.number(),
});
export type ExperimentTotalsRecord = z.infer<typeof experimentTotalsSchema>;

/** What was sent, in Opik's terms. */
export const sentSchema = z.object({
  traces: count,
  spans: count,
  scores: count,
  assertions: count,
  experiment_items: count,
});
export type Sent = z.infer<typeof sentSchema>;

/** Something that Opik would not take, or that was cut to fit; never the content itself. */
export const remarkSchema = z.object({
  /** The result's key. */
  key: z.string(),
  what: z.enum(['trace', 'span', 'score', 'assertion', 'experiment-item', 'result']),
  reason: z.string().max(1000),
});
export type Remark = z.infer<typeof remarkSchema>;

export const destinationRecordSchema = z.object({
  url: z.string(),
  workspace: z.string().optional(),
  project: z.string(),
  dataset: z.string(),
  experiment_name: z.string(),
  group_by: groupBySchema,
  assertions: z.boolean(),
});
export type DestinationRecord = z.infer<typeof destinationRecordSchema>;

/** What it took to do one step. */
export const stepRecordSchema = z.object({
  tool_version: z.string(),
  /** Tries of the step. */
  attempts: count,
  /** Calls to Opik that were repeated in the try that succeeded. */
  retries: count,
  first_seen_at: z.iso.datetime(),
});
export type StepRecord = z.infer<typeof stepRecordSchema>;

/** What it took to deliver a bundle by a queue. */
export const deliveryRecordSchema = z.object({
  first_seen_at: z.iso.datetime(),
  tool_versions: z.array(z.string()),
  /** Of the step that needed most. */
  attempts: count,
  retries: count,
  /** The last thing that went wrong on the way, if anything did. */
  last_failure: z.object({ code: z.string(), reason: z.string(), at: z.iso.datetime() }).optional(),
});
export type DeliveryRecord = z.infer<typeof deliveryRecordSchema>;

export const PLAN_SCHEMA = 'agentv-opik.plan.v1';
export const planSchema = z.object({
  schema: z.literal(PLAN_SCHEMA),
  planned_at: z.iso.datetime(),
  bundle: z.string(),
  digest: z.string(),
  destination: destinationRecordSchema,
  capture_mode: captureModeSchema,
  dataset_id: z.string(),
  items: count,
  experiments: z.array(z.object({ id: z.string(), name: z.string(), target: z.string().optional() })),
  delivery: stepRecordSchema.optional(),
});
export type Plan = z.infer<typeof planSchema>;

export const PART_RECEIPT_SCHEMA = 'agentv-opik.receipt-part.v1';
export const partReceiptSchema = z.object({
  schema: z.literal(PART_RECEIPT_SCHEMA),
  part: z.string(),
  plain_sha256: z.string(),
  finished_at: z.iso.datetime(),
  results: count,
  by_status: z.object({ ok: count, quality_failure: count, execution_error: count }),
  /** Results that an earlier revision's receipt shows as delivered. */
  already_delivered: count,
  sent: sentSchema,
  rejected: z.array(remarkSchema),
  truncated: z.array(remarkSchema),
  /** Results that went metadata-only because redaction failed on them here. */
  fell_back: count,
  /** The same by reason. */
  fell_back_by: z.record(z.string(), count).default({}),
  totals: z.record(z.string(), experimentTotalsSchema),
  /** Keys of the results that are in Opik now, whole. */
  delivered: z.array(z.string()),
  delivery: stepRecordSchema.optional(),
});
export type PartReceipt = z.infer<typeof partReceiptSchema>;

export const RECEIPT_SCHEMA = 'agentv-opik.receipt.v1';
export const receiptSchema = z.object({
  schema: z.literal(RECEIPT_SCHEMA),
  /** `partial`: something was rejected, and `rejected` says what. */
  status: z.enum(['delivered', 'partial']),
  finished_at: z.iso.datetime(),
  bundle: z.string(),
  digest: z.string(),
  revision: count,
  destination: destinationRecordSchema,
  capture_mode: captureModeSchema,
  dataset_id: z.string(),
  experiments: z.array(
    z.object({
      id: z.string(),
      name: z.string(),
      target: z.string().optional(),
      url: z.string(),
      totals: experimentTotalsSchema,
    }),
  ),
  /** Of the first experiment, for a quick look. */
  experiment_url: z.string(),
  results: count,
  already_delivered: count,
  by_status: z.object({ ok: count, quality_failure: count, execution_error: count }),
  items: count,
  sent: sentSchema,
  rejected_count: count,
  /** The first hundred; the parts' receipts hold all. */
  rejected: z.array(remarkSchema).max(100),
  truncated_count: count,
  truncated: z.array(remarkSchema).max(100),
  fell_back: count,
  fell_back_by: z.record(z.string(), count).default({}),
  /** Results of older bundles of this run that were taken out of Opik. */
  retired: count,
  /** What became of the call that fires people's alerts, which is made once per run. */
  finish: z.enum(['sent', 'sent_before', 'unknown']),
  delivery: deliveryRecordSchema.optional(),
});
export type Receipt = z.infer<typeof receiptSchema>;

/** Who called `/experiments/finish`, and whether the call is known to have been made. */
export const finishClaimSchema = z.object({ claimed_at: z.string(), sent_at: z.string().optional() });

/** How far a plan came with the dataset's items. */
export const itemsDoneSchema = z.object({ done: count });
