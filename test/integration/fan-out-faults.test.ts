/**
 * The built function when something breaks: what heals by itself heals, what does not says why and stays out of the way.
 */
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Failure, FailureStore } from '../../core/ingest/failure.ts';
import type { Receipt } from '../../core/ingest/receipt.ts';
import { receiptsOf } from '../../core/ingest/receipt-store.ts';
import { createFileStore } from '../../core/store/index.ts';
import { ingest, makeWorkspace, type Workspace } from '../support/pipeline.ts';
import { fixtureRun } from '../support/runs.ts';
import { expectSameState } from '../support/same-state.ts';
import { uploadInParts } from '../support/small-parts.ts';
import { BUCKET, type Cloud, PREFIX, startCloud } from '../support/sqs/cloud.ts';
import { s3Notification, s3TestEvent } from '../support/sqs/events.ts';
import { eventOf, type Handler, makeContext } from '../support/sqs/mapping.ts';
import { type Output, recordOutput } from '../support/sqs/output.ts';

let cloud: Cloud;
let handler: Handler;
let workspace: Workspace;
let output: Output;

const SECRET = 'arn:aws:secretsmanager:us-east-1:000000000000:secret:agentv-opik';
const KEY = 'the-right-key';
const ENVIRONMENT = { AGENTV_OPIK_SECRET_ARN: SECRET, OPIK_WORKSPACE: 'default' } as const;

beforeAll(async () => {
  workspace = await makeWorkspace();
});
beforeEach(async () => {
  output = recordOutput();
  cloud = await startCloud({
    secrets: { [SECRET]: JSON.stringify({ opik_api_key: KEY }) },
    opik: { apiKey: KEY },
  });
  handler = await cloud.start(ENVIRONMENT);
});
afterEach(async () => {
  output.restore();
  await cloud.close();
});
afterAll(() => workspace.remove());

let uploads = 0;
async function upload(run = 'baseline'): Promise<string> {
  uploads += 1;
  const source = `github.com/acme/shop-${uploads}`;
  return (await uploadInParts(fixtureRun(run).directory, cloud.store, 1, { mode: 'full', source })).path;
}

async function directState(path: string): Promise<string> {
  const receipts = createFileStore(join(workspace.directory, `receipts-${uploads}`));
  const open = await startCloud();
  await ingest(cloud.store, path, open.opik.url, { mode: 'metadata-only', receipts });
  const state = open.opik.snapshot();
  await open.close();
  // Each API key is an author of its own.
  return anonymous(state);
}

function anonymous(snapshot: string): string {
  return snapshot.replaceAll(
    /"(?:created_by|last_updated_by|author|createdBy|lastUpdatedBy)":"[^"]*"/g,
    '""',
  );
}

async function receiptOf(path: string): Promise<Receipt | undefined> {
  for await (const receipt of receiptsOf(cloud.store, path)) return receipt;
  return undefined;
}

async function failureOf(path: string): Promise<Failure | undefined> {
  for await (const failure of new FailureStore(cloud.store, path).all()) return failure;
  return undefined;
}

function state(): string {
  return anonymous(cloud.opik.snapshot());
}

const FOR_EVER = Number.POSITIVE_INFINITY;

