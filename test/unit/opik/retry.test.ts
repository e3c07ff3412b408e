import { describe, expect, it } from 'vitest';
import {
  OpikDeadlineError,
  OpikNetworkError,
  OpikRateLimitError,
  OpikRefusedError,
  OpikServerError,
} from '../../../core/opik/errors.ts';
import type { OpikPort } from '../../../core/opik/port.ts';
import { DEFAULT_RETRY, type RetryEnvironment, withRetry } from '../../../core/opik/retry.ts';

/** A port that throws what it is given, one by one, and then answers; and a clock that only sleeping moves. */
function setUp(failures: Error[]): {
  port: OpikPort;
  calls: () => number;
  environment: RetryEnvironment;
  sleeps: number[];
} {
  let calls = 0;
  let now = 0;
  const sleeps: number[] = [];
  const port: OpikPort = {
    url: 'http://opik.test/api',
    send: async () => {
      calls += 1;
      const failure = failures.shift();
      if (failure !== undefined) throw failure;
      return undefined as never;
    },
  };
  const environment: RetryEnvironment = {
    now: () => now,
    sleep: async (ms) => {
      sleeps.push(ms);
      now += ms;
    },
    random: () => 0.5,
  };
  return { port, calls: () => calls, environment, sleeps };
}

const route = 'traces.batch';
const server = (): OpikServerError => new OpikServerError('500', { route, status: 500 });
const network = (): OpikNetworkError => new OpikNetworkError('reset', { route });
const limited = (retryAfterMs: number): OpikRateLimitError =>
  new OpikRateLimitError('429', { route, status: 429, retryAfterMs });

describe('withRetry', () => {
  it('tries again after server, network and rate-limit errors', async () => {
    const { port, calls, environment } = setUp([server(), network(), limited(1000)]);
    await withRetry(port, DEFAULT_RETRY, environment).send(route, { traces: [] });
    expect(calls()).toBe(4);
  });

  it('waits as long as the server asks, and longer each time when it asks nothing', async () => {
    const { port, environment, sleeps } = setUp([server(), server(), server(), limited(7000)]);
    await withRetry(port, DEFAULT_RETRY, environment).send(route, { traces: [] });
    expect(sleeps).toEqual([375, 750, 1500, 7250]);
  });

  it('does not repeat what was refused', async () => {
    const { port, calls, environment } = setUp([new OpikRefusedError('422', { route, status: 422 })]);
    await expect(withRetry(port, DEFAULT_RETRY, environment).send(route, { traces: [] })).rejects.toThrow(
      '422',
    );
    expect(calls()).toBe(1);
  });

  it('gives up after the given number of tries with the last error', async () => {
    const { port, calls, environment } = setUp(Array.from({ length: 20 }, server));
    const retrying = withRetry(port, { ...DEFAULT_RETRY, attempts: 3 }, environment);
    await expect(retrying.send(route, { traces: [] })).rejects.toThrow(OpikServerError);
    expect(calls()).toBe(3);
  });

  it('starts no wait that would end after the deadline', async () => {
    const { port, environment, sleeps } = setUp([limited(400_000)]);
    await expect(withRetry(port, DEFAULT_RETRY, environment).send(route, { traces: [] })).rejects.toThrow(
      OpikDeadlineError,
    );
    expect(sleeps).toEqual([]);
  });

  it('holds back other calls while the server asks for a pause', async () => {
    const { port, environment, sleeps } = setUp([limited(5000)]);
    const retrying = withRetry(port, DEFAULT_RETRY, environment);
    const first = retrying.send(route, { traces: [] });
    await Promise.resolve();
    await first;
    expect(sleeps[0]).toBe(5250);
  });

  it('never repeats a finish whose outcome is unknown, but one that was refused for load', async () => {
    const lost = setUp([new OpikNetworkError('reset', { route: 'experiments.finish' })]);
    await expect(
      withRetry(lost.port, DEFAULT_RETRY, lost.environment).send('experiments.finish', { ids: [] }),
    ).rejects.toThrow('reset');
    expect(lost.calls()).toBe(1);

    const busy = setUp([new OpikRateLimitError('429', { route: 'experiments.finish', status: 429 })]);
    await withRetry(busy.port, DEFAULT_RETRY, busy.environment).send('experiments.finish', { ids: [] });
    expect(busy.calls()).toBe(2);
  });
});
