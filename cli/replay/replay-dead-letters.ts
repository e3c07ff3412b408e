/**
 * @module
 */
import pMap from 'p-map';
import { MANIFEST_NAME } from '../../core/bundle/keys.ts';
import { type IgnoredReason, type Notice, readNotices } from '../../core/ingest/events.ts';
import type { ObjectStore } from '../../core/store/port.ts';
import { bundleState } from '../bundle-states.ts';
import { problemOf as wordsOf } from '../exit.ts';
import type { Session } from '../session.ts';
import type { LoadedSettings } from '../settings.ts';
import { namedLocation, openAt } from '../stores.ts';
import { DeadLetters, type Letter } from './dead-letters.ts';
import { MoveFailedError, QueueAccessError } from './errors.ts';
import type { ReplayOptions } from './options.ts';
import type { ReplayAction, ReplayItem, ReplayReport } from './report.ts';

/** Letters that are looked at, and told of one by one. Those that are sent are held so many at a time. */
const LOOK = 100;
const LOOKS_AT_A_TIME = 8;

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
    const { total, held } = await letters.count();
    const seen = await letters.receive(Math.min(limit ?? LOOK, LOOK));
    await letters.release(seen);
    const report = async (action: ReplayAction, all: number): Promise<ReplayReport> => ({
      dryRun,
      by: isTask ? 'move-task' : 'receive-and-send',
      items: await describeAll(describe, seen, action),
      more: Math.max(0, Math.min(all, limit ?? all) - seen.length),
      held,
    });
    if (dryRun) return report('would_be_replayed', total);
    if (seen.length === 0) return report('moved', 0);
    const moved = await letters.moveAll();
    if (moved !== undefined) return report('moved', moved);
  }

  const target = queueUrl ?? (await letters.source());
  const { sent, refused } = await resendAll(letters, target, limit ?? Number.POSITIVE_INFINITY);
  const shown = sent.slice(0, LOOK);
  return {
    dryRun,
    by: 'receive-and-send',
    items: [
      ...(await describeAll(describe, refused, 'failed')),
      ...(await describeAll(describe, shown, 'sent')),
    ],
    more: sent.length - shown.length,
  };
}

/**
 * So many at a time that none comes back before it was sent. Ends where a whole lot is refused.
 *
 * @throws MoveFailedError when it breaks off in the middle; what was not sent stays where it is
 */
async function resendAll(
  letters: DeadLetters,
  target: string,
  max: number,
): Promise<{ sent: Letter[]; refused: readonly Letter[] }> {
  const sent: Letter[] = [];
  for (;;) {
    const lot = await letters.receive(Math.min(LOOK, max - sent.length));
    if (lot.length === 0) return { sent, refused: [] };
    const refused = await resendLot(letters, lot, target, sent.length);
    sent.push(...lot.filter((letter) => !refused.includes(letter)));
    if (refused.length === lot.length) return { sent, refused };
  }
}

async function resendLot(
  letters: DeadLetters,
  lot: readonly Letter[],
  target: string,
  before: number,
): Promise<readonly Letter[]> {
  try {
    return await letters.resend(lot, target);
  } catch (error) {
    if (before === 0 || !(error instanceof QueueAccessError)) throw error;
    throw new MoveFailedError(`${error.message}; ${before} dead letters had been sent before`, {
      hint: 'The others are still there: run the same command again, in two minutes.',
      cause: error,
    });
  }
}

type Describe = (letter: Letter, action: ReplayAction) => Promise<ReplayItem>;

function describeAll(
  describe: Describe,
  letters: readonly Letter[],
  action: ReplayAction,
): Promise<ReplayItem[]> {
  return pMap(letters, (letter) => describe(letter, action), { concurrency: LOOKS_AT_A_TIME });
}

/** What a letter asks for, and why it failed as far as the store knows. Of many letters for one bundle one look is enough. */
async function describer(session: Session, settings: LoadedSettings): Promise<Describe> {
  const location = namedLocation(session, settings);
  const store = location === undefined ? undefined : await openAt(session, location);
  // A folder sends no notices; those of a bucket are of another store, whatever it is called.
  const place = location?.kind === 's3' ? location : undefined;
  const looks = new Map<string, Promise<Known>>();
  return async ({ id, body }, action) => {
    const notices = readNotices(body, place);
    const work = notices.find((notice) => notice.kind === 'work');
    if (work === undefined) return { messageId: id, action, problem: problemOf(notices) };
    const { bundle, kind: step } = work.message;
    const known = looks.get(bundle) ?? (store === undefined ? NOTHING : lookAt(store, bundle));
    looks.set(bundle, known);
    return { messageId: id, bundle, step, action, ...(await known) };
  };
}

type Known = Pick<ReplayItem, 'failure' | 'state' | 'unknown'>;

const NOTHING: Promise<Known> = Promise.resolve({});

/** Never rejects: the letters may have been moved already, and what was done is to be told in any case. */
async function lookAt(store: ObjectStore, path: string): Promise<Known> {
  try {
    const state = await bundleState(store, path);
    if (state.delivered) return { state: 'delivered' };
    const failure = state.failure === undefined ? {} : { failure: state.failure };
    const manifest = await store.head(`${path}/${MANIFEST_NAME}`);
    return manifest === undefined ? { ...failure, state: 'gone' } : failure;
  } catch (error) {
    return { unknown: wordsOf(error).message };
  }
}

function problemOf(notices: readonly Notice[]): string {
  for (const notice of notices) {
    if (notice.kind === 'unreadable') return notice.problem;
    if (notice.kind === 'ignored') return IGNORED[notice.reason];
  }
  return 'an empty notification';
}

const IGNORED: Readonly<Record<IgnoredReason, string>> = {
  'test-event': 'the test event that S3 sends when notifications are set up: nothing to deliver',
  'not-created': 'no notice of an upload: nothing to deliver',
  'other-bucket': 'a notice of another bucket than the store that is named',
  'other-prefix': 'a notice from outside of the prefix of the store that is named',
  'not-a-manifest': 'a notice of something else than a manifest: nothing to deliver',
};
