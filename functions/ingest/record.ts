/**
 * One message of the queue, from its body to what becomes of it.
 *
 * @module
 */
import { attemptStep } from '../../core/ingest/attempt.ts';
import type { IngestContext } from '../../core/ingest/context.ts';
import { TimeUpError } from '../../core/ingest/errors.ts';
import { type Notice, readNotices } from '../../core/ingest/events.ts';
import { handOver } from '../../core/ingest/hand-on.ts';
import type { Message } from '../../core/ingest/messages.ts';
import { OpikAuthError } from '../../core/opik/errors.ts';
import type { Deadline } from '../runtime/deadline.ts';
import { describeError } from '../runtime/telemetry.ts';
import { backoffSeconds, HOPELESS_SECONDS } from './backoff.ts';
import type { QueueRecord } from './batch.ts';
import type { Delivery } from './delivery.ts';
import { attemptSettings, triesOf } from './ports.ts';
import { type Report, reportFailure, reportNotice, reportOutcome } from './report.ts';
import type { Runtime } from './runtime.ts';

/**
 * Does what a message asks for.
 *
 * Guarantees: never rejects; a message that asks for several things gets all of them tried.
 *
 * @returns whether the message is done with; one that is not comes again after a while that grows with its tries
 */
export async function ingestRecord(
  record: QueueRecord,
  runtime: Runtime,
  deadline: Deadline,
): Promise<boolean> {
  const { environment, place, telemetry } = runtime;
  const { messageId: message_id, attributes } = record;
  const logger = telemetry.logger.createChild({
    persistentKeys: { message_id, receives: attributes.ApproximateReceiveCount },
  });
  const report: Report = { logger, telemetry, policy: environment.policy };
  if (environment.policy === 'disabled') {
    logger.warn('skipped', { reason: 'AGENTV_OPIK_POLICY is disabled' });
    return true;
  }
  const delivery: Delivery = { record, runtime, deadline, report };
  const notices = readNotices(record.body, place);
  if (deadline.signal.aborted) return leave(notices, delivery);
  const waits: number[] = [];
  for (const notice of notices) {
    const wait = await take(notice, delivery);
    if (wait !== undefined) waits.push(wait);
  }
  if (waits.length === 0) return true;
  await hide(record, runtime, Math.max(...waits), report);
  return false;
}

/** What no time is left for was not tried, so that it is to cost no try. @returns whether fresh messages stand for it */
async function leave(
  notices: readonly Notice[],
  { record, runtime, deadline, report }: Delivery,
): Promise<boolean> {
  report.logger.info('not begun', { reason: 'no time is left' });
  const successors = notices.map((notice) =>
    notice.kind === 'work'
      ? handOver({
          message: notice.message,
          error: new TimeUpError('No time was left'),
          ...triesOf(record, notice.message),
          now: new Date(),
          hadWholeTime: deadline.isWhole(),
          wasLimited: false,
        })
      : undefined,
  );
  const fresh = successors.flatMap((successor) => (successor === undefined ? [] : [successor.message]));
  if (fresh.length > 0 && fresh.length === notices.length) {
    try {
      await runtime.queue.send(fresh);
      return true;
    } catch (error) {
      report.logger.warn('not handed on', { error: describeError(error) });
    }
  }
  await hide(record, runtime, 0, report);
  return false;
}

/** @returns seconds until it is worth another try; undefined when it is done */
async function take(notice: Notice, delivery: Delivery): Promise<number | undefined> {
  if (notice.kind === 'work') return takeMessage(notice.message, delivery);
  reportNotice(notice, delivery.report);
  return notice.kind === 'ignored' ? undefined : HOPELESS_SECONDS;
}

async function takeMessage(message: Message, delivery: Delivery): Promise<number | undefined> {
  const { runtime, report } = delivery;
  const { telemetry } = report;
  const { attempt } = triesOf(delivery.record, message);
  const part = message.kind === 'part' ? { part: message.part } : {};
  const logger = report.logger.createChild({
    persistentKeys: { bundle: message.bundle, step: message.kind, attempt, ...part },
  });
  const own: Report = { ...report, logger };

  let context: IngestContext | undefined;
  const ids = { bundle: message.bundle, attempt, ...part };
  const taken = await telemetry.trace(`ingest ${message.kind}`, ids, () =>
    attemptStep(message, {
      ...attemptSettings({ ...delivery, report: own }, message),
      onContext: (known) => {
        context = known;
        const { run, digest } = known.bundle.manifest;
        logger.appendPersistentKeys({ run_id: run.run_id, source: run.source, digest });
      },
    }),
  );
  if (taken.ok) {
    reportOutcome(taken.outcome, context, own);
    return undefined;
  }
  // A key that was changed is asked for again.
  if (taken.error instanceof OpikAuthError) runtime.secrets.forget();
  reportFailure(taken, own);
  if (taken.handedOn !== undefined) return undefined;
  return backoffSeconds(taken, attempt, runtime.environment.backoffSeconds);
}

/** Without it the message would stay hidden for the queue's whole visibility time-out, which is long on purpose. */
async function hide(
  { receiptHandle }: QueueRecord,
  { queue }: Runtime,
  seconds: number,
  { logger }: Report,
): Promise<void> {
  try {
    await queue.hide(receiptHandle, seconds);
  } catch (error) {
    logger.warn('not hidden', { error: describeError(error) });
  }
}
