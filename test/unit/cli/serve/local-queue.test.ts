import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { LocalQueue, type LocalQueueSettings, type Try } from '../../../../cli/serve/local-queue.ts';
import { bundleMessage, MESSAGE_SCHEMA, type Message } from '../../../../core/ingest/messages.ts';

const destination = '0123456789ab';
const bundle = (n: number): Message =>
  bundleMessage(`runs/shop/2026/11/20/run/${String(n).padStart(12, '0')}`);
const part = (n: number, of = bundle(0)): Message => ({
  schema: MESSAGE_SCHEMA,
  kind: 'part',
  bundle: of.bundle,
  part: n,
  destination,
});
const finish = (of = bundle(0)): Message => ({
  schema: MESSAGE_SCHEMA,
  kind: 'finish',
  bundle: of.bundle,
  destination,
});

function makeQueue(settings: Partial<LocalQueueSettings> = {}) {
  const tries: Try[] = [];
  let running = 0;
  let most = 0;
  const queue: LocalQueue = new LocalQueue({
    concurrency: 4,
    capacity: 100,
    maxAttempts: 3,
    now: () => new Date(),
    ...settings,
    work: async (attempt) => {
      tries.push(attempt);
      running += 1;
      most = Math.max(most, running);
      try {
        return await (settings.work ?? (async () => 'done' as const))(attempt);
      } finally {
        running -= 1;
      }
    },
  });
  const idle = async (): Promise<void> => {
    const { waiting, running: busy, retrying } = queue.state;
    if (waiting + busy + retrying === 0) return;
    await sleep(2);
    await idle();
  };
  return { queue, tries, idle, most: () => most };
}

describe('LocalQueue', () => {
  it('takes every message, with no more steps at a time than allowed', async () => {
    const { queue, tries, idle, most } = makeQueue({
      work: async () => {
        await sleep(1);
        return 'done';
      },
    });
    await queue.send(Array.from({ length: 50 }, (_, n) => part(n)));
    await idle();
    expect(new Set(tries.map(({ message }) => JSON.stringify(message))).size).toBe(50);
    expect(tries.length).toBe(50);
    expect(most()).toBe(4);
  });

  it('makes one plan at a time: parallel first writes to a dataset lose items', async () => {
    let planning = 0;
    const { queue, idle } = makeQueue({
      work: async () => {
        planning += 1;
        expect(planning).toBe(1);
        await sleep(1);
        planning -= 1;
        return 'done';
      },
    });
    await queue.send(Array.from({ length: 20 }, (_, n) => bundle(n)));
    await idle();
  });

  it('brings to an end what is begun, before it begins more', async () => {
    const { queue, tries, idle } = makeQueue({ concurrency: 1 });
    await queue.send([bundle(9), bundle(1), part(0), part(1), finish()]);
    await idle();
    // The first was taken when there was nothing else.
    expect(tries.map(({ message }) => message.kind)).toEqual(['finish', 'part', 'part', 'bundle', 'bundle']);
  });

  it('does not put in twice what waits, but does while it runs: something may have come since it looked', async () => {
    const { queue, tries, idle } = makeQueue({
      concurrency: 1,
      work: async () => {
        await sleep(20);
        return 'done';
      },
    });
    await queue.send([bundle(1)]);
    await queue.send([bundle(1), bundle(1), bundle(2), bundle(2)]);
    await idle();
    expect(tries.map(({ message }) => message)).toEqual([bundle(1), bundle(1), bundle(2)]);
  });

  it('runs no message beside itself', async () => {
    const running = new Set<string>();
    const { queue, tries, idle } = makeQueue({
      work: async ({ message }) => {
        const name = JSON.stringify(message);
        expect(running.has(name)).toBe(false);
        running.add(name);
        await sleep(5);
        running.delete(name);
        return 'done';
      },
    });
    await queue.send([finish(), part(1)]);
    await queue.send([finish(), part(1), part(2)]);
    await idle();
    expect(tries.length).toBe(5);
  });

  it('tries again with growing counts, and lets go after the last', async () => {
    const { queue, tries, idle } = makeQueue({ work: async () => ({ againInMs: 1 }) });
    await queue.send([bundle(1)]);
    await idle();
    expect(tries.map(({ attempt }) => attempt)).toEqual([1, 2, 3]);
    expect(new Set(tries.map(({ firstSeenAt }) => firstSeenAt)).size).toBe(1);
    expect(queue.state).toEqual({ waiting: 0, running: 0, retrying: 0 });
  });

  it('tries at once what waits for its next try, when somebody asks again', async () => {
    const { queue, tries } = makeQueue({ work: async () => ({ againInMs: 60_000 }) });
    await queue.send([bundle(1)]);
    await sleep(5);
    expect(queue.state.retrying).toBe(1);
    await queue.send([bundle(1)]);
    await sleep(5);
    expect(tries.map(({ attempt }) => attempt)).toEqual([1, 2]);
    expect(await queue.stop(1000)).toBe(1);
  });

  it('takes no more bundles than it has room for, but always what follows from them', async () => {
    const { queue, idle } = makeQueue({
      capacity: 3,
      concurrency: 1,
      work: async () => {
        await sleep(5);
        return 'done';
      },
    });
    await queue.send([bundle(0), bundle(1), bundle(2)]);
    await expect(queue.send([bundle(3), bundle(4)])).rejects.toMatchObject({
      code: 'QUEUE_UNAVAILABLE',
      retryable: true,
    });
    await expect(queue.send(Array.from({ length: 50 }, (_, n) => part(n)))).resolves.toBeUndefined();
    await idle();
  });

  it('stops: begins nothing more, lets end what runs, and says what is left', async () => {
    const ended: number[] = [];
    const { queue, tries } = makeQueue({
      concurrency: 1,
      work: async ({ attempt }) => {
        await sleep(30);
        ended.push(attempt);
        return 'done';
      },
    });
    await queue.send([bundle(1), bundle(2), bundle(3)]);
    expect(await queue.stop(1000)).toBe(2);
    expect({ tried: tries.length, ended: ended.length }).toEqual({ tried: 1, ended: 1 });
    await expect(queue.send([bundle(4)])).rejects.toMatchObject({ code: 'QUEUE_UNAVAILABLE' });
  });

  it('stops: aborts what does not end in time, and hands it back', async () => {
    const { queue } = makeQueue({
      work: ({ signal }) =>
        new Promise((resolve) => signal.addEventListener('abort', () => resolve({ againInMs: 1 }))),
    });
    await queue.send([bundle(1)]);
    expect(await queue.stop(10)).toBe(1);
    await sleep(20);
    expect(queue.state.running).toBe(0);
  });
});
