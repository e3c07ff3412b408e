/**
 * @module
 */
import { type Notice, readNotices } from '../../core/ingest/events.ts';
import type { ObjectStore } from '../../core/store/port.ts';
import { bundleState } from '../bundle-states.ts';
import type { Session } from '../session.ts';
import type { LoadedSettings } from '../settings.ts';
import { namedLocation, openAt } from '../stores.ts';
import { DeadLetters, type Letter } from './dead-letters.ts';
import type { ReplayOptions } from './options.ts';
import type { ReplayAction, ReplayItem, ReplayReport } from './report.ts';

/** Letters that are looked at, and told of one by one. Those that are sent are held so many at a time. */
const LOOK = 100;

/**
 * Brings dead letters back into their queue.
 *
 * SQS moves them itself, unless only some are wanted, or another queue, or it has no such operation: then each is sent
 * and taken out.
 *
 * @throws QueueAccessError, MoveFailedError, UsageError
 */
export async function replayDeadLetters(
  session: Session,
  settings: LoadedSettings,
  url: string,
  { limit, dryRun, queueUrl, isQueueAsked }: ReplayOptions,
): Promise<ReplayReport> {
  const letters = new DeadLetters(session.context, url);
  const describe = await describer(session, settings);
  const isTask = limit === undefined && !isQueueAsked;

  if (dryRun || isTask) {
    const total = await letters.count();
    const seen = await letters.receive(Math.min(limit ?? LOOK, LOOK));
    await letters.release(seen);
    const report = async (action: ReplayAction, all: number): Promise<ReplayReport> => ({
      dryRun,
      by: isTask ? 'move-task' : 'receive-and-send',
      items: await describeAll(describe, seen, action),
      more: Math.max(0, Math.min(all, limit ?? all) - seen.length),
    });
    if (dryRun) return report('would_be_replayed', total);
    if (seen.length === 0) return report('moved', 0);
    const moved = await letters.moveAll();
    if (moved !== undefined) return report('moved', moved);
  }

  const target = queueUrl ?? (await letters.source());
  const { sent, refused } = await resendAll(letters, target, limit ?? Number.POSITIVE_INFINITY);
  return {
    dryRun,
    by: 'receive-and-send',
    items: [
      ...(await describeAll(describe, refused, 'failed')),
      ...(await describeAll(describe, sent.slice(0, LOOK), 'sent')),
    ],
    more: Math.max(0, sent.length - LOOK),
  };
}

/** So many at a time that none comes back before it was sent. Ends where a whole lot is refused. */
async function resendAll(
  letters: DeadLetters,
  target: string,
  max: number,
): Promise<{ sent: Letter[]; refused: readonly Letter[] }> {
  const sent: Letter[] = [];
  for (;;) {
    const lot = await letters.receive(Math.min(LOOK, max - sent.length));
    if (lot.length === 0) return { sent, refused: [] };
    const refused = await letters.resend(lot, target);
    sent.push(...lot.filter((letter) => !refused.includes(letter)));
    if (refused.length === lot.length) return { sent, refused };
  }
}

type Describe = (letter: Letter, action: ReplayAction) => Promise<ReplayItem>;

async function describeAll(
  describe: Describe,
  letters: readonly Letter[],
  action: ReplayAction,
): Promise<ReplayItem[]> {
  const items: ReplayItem[] = [];
  for (const letter of letters) items.push(await describe(letter, action));
  return items;
}

/** What a letter asks for, and why it failed as far as the store knows. */
async function describer(session: Session, settings: LoadedSettings): Promise<Describe> {
  const location = namedLocation(session, settings);
  const store = location === undefined ? undefined : await openAt(session, location);
  const place = location?.kind === 's3' ? location : { bucket: '', prefix: '' };
  return async ({ id, body }, action) => {
    const notices = readNotices(body, place);
    const work = notices.find((notice) => notice.kind === 'work');
    if (work === undefined) return { messageId: id, action, problem: problemOf(notices) };
    const { bundle, kind: step } = work.message;
    const failure = store === undefined ? undefined : await failureOf(store, bundle);
    return { messageId: id, bundle, step, action, ...(failure === undefined ? {} : { failure }) };
  };
}

async function failureOf(store: ObjectStore, path: string): Promise<ReplayItem['failure']> {
  const state = await bundleState(store, path);
  return state.delivered ? undefined : state.failure;
}

function problemOf(notices: readonly Notice[]): string {
  for (const notice of notices) {
    if (notice.kind === 'unreadable') return notice.problem;
    if (notice.kind === 'ignored') return notice.reason;
  }
  return 'an empty notification';
}
