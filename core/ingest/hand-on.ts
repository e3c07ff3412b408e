/**
 * Work that a worker could not end, handed on in a fresh message.
 *
 * A queue counts the deliveries of a message and gives it up after some. A step that was stopped in good order, or held
 * back by Opik's rate limit, failed at nothing, so that it should not be counted; a crash still is.
 *
 * @module
 */
import { OpikDeadlineError, OpikRateLimitError } from '../opik/errors.ts';
import { TimeUpError } from './errors.ts';
import type { Message } from './messages.ts';
import { MAX_DELAY_SECONDS } from './queue.ts';

/** A step that is older is not handed on any more: then its tries are counted, and it ends among the dead letters. */
export const MAX_AGE_MS = 24 * 60 * 60_000;

/** Without a word from Opik about how long: doubling from the first to the last. Seconds. */
const FIRST_PAUSE_S = 5;
const LAST_PAUSE_S = 60;

/** What is known of a step that was stopped. */
export interface Stop {
  readonly message: Message;
  /** What stopped it. */
  readonly error: unknown;
  /** Which try it was, from 1. */
  readonly attempt: number;
  readonly firstSeenAt: Date;
  readonly now: Date;
  /** Whether it could have used all the time that a worker has. */
  readonly hadWholeTime: boolean;
  /** Whether Opik's rate limit held it back. */
  readonly wasLimited: boolean;
  /** Dataset items that are put, of a plan. */
  readonly itemsDone?: number | undefined;
}

export interface HandOver {
  readonly message: Message;
  readonly delaySeconds: number;
}

/**
 * What to send in place of the message, if the step is worth that.
 *
 * Guarantee: nothing is handed on for ever. A step ends that is older than {@link MAX_AGE_MS}, and one that had a
 * worker's whole time to itself and came no further is not handed on at all: more of the same would not help it.
 */
export function handOver(stop: Stop): HandOver | undefined {
  const { message, error, attempt, firstSeenAt, now, itemsDone } = stop;
  if (now.getTime() - firstSeenAt.getTime() >= MAX_AGE_MS) return undefined;
  const isLimited = limitOf(error) !== undefined;
  if (!isLimited && !(error instanceof TimeUpError && isWorthMoreTime(stop))) return undefined;
  const times = message.handed_on?.times ?? 0;
  return {
    message: {
      ...message,
      handed_on: {
        times: times + 1,
        attempts: attempt - 1,
        first_seen_at: firstSeenAt.toISOString(),
        ...(itemsDone === undefined ? {} : { items_done: itemsDone }),
      },
    },
    delaySeconds: isLimited ? pauseFor(error, times) : 0,
  };
}

function isWorthMoreTime({ hadWholeTime, wasLimited, itemsDone = 0, message }: Stop): boolean {
  return !hadWholeTime || wasLimited || itemsDone > (message.handed_on?.items_done ?? 0);
}

function pauseFor(error: unknown, times: number): number {
  const own = Math.min(LAST_PAUSE_S, FIRST_PAUSE_S * 2 ** times);
  return Math.min(MAX_DELAY_SECONDS, Math.max(own, askedSeconds(error)));
}

/** Whole seconds that Opik asks to wait; 0 when it asks for nothing. */
export function askedSeconds(error: unknown): number {
  return Math.ceil((limitOf(error)?.retryAfterMs ?? 0) / 1000);
}

/** The 429 that an error is, or that patience ended with. */
function limitOf(error: unknown): OpikRateLimitError | undefined {
  if (error instanceof OpikRateLimitError) return error;
  return error instanceof OpikDeadlineError && error.cause instanceof OpikRateLimitError
    ? error.cause
    : undefined;
}