describe('what heals', () => {
  it('Opik down for three tries of everything, then up: the same state, no dead letter, and the record says so', async () => {
    const path = await upload();
    const wanted = await directState(path);
    cloud.opik.fault({ kind: 'status', status: 503, times: FOR_EVER });
    cloud.notify(path);
    const impatient: Handler = (event) => handler(event, makeContext(2500));
    await cloud.deliver(impatient, {
      onRound: (round) => {
        if (round === 2) cloud.opik.clearFaults();
      },
    });

    expectSameState(state(), wanted, 'after the outage');
    expect(cloud.sqs.deadLetters).toEqual([]);
    const receipt = await receiptOf(path);
    expect(receipt).toMatchObject({
      status: 'delivered',
      delivery: { attempts: 3, last_failure: { code: expect.stringMatching(/^OPIK_|^TIME_UP$/) } },
    });
    expect(await failureOf(path)).toBeUndefined();
    expect(output.metric('retries')).toBeGreaterThan(0);
    expect(output.metric('bundles_failed')).toBe(0);
  });

  it('429 now and then: waited for, and counted', async () => {
    const path = await upload();
    const wanted = await directState(path);
    cloud.opik.fault({
      kind: 'rate-limit',
      resetSeconds: 0,
      at: ({ position }) => position % 3 === 0,
      times: 6,
    });
    cloud.notify(path);
    await cloud.deliver(handler, { concurrency: 3 });

    expectSameState(state(), wanted, 'after the storm');
    expect(output.metric('retries')).toBe(6);
    expect((await receiptOf(path))?.delivery?.retries).toBe(6);
  });

  it.each([0, 500, 1_050, 1_100, 1_150, 1_250, 1_400])(
    'too little time (%d ms) for the first two tries of each message: stops by itself, and the same state in the end',
    async (little) => {
      const path = await upload('matrix');
      const wanted = await directState(path);
      cloud.notify(path);
      await cloud.deliver((event, context) => {
        const first = JSON.stringify(event).match(/"ApproximateReceiveCount":"[12]"/) !== null;
        return handler(event, first ? makeContext(little) : context);
      });

      expectSameState(state(), wanted, `${little} ms`);
      expect(cloud.sqs.deadLetters).toEqual([]);
      expect(cloud.opik.finishCalls.length).toBe(1);
    },
  );

  it('does not start what it has no time for, and says so', async () => {
    cloud.notify(await upload());
    const [message] = cloud.sqs.receive(1);
    if (message === undefined) throw new Error('nothing received');
    const answer = await handler(eventOf([message]), makeContext(900));
    expect(answer).toEqual({ batchItemFailures: [{ itemIdentifier: message.id }] });
    expect(cloud.opik.requests.length).toBe(0);
    expect(output.lines()).toContainEqual(expect.objectContaining({ message: 'not begun' }));
    expect(cloud.sqs.receive(1)).toContain(message);
  });

  it('a request that hangs does not take the function past its time', async () => {
    cloud.notify(await upload());
    cloud.opik.fault({ kind: 'hang', ms: 30_000, at: 2 });
    const [message] = cloud.sqs.receive(1);
    if (message === undefined) throw new Error('nothing received');
    const start = performance.now();
    const answer = await handler(eventOf([message]), makeContext(2000));
    expect(performance.now() - start).toBeLessThan(2000);
    expect(answer.batchItemFailures.length).toBe(1);
  });

  it('a queue that takes a batch in part, throttles, or refuses for a while', async () => {
    const path = await upload('matrix');
    const wanted = await directState(path);
    cloud.sqs.fault({ operation: 'SendMessageBatch', kind: 'partly', times: 2 });
    cloud.sqs.fault({ operation: 'SendMessageBatch', kind: 'denied', times: 1 });
    cloud.sqs.fault({ operation: 'ChangeMessageVisibility', kind: 'denied', times: 1 });
    cloud.notify(path);
    await cloud.deliver(handler);
    expectSameState(state(), wanted, 'after the queue');
    expect(cloud.sqs.deadLetters).toEqual([]);
  });

  it('S3 that fails for a while', async () => {
    const path = await upload();
    const wanted = await directState(path);
    cloud.notify(path);
    cloud.s3.inject({ kind: 'error', status: 503, code: 'SlowDown' }, { times: 6 });
    const patient: Handler = (event) => handler(event, makeContext(3000));
    await cloud.deliver(patient);
    expectSameState(state(), wanted, 'after S3');
    expect(cloud.sqs.deadLetters).toEqual([]);
  });
});

