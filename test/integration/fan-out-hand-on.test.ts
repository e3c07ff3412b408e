/**
 * The built function when its time runs out or Opik holds it back: the rest goes on in a fresh message, and no try is
 * used up for it.
 */
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { bundleMessage, MESSAGE_SCHEMA, messageSchema } from '../../core/ingest/messages.ts';
import type { Receipt } from '../../core/ingest/receipt.ts';
import { receiptsOf } from '../../core/ingest/receipt-store.ts';
import { createFileStore } from '../../core/store/index.ts';
import { ingest, makeWorkspace, type Workspace } from '../support/pipeline.ts';
import { fixtureRun } from '../support/runs.ts';
import { expectSameState } from '../support/same-state.ts';
import { uploadInParts } from '../support/small-parts.ts';
import { type Cloud, startCloud } from '../support/sqs/cloud.ts';
import { eventOf, type Handler, makeContext } from '../support/sqs/mapping.ts';
import { type Output, recordOutput } from '../support/sqs/output.ts';

/** So few that each one used up would show. */
const MAX_RECEIVES = 2;

let cloud: Cloud;
let handler: Handler;
let workspace: Workspace;
let output: Output;

beforeAll(async () => {
  workspace = await makeWorkspace();
});
afterAll(() => workspace.remove());
beforeEach(async () => {
  output = recordOutput();
  cloud = await startCloud({ maxReceives: MAX_RECEIVES });
  handler = await cloud.start({
    AGENTV_OPIK_CAPTURE: 'full',
    AGENTV_OPIK_MAX_RECEIVES: String(MAX_RECEIVES),
  });
});
afterEach(async () => {
  output.restore();
  await cloud.close();
});

let uploads = 0;
async function upload(run = 'matrix'): Promise<string> {
  uploads += 1;
  const source = `github.com/acme/shop-${uploads}`;
  return (await uploadInParts(fixtureRun(run).directory, cloud.store, 1, { mode: 'full', source })).path;
}

async function directState(path: string): Promise<string> {
  const receipts = createFileStore(join(workspace.directory, `receipts-${uploads}`));
  await ingest(cloud.store, path, cloud.opik.url, { receipts });
  const state = cloud.opik.snapshot();
  cloud.opik.reset();
  return state;
}

async function receiptOf(path: string): Promise<Receipt | undefined> {
  for await (const receipt of receiptsOf(cloud.store, path)) return receipt;
  return undefined;
}

async function failureKeys(path: string): Promise<string[]> {
  const keys: string[] = [];
  for await (const { key } of cloud.store.list(`receipts/${path}/`)) {
    if (key.endsWith('failure.json')) keys.push(key);
  }
  return keys;
}

async function expectDelivered(path: string, wanted: string): Promise<void> {
  expectSameState(cloud.opik.snapshot(), wanted, path);
  expect(cloud.sqs.deadLetters).toEqual([]);
  expect(cloud.sqs.messages).toEqual([]);
  expect(cloud.opik.finishCalls.length).toBe(1);
  expect((await receiptOf(path))?.status).toBe('delivered');
  expect(await failureKeys(path)).toEqual([]);
}

const FOR_EVER = Number.POSITIVE_INFINITY;
const linesOf = (message: string) => output.lines().filter((line) => line.message === message);

it('a storm of 429 that outlasts every worker: waited out in the queue as Opik asks, with no try used up', async () => {
  const path = await upload();
  const wanted = await directState(path);
  cloud.opik.fault({ kind: 'rate-limit', resetSeconds: 400, times: 12 });
  cloud.notify(path);
  await cloud.deliver(handler);

  await expectDelivered(path, wanted);
  expect(cloud.sqs.seconds).toBeGreaterThanOrEqual(400);
  expect((await receiptOf(path))?.delivery).toMatchObject({
    attempts: 1,
    last_failure: { code: 'OPIK_DEADLINE' },
  });
  expect(output.metric('handed_on')).toBe(12);
  expect(linesOf('handed on')[0]).toMatchObject({
    level: 'INFO',
    bundle: path,
    delay_s: 400,
    final: false,
    error: { code: 'OPIK_DEADLINE', cause: 'OPIK_RATE_LIMIT', status: 429 },
  });
});

