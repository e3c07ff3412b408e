import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { TimeUpError } from '../../../core/ingest/errors.ts';
import { handOver, MAX_AGE_MS, type Stop } from '../../../core/ingest/hand-on.ts';
import { bundleMessage, MESSAGE_SCHEMA, type Message, messageSchema } from '../../../core/ingest/messages.ts';
import { OpikDeadlineError, OpikRateLimitError, OpikServerError } from '../../../core/opik/errors.ts';

const PATH = 'runs/shop/2026/11/20/2026-11-20t10-21-37-666z/3f2a9c01b4d7';
const PART: Message = {
  schema: MESSAGE_SCHEMA,
  kind: 'part',
  bundle: PATH,
  part: 3,
  destination: '0123456789ab',
};
const FIRST = new Date('2026-11-20T12:00:00Z');
const details = { route: 'traces.batch' } as const;
const limit = (seconds?: number) =>
  new OpikRateLimitError('', {
    ...details,
    ...(seconds === undefined ? {} : { retryAfterMs: seconds * 1000 }),
  });
const timeUp = new TimeUpError('');

function stop(changes: Partial<Stop> = {}): Stop {
  return {
    message: PART,
    error: timeUp,
    attempt: 1,
    firstSeenAt: FIRST,
    now: new Date(FIRST.getTime() + 60_000),
    hadWholeTime: true,
    wasLimited: false,
    ...changes,
  };
}

describe('a step is handed on', () => {
  it('by the same order, which remembers the tries before and the first time', () => {
    const over = handOver(stop({ error: limit(30), attempt: 3 }));
    expect(over?.message).toEqual({
      ...PART,
      handed_on: { times: 1, attempts: 2, first_seen_at: '2026-11-20T12:00:00.000Z' },
    });
    expect(messageSchema.parse(over?.message)).toEqual(over?.message);
  });

  it.each([
    ['as Opik asks', limit(200), 200],
    ['as Opik asked when patience ended', new OpikDeadlineError('', { ...details, cause: limit(70.2) }), 71],
    ['no longer than SQS can', limit(4000), 900],
    ['a little where Opik asks for nothing', limit(), 5],
    ['a little where Opik asks for no time', limit(0), 5],
  ])('after a rate limit, %s', (_how, error, seconds) => {
    expect(handOver(stop({ error }))?.delaySeconds).toBe(seconds);
  });

  it('with growing pauses up to a minute where Opik does not say how long', () => {
    let message: Message = PART;
    const pauses = Array.from({ length: 6 }, () => {
      const over = handOver(stop({ message, error: limit() }));
      message = over?.message ?? PART;
      return over?.delaySeconds;
    });
    expect(pauses).toEqual([5, 10, 20, 40, 60, 60]);
  });

  it.each([
    ['that others had left little time', { hadWholeTime: false }],
    ['that the rate limit held back', { wasLimited: true }],
    ['that put items', { message: bundleMessage(PATH), itemsDone: 10_000 }],
    [
      'that put more items than the one before',
      {
        message: {
          ...bundleMessage(PATH),
          handed_on: { times: 1, attempts: 0, first_seen_at: FIRST.toISOString(), items_done: 10_000 },
        },
        itemsDone: 20_000,
      },
    ],
  ])('at once when time was up for one %s', (_what, changes) => {
    expect(handOver(stop(changes))?.delaySeconds).toBe(0);
  });
});

describe('a try is used up', () => {
  it.each([
    ['by a step that had all the time', {}],
    [
      'by a plan that came no further',
      {
        message: {
          ...bundleMessage(PATH),
          handed_on: { times: 1, attempts: 0, first_seen_at: FIRST.toISOString(), items_done: 10_000 },
        },
        itemsDone: 10_000,
      },
    ],
    ['by an Opik that is down', { error: new OpikServerError('', details), hadWholeTime: false }],
    ['by patience that ended otherwise', { error: new OpikDeadlineError('', details), wasLimited: true }],
    ['by a fault of the program', { error: new TypeError(''), wasLimited: true }],
    ['by a step that is a day old', { error: limit(5), now: new Date(FIRST.getTime() + MAX_AGE_MS) }],
  ])('%s', (_what, changes) => {
    expect(handOver(stop(changes))).toBeUndefined();
  });
});

it('whatever stops it, a step is handed on for a day and no longer', () => {
  const way = fc.record({
    tookMs: fc.integer({ min: 1000, max: 900_000 }),
    error: fc.constantFrom(timeUp, limit(), limit(0), limit(60)),
    hadWholeTime: fc.boolean(),
    wasLimited: fc.boolean(),
  });
  fc.assert(
    fc.property(fc.array(way, { minLength: 1, maxLength: 20 }), (ways) => {
      let message: Message = PART;
      let at = FIRST.getTime();
      let firstSeenAt = FIRST;
      for (let times = 0; ; times += 1) {
        const { tookMs, ...how } = ways[times % ways.length] ?? { tookMs: 1000 };
        at += tookMs;
        const over = handOver(stop({ ...how, message, firstSeenAt, now: new Date(at) }));
        if (over === undefined) break;
        expect(over.delaySeconds).toBeLessThanOrEqual(900);
        message = over.message;
        firstSeenAt = new Date(message.handed_on?.first_seen_at ?? '');
        at += over.delaySeconds * 1000;
        expect(message.handed_on).toMatchObject({ times: times + 1, attempts: 0 });
      }
      expect(at - FIRST.getTime()).toBeLessThan(MAX_AGE_MS + 2 * 900_000);
    }),
    { numRuns: 50 },
  );
});
