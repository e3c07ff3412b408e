/**
 * What the log and the metrics say of a message: ids, codes and counts, never a word of a run's content.
 *
 * @module
 */
import type { Logger } from '@aws-lambda-powertools/logger';
import type { Policy } from '../../core/config/schema.ts';
import type { Attempt } from '../../core/ingest/attempt.ts';
import type { IngestContext } from '../../core/ingest/context.ts';
import type { Notice } from '../../core/ingest/events.ts';
import type { PartReceipt, Receipt } from '../../core/ingest/receipt.ts';
import type { StepOutcome } from '../../core/ingest/steps.ts';
import { describeError, type Telemetry } from '../runtime/telemetry.ts';

export interface Report {
  readonly logger: Logger;
  readonly telemetry: Telemetry;
  readonly policy: Policy;
}

/** Says why a notice asks for nothing. */
export function reportNotice(notice: Exclude<Notice, { kind: 'work' }>, { logger }: Report): void {
  if (notice.kind === 'unreadable') logger.error('unreadable', { reason: notice.problem });
  else
    logger.info('ignored', {
      reason: notice.reason,
      ...(notice.key === undefined ? {} : { key: notice.key }),
    });
}

export function reportOutcome(
  outcome: StepOutcome,
  context: IngestContext | undefined,
  { logger, telemetry }: Report,
): void {
  switch (outcome.did) {
    case 'planned':
      if (outcome.anew) telemetry.count('bundles_in');
      logger.info('planned', { parts: outcome.parts, items: outcome.plan.items, anew: outcome.anew });
      return;
    case 'part': {
      const { results, already_delivered, fell_back } = outcome.receipt;
      const rejected = rejectedResults(outcome.receipt);
      telemetry.count('results_delivered', results - already_delivered - rejected);
      telemetry.count('results_rejected', rejected);
      telemetry.count('redactions', outcome.redactions);
      const { last, redactions } = outcome;
      logger.info('part delivered', { results, already_delivered, rejected, fell_back, redactions, last });
      return;
    }
    case 'finished':
      reportFinish(outcome.receipt, context, { logger, telemetry });
      return;
    case 'superseded':
      logger.info('superseded', { by: outcome.by });
      return;
    case 'nothing':
      logger.info('nothing to do', { reason: outcome.because });
      return;
    case 'sent-back':
      logger.info('sent back');
  }
}

/** Results that are not in Opik: `delivered` leaves out those of which the trace or the experiment item was refused. */
function rejectedResults({ results, delivered }: PartReceipt): number {
  return results - delivered.length;
}

function reportFinish(
  receipt: Receipt,
  context: IngestContext | undefined,
  { logger, telemetry }: Pick<Report, 'logger' | 'telemetry'>,
): void {
  const created = context === undefined ? Number.NaN : Date.parse(context.bundle.manifest.created_at);
  const lag = Date.parse(receipt.finished_at) - created;
  telemetry.count('bundles_delivered');
  if (Number.isFinite(lag)) telemetry.count('lag_ms', Math.max(1, lag));
  const { status, results, rejected_count, retired, finish, experiment_url } = receipt;
  logger.info('bundle delivered', {
    status,
    results,
    rejected: rejected_count,
    retired,
    finish,
    experiment_url,
    ...(Number.isFinite(lag) ? { lag_ms: lag } : {}),
  });
}

export function reportFailure(
  { failure, news, error, unwritten, handedOn, notHandedOn }: Extract<Attempt, { ok: false }>,
  { logger, telemetry, policy }: Report,
): void {
  const told = {
    error: describeError(error),
    final: failure.final,
    ...(unwritten === undefined ? {} : { receipt: describeError(unwritten) }),
    ...(notHandedOn === undefined ? {} : { not_handed_on: describeError(notHandedOn) }),
  };
  if (handedOn !== undefined) {
    telemetry.count('handed_on');
    logger.info('handed on', { ...told, delay_s: handedOn.delaySeconds });
  } else if (failure.retryable && !failure.final) logger.warn('handed back', told);
  else logger.error('failed', told);
  if (!news) return;
  telemetry.count('bundles_failed');
  if (policy === 'required') telemetry.count('required_not_delivered');
}