it('a batch of which only the first fits into the time: the others go on untried', async () => {
  const paths = [await upload('baseline'), await upload('baseline'), await upload('baseline')];
  for (const path of paths) cloud.notify(path);
  const batch = cloud.sqs.receive(3);
  cloud.opik.fault({ kind: 'hang', ms: 30_000 });

  const answer = await handler(eventOf(batch), makeContext(2_000));

  // The first had all the time there is, so that it has to come back by itself.
  expect(answer.batchItemFailures).toEqual([{ itemIdentifier: batch[0]?.id }]);
  const fresh = cloud.sqs.messages.filter((message) => !batch.includes(message));
  expect(fresh.map(({ body }) => messageSchema.parse(JSON.parse(body)))).toEqual(
    paths.slice(1).map((path) => ({
      ...bundleMessage(path),
      handed_on: { times: 1, attempts: 0, first_seen_at: expect.any(String) },
    })),
  );
  for (const message of batch.slice(1)) cloud.sqs.delete(message);
  await cloud.deliver(handler);
  for (const path of paths)
    expect((await receiptOf(path))?.delivery).toMatchObject({ attempts: 1 + +(path === paths[0]) });
});

it('a queue that does not take the fresh message gets the old one back', async () => {
  const path = await upload();
  const wanted = await directState(path);
  cloud.opik.fault({ kind: 'rate-limit', resetSeconds: 400, times: 1 });
  // The SDK tries three times.
  cloud.sqs.fault({ operation: 'SendMessageBatch', kind: 'denied', times: 1 });
  cloud.notify(path);
  const [message] = cloud.sqs.receive(1);
  if (message === undefined) throw new Error('nothing received');

  const answer = await handler(eventOf([message]), makeContext(60_000));

  expect(answer.batchItemFailures).toEqual([{ itemIdentifier: message.id }]);
  expect(cloud.sqs.messages).toEqual([message]);
  expect(linesOf('handed back')[0]).toMatchObject({
    not_handed_on: { code: 'QUEUE_UNAVAILABLE', cause: 'AccessDeniedException' },
  });
  await cloud.deliver(handler);
  await expectDelivered(path, wanted);
});

it('a storm without end: after a day the tries count, and the message ends among the dead letters', async () => {
  const path = await upload();
  cloud.opik.fault({ kind: 'rate-limit', resetSeconds: 400, times: FOR_EVER });
  const first_seen_at = new Date(Date.now() - 25 * 3_600_000).toISOString();
  cloud.sqs.put(
    JSON.stringify({ ...bundleMessage(path), handed_on: { times: 90, attempts: 1, first_seen_at } }),
  );
  await cloud.deliver(handler);

  expect(cloud.sqs.deadLetters.length).toBe(1);
  expect(output.metric('bundles_failed')).toBe(1);
  expect(linesOf('failed')[0]).toMatchObject({
    final: true,
    attempt: 1 + MAX_RECEIVES,
    receives: MAX_RECEIVES,
  });
});

it('a step that never fits uses up its tries', async () => {
  const path = await upload('baseline');
  cloud.opik.fault({ kind: 'hang', ms: 30_000, times: FOR_EVER });
  cloud.notify(path);
  await cloud.deliver((event) => handler(event, makeContext(1_800)));
  expect(cloud.sqs.deadLetters.length).toBe(1);
  const [key = ''] = await failureKeys(path);
  expect(JSON.parse(Buffer.from(await cloud.store.get(key)).toString())).toMatchObject({
    code: 'TIME_UP',
    attempts: MAX_RECEIVES,
    final: true,
  });
});

it('gives each message the group of its source', async () => {
  const path = await upload();
  cloud.opik.fault({ kind: 'rate-limit', resetSeconds: 100, times: 3 });
  cloud.notify(path);
  const groups = new Set<string>();
  await cloud.deliver(handler, {
    onRound: () => {
      for (const { group, body } of cloud.sqs.messages) if (body.includes(MESSAGE_SCHEMA)) groups.add(group);
    },
  });
  expect([...groups]).toEqual([path.split('/')[1]]);
});

/** Numbers that look like chance and are the same each time. */
function makeRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

describe('fresh messages', () => {
  it.each(Array.from({ length: 12 }, (_, seed) => seed))(
    'with duplicates of them, and workers that die between sending and acknowledging (%d): the same state, closed once',
    async (seed) => {
      await cloud.close();
      cloud = await startCloud({ maxReceives: 200 });
      handler = await cloud.start({ AGENTV_OPIK_CAPTURE: 'full', AGENTV_OPIK_MAX_RECEIVES: '200' });
      const random = makeRandom(seed + 1);
      const path = await upload();
      const wanted = await directState(path);
      cloud.opik.fault({ kind: 'rate-limit', resetSeconds: 300, at: () => random() < 0.2, times: 25 });
      cloud.notify(path);
      if (seed % 2 === 1) cloud.notify(path);

      await cloud.deliver(handler, {
        random,
        duplicates: 0.4,
        concurrency: 1 + Math.floor(random() * 4),
        batchSize: 1 + Math.floor(random() * 4),
        dies: () => random() < 0.25,
      });

      expect(output.metric('handed_on')).toBeGreaterThan(0);
      await expectDelivered(path, wanted);
    },
  );
});
