import { afterAll, afterEach, beforeAll, beforeEach, expect, it, vi } from 'vitest';
import { bundleMessage, type Message } from '../../../core/ingest/messages.ts';
import { createSqsQueue } from '../../../functions/runtime/sqs-queue.ts';
import { type QueueServer, startQueueServer } from '../../support/sqs/queue-server.ts';

let server: QueueServer;

beforeAll(() => {
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'key');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'secret');
});
afterAll(() => {
  vi.unstubAllEnvs();
});
beforeEach(async () => {
  server = await startQueueServer();
});
afterEach(() => server.close());

const open = () => createSqsQueue({ url: server.queueUrl, region: 'us-east-1', endpoint: server.url });

function messages(count: number): Message[] {
  return Array.from({ length: count }, (_, n) => bundleMessage(`runs/x/2026/11/20/run-${n}/84265a7bc1b2`));
}

const bodies = () => server.messages.map(({ body }) => JSON.parse(body));

it('sends nothing for nothing, and any number by tens', async () => {
  await open().send([]);
  expect(server.calls).toEqual([]);
  await open().send(messages(25));
  expect(bodies()).toEqual(messages(25));
  expect(server.calls.length).toBe(3);
});

it('sends again what a batch left out, and only that', async () => {
  server.fault({ operation: 'SendMessageBatch', kind: 'partly', times: 2 });
  await open().send(messages(10));
  expect(bodies()).toEqual(messages(10));
});

it('says that the queue takes nothing', async () => {
  server.fault({ operation: 'SendMessageBatch', kind: 'denied', times: 1 });
  await expect(open().send(messages(1))).rejects.toMatchObject({
    code: 'QUEUE_UNAVAILABLE',
    retryable: true,
    cause: { name: 'AccessDeniedException' },
  });
});

it('puts each message into the group of its source, and holds it back as long as asked', async () => {
  const long = `runs/${'x'.repeat(180)}~0123456789abcdef/2026/11/20/run/84265a7bc1b2`;
  await open().send([...messages(2), bundleMessage(long)], { delaySeconds: 900 });
  expect(server.messages.map(({ group }) => group)).toEqual([
    'x',
    'x',
    expect.stringMatching(/^[0-9a-f]{64}$/),
  ]);
  expect(server.messages.every(({ visibleAt }) => visibleAt === 900_000)).toBe(true);
});

it('ends with its signal', async () => {
  await expect(open().send(messages(1), { signal: AbortSignal.abort() })).rejects.toThrow(/abort/i);
});

it('hides a message for as long as it is told', async () => {
  server.put('a');
  const [message] = server.receive(1);
  await open().hide(message?.receiptHandle ?? '', 90);
  expect(message?.visibleAt).toBe(90_000);
});
