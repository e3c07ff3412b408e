import { describe, expect, it } from 'vitest';
import { TimeUpError } from '../../../core/ingest/errors.ts';
import type { Failure } from '../../../core/ingest/failure.ts';
import { OpikDeadlineError, OpikRateLimitError, OpikServerError } from '../../../core/opik/errors.ts';
import { backoffSeconds } from '../../../functions/ingest/backoff.ts';

const details = { route: 'traces.batch' } as const;

function failed(error: Error, retryable = true) {
  const failure: Failure = {
    schema: 'agentv-opik.failure.v1',
    bundle: 'runs/x',
    step: 'part',
    code: 'X',
    reason: '',
    retryable,
    final: false,
    attempts: 1,
    first_seen_at: '2026-11-20T12:00:00Z',
    last_seen_at: '2026-11-20T12:00:00Z',
    tool_version: '1.2.3',
  };
  return { ok: false, failure, news: false, error } as const;
}

describe('backoffSeconds', () => {
  it.each([
    [1, 30],
    [2, 60],
    [3, 120],
    [5, 480],
    [6, 900],
    [500, 900],
  ])('try %d: about %d s', (attempt, seconds) => {
    for (let times = 0; times < 50; times += 1) {
      const wait = backoffSeconds(failed(new OpikServerError('', details)), attempt, 30);
      expect(wait).toBeGreaterThanOrEqual(seconds * 0.75);
      expect(wait).toBeLessThanOrEqual(Math.min(900, seconds * 1.25 + 1));
      expect(Number.isInteger(wait)).toBe(true);
    }
  });

  it('waits as long as Opik asks', () => {
    const error = new OpikRateLimitError('', { ...details, retryAfterMs: 200_000 });
    expect(backoffSeconds(failed(error), 1, 30)).toBe(200);
    const patienceEnded = new OpikDeadlineError('', { ...details, cause: error });
    expect(backoffSeconds(failed(patienceEnded), 1, 30)).toBe(200);
  });

  it('goes on at once when only time was lacking', () => {
    expect(backoffSeconds(failed(new TimeUpError('')), 4, 30)).toBe(0);
  });

  it('does not keep waiting what will not heal', () => {
    expect(backoffSeconds(failed(new Error(), false), 4, 30)).toBe(5);
    expect(backoffSeconds(failed(new Error(), false), 4, 0)).toBe(0);
  });
});