describe('what does not heal', () => {
  /** Tries everything until it is dead, and gives what is left. */
  async function dies(path: string): Promise<Failure | undefined> {
    cloud.notify(path);
    await cloud.deliver(handler);
    return failureOf(path);
  }

  async function overwrite(
    key: string,
    change: (bytes: Buffer) => Uint8Array,
  ): Promise<() => Promise<unknown>> {
    const before = Buffer.from(await cloud.store.get(key));
    await cloud.store.put(key, change(Buffer.from(before)));
    return () => cloud.store.put(key, before);
  }

  const manifest = (change: (value: Record<string, unknown>) => unknown) => (path: string) =>
    overwrite(`${path}/manifest.json`, (bytes) =>
      Buffer.from(JSON.stringify(change(JSON.parse(bytes.toString())))),
    );

  const POISON: Record<string, [code: string, break_: (path: string) => Promise<() => Promise<unknown>>]> = {
    'a part with other bytes': [
      'CORRUPT_OBJECT',
      (path) =>
        overwrite(`${path}/parts/00001.jsonl.zst`, (bytes) => {
          bytes[10] = (bytes[10] ?? 0) ^ 0xff;
          return bytes;
        }),
    ],
    'a part that is gone': [
      'CORRUPT_OBJECT',
      async (path) => {
        const key = `${path}/parts/00001.jsonl.zst`;
        const bytes = await cloud.store.get(key);
        await cloud.store.delete(key);
        return () => cloud.store.put(key, bytes);
      },
    ],
    'a manifest whose digest is wrong': [
      'INVALID_MANIFEST',
      manifest((value) => ({
        ...value,
        totals: { ...Object(value.totals), results: 3 },
        digest: 'f'.repeat(64),
      })),
    ],
    "a manifest of somebody else's": ['INVALID_MANIFEST', manifest(() => ({ schema: 'other.manifest.v1' }))],
    'a manifest of a newer schema': [
      'UNSUPPORTED_MANIFEST',
      manifest((value) => ({ ...value, schema: 'agentv-opik.manifest.v2' })),
    ],
    'a manifest that is too large': [
      'OBJECT_TOO_LARGE',
      (path) => overwrite(`${path}/manifest.json`, () => Buffer.alloc(17 * 1024 * 1024, ' ')),
    ],
    'a manifest deleted between the event and now': [
      'BUNDLE_NOT_FOUND',
      async (path) => {
        const bytes = await cloud.store.get(`${path}/manifest.json`);
        await cloud.store.delete(`${path}/manifest.json`);
        return () => cloud.store.put(`${path}/manifest.json`, bytes);
      },
    ],
  };

  it.each(Object.entries(POISON))(
    '%s: a receipt with the reason, dead letters after the tries, its neighbour delivered, and a replay succeeds',
    async (_name, [code, poison]) => {
      const path = await upload();
      const neighbour = await upload();
      const mend = await poison(path);
      cloud.notify(neighbour);

      const failure = await dies(path);

      expect(failure).toMatchObject({
        schema: 'agentv-opik.failure.v1',
        bundle: path,
        code,
        retryable: false,
        final: true,
        attempts: 5,
        tool_version: '0.1.0',
        reason: expect.stringMatching(/.{10}/),
      });
      expect(cloud.sqs.deadLetters.length).toBe(1);
      expect(await receiptOf(path)).toBeUndefined();
      expect((await receiptOf(neighbour))?.status).toBe('delivered');
      expect(output.metric('bundles_failed')).toBe(1);
      expect(output.metric('required_not_delivered')).toBe(1);
      expect(output.lines()).toContainEqual(
        expect.objectContaining({
          message: 'failed',
          level: 'ERROR',
          bundle: path,
          error: expect.objectContaining({ code, retryable: false }),
        }),
      );

      await mend();
      cloud.sqs.redrive();
      await cloud.deliver(handler);

      expect(await receiptOf(path)).toMatchObject({
        status: 'delivered',
        delivery: { last_failure: { code } },
      });
      expect(await failureOf(path)).toBeUndefined();
      expect(cloud.sqs.deadLetters).toEqual([]);
    },
  );

  it('a poison part leaves the other parts delivered', async () => {
    const path = await upload();
    await POISON['a part with other bytes']?.[1](path);
    const failure = await dies(path);
    expect(failure).toMatchObject({ step: 'part', part: 1 });
    expect(cloud.opik.state.traces.size).toBe(3);
  });

  it('a key that Opik refuses, until somebody puts the right one into the secret: no new deployment', async () => {
    cloud.sqs.setSecret(SECRET, JSON.stringify({ opik_api_key: 'wrong' }));
    handler = await cloud.start(ENVIRONMENT);
    const path = await upload();
    expect(await dies(path)).toMatchObject({ code: 'OPIK_AUTH', final: true });

    cloud.sqs.setSecret(SECRET, JSON.stringify({ opik_api_key: KEY }));
    cloud.sqs.redrive();
    await cloud.deliver(handler);
    expect((await receiptOf(path))?.status).toBe('delivered');
  });

  it.each([
    ['missing', 'SECRET', undefined],
    ['no JSON', 'SECRET', 'hunter2'],
    ['of the wrong kind', 'SECRET', '{"opik_api_key":5}'],
  ])('a secret that is %s', async (_name, code, text) => {
    if (text !== undefined) cloud.sqs.setSecret('other', text);
    handler = await cloud.start({ ...ENVIRONMENT, AGENTV_OPIK_SECRET_ARN: 'other' });
    const failure = await dies(await upload());
    expect(failure).toMatchObject({ code, final: true });
    expect(JSON.stringify(failure) + output.text()).not.toContain('hunter2');
  });

  it('Opik down for longer than all tries: dead letters with the reason, and a replay delivers', async () => {
    const path = await upload();
    cloud.opik.fault({ kind: 'status', status: 503, times: FOR_EVER });
    cloud.notify(path);
    await cloud.deliver((event) => handler(event, makeContext(2500)));
    expect(await failureOf(path)).toMatchObject({ retryable: true, final: true, attempts: 5 });
    expect(cloud.sqs.deadLetters.length).toBe(1);
    expect(output.metric('required_not_delivered')).toBe(1);

    cloud.opik.clearFaults();
    cloud.sqs.redrive();
    await cloud.deliver(handler);
    expect((await receiptOf(path))?.status).toBe('delivered');
  });

  it('one result that Opik refuses is rejected and told; the others are delivered and nothing is a dead letter', async () => {
    const path = await upload();
    cloud.opik.fault({
      kind: 'status',
      status: 400,
      at: ({ path: route, body }) =>
        route.endsWith('/traces/batch') && JSON.stringify(body).includes('"name":"partial"'),
      times: FOR_EVER,
    });
    cloud.notify(path);
    await cloud.deliver(handler);
    expect(await receiptOf(path)).toMatchObject({ status: 'partial', rejected_count: 1 });
    expect(output.metric('results_rejected')).toBe(1);
    expect(output.metric('results_delivered')).toBe(3);
    expect(cloud.sqs.deadLetters).toEqual([]);
  });

  it('no permission to write receipts: says so in the log and still gets to the dead letters', async () => {
    const path = await upload();
    cloud.s3.inject(
      { kind: 'error', status: 403, code: 'AccessDenied' },
      { times: FOR_EVER, when: ({ method }) => method === 'PUT' },
    );
    cloud.notify(path);
    await cloud.deliver(handler);
    expect(cloud.sqs.deadLetters.length).toBe(1);
    expect(output.lines()).toContainEqual(
      expect.objectContaining({
        message: 'failed',
        error: { code: 'STORE_ACCESS', retryable: false, cause: 'AccessDenied' },
        receipt: { code: 'STORE_ACCESS', retryable: false, cause: 'AccessDenied' },
      }),
    );
  });
});

describe('messages that are none', () => {
  it.each([
    ['not JSON', 'hello'],
    ['JSON of no kind', '{"a":1}'],
    ['a message of ours of a newer schema', '{"schema":"agentv-opik.message.v2","kind":"bundle"}'],
    ['a message of ours without a bundle', '{"schema":"agentv-opik.message.v1","kind":"bundle"}'],
    ['a bundle outside of runs/', '{"schema":"agentv-opik.message.v1","kind":"bundle","bundle":"../../etc"}'],
  ])('%s: dead letter after the tries, its neighbours untouched', async (_name, body) => {
    const path = await upload();
    cloud.sqs.put(body);
    cloud.notify(path);
    await cloud.deliver(handler, { batchSize: 10 });
    expect(cloud.sqs.deadLetters.map((message) => message.body)).toEqual([body]);
    expect((await receiptOf(path))?.status).toBe('delivered');
    expect(output.lines()).toContainEqual(expect.objectContaining({ message: 'unreadable', level: 'ERROR' }));
  });

  it('a part that the bundle does not have', async () => {
    const path = await upload();
    cloud.notify(path);
    await cloud.deliver(handler);
    const receipt = await receiptOf(path);
    await cloud.store.delete(`receipts/${path}/${await destinationOf(path)}/receipt.json`);
    const message = { schema: 'agentv-opik.message.v1', kind: 'part', bundle: path, part: 99 };
    cloud.sqs.put(JSON.stringify({ ...message, destination: await destinationOf(path) }));
    await cloud.deliver(handler);
    expect(receipt?.status).toBe('delivered');
    expect(await failureOf(path)).toMatchObject({ code: 'UNKNOWN_PART', part: 99 });
    expect(cloud.sqs.deadLetters.length).toBe(1);
  });

  it('the test event, and manifests of other places, are acknowledged and told', async () => {
    const path = await upload();
    cloud.sqs.put(s3TestEvent(BUCKET));
    cloud.sqs.put(s3Notification([{ bucket: 'other', key: `${PREFIX}/${path}/manifest.json` }]));
    cloud.sqs.put(s3Notification([{ bucket: BUCKET, key: `elsewhere/${path}/manifest.json` }]));
    cloud.sqs.put(s3Notification([{ bucket: BUCKET, key: `${PREFIX}/${path}/parts/00000.jsonl.zst` }]));
    await cloud.deliver(handler, { batchSize: 10 });
    expect(cloud.opik.requests.length).toBe(0);
    expect(cloud.sqs.deadLetters).toEqual([]);
    const reasons = output
      .lines()
      .filter(({ message }) => message === 'ignored')
      .map(({ reason }) => reason);
    expect(reasons).toEqual(['test-event', 'other-bucket', 'other-prefix', 'not-a-manifest']);
  });

  it('one message of several records: each is tried, and only a bad one brings it back', async () => {
    const good = await upload();
    const bad = await upload();
    await cloud.store.delete(`${bad}/manifest.json`);
    const keys = [bad, good].map((path) => ({ bucket: BUCKET, key: `${PREFIX}/${path}/manifest.json` }));
    cloud.sqs.put(s3Notification(keys));
    await cloud.deliver(handler);
    expect((await receiptOf(good))?.status).toBe('delivered');
    expect(await failureOf(bad)).toMatchObject({ code: 'BUNDLE_NOT_FOUND', attempts: 5 });
    expect(cloud.sqs.deadLetters.length).toBe(1);
  });

  it('an event that is no batch of SQS is refused as a whole', async () => {
    await expect(handler({ hello: 1 }, makeContext(60_000))).rejects.toMatchObject({ code: 'UNKNOWN_EVENT' });
  });
});

describe('the environment', () => {
  it.each([
    [{ AGENTV_OPIK_STORE: '' }, 'AGENTV_OPIK_STORE'],
    [{ AGENTV_OPIK_STORE: 's3://b/../c' }, 'AGENTV_OPIK_STORE'],
    [{ AGENTV_OPIK_STORE: '/srv/bundles' }, 'AGENTV_OPIK_STORE'],
    [{ AGENTV_OPIK_QUEUE_URL: '' }, 'AGENTV_OPIK_QUEUE_URL'],
    [{ AGENTV_OPIK_CAPTURE: 'all' }, 'AGENTV_OPIK_CAPTURE'],
    [{ OPIK_URL_OVERRIDE: 'localhost' }, 'OPIK_URL_OVERRIDE'],
    [{ AGENTV_OPIK_MAX_RECEIVES: 'many' }, 'AGENTV_OPIK_MAX_RECEIVES'],
  ])('%j keeps the function from starting, and names the variable', async (env, variable) => {
    await expect(cloud.start(env)).rejects.toThrow(variable);
    expect(output.lines()).toContainEqual(
      expect.objectContaining({ level: 'CRITICAL', reason: expect.stringContaining(variable) }),
    );
  });
});

async function destinationOf(path: string): Promise<string> {
  for await (const destination of cloud.store.listFolders(`receipts/${path}/`)) return destination;
  throw new Error(`no receipts of ${path}`);
}
