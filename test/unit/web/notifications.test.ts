/**
 * The forms in which stores tell of a new object, as their own documents and sources give them.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bundleMessage } from '../../../core/ingest/messages.ts';
import { BEARER, KEY, makeWorld, PATH, SECRET } from './support.ts';

const encoded = (key: string): string => encodeURIComponent(key).replaceAll('%20', '+');
const record = (key: string, eventName: string, bucket = 'team-evals') => ({
  eventVersion: '2.1',
  eventSource: 'aws:s3',
  eventName,
  s3: {
    s3SchemaVersion: '1.0',
    bucket: { name: bucket },
    object: { key, size: 1024, eTag: 'e', sequencer: '0055' },
  },
});

const FORMS: Readonly<Record<string, object>> = {
  'S3, a put': { Records: [record(encoded(KEY), 'ObjectCreated:Put')] },
  'S3, a copy': { Records: [record(encoded(KEY), 'ObjectCreated:Copy')] },
  'S3, a multipart upload': { Records: [record(encoded(KEY), 'ObjectCreated:CompleteMultipartUpload')] },
  // internal/event/target/webhook.go: event.Log with the decoded key beside the record's encoded one.
  MinIO: {
    EventName: 's3:ObjectCreated:Put',
    Key: `team-evals/${KEY}`,
    Records: [{ ...record(encoded(KEY), 's3:ObjectCreated:Put'), eventSource: 'minio:s3' }],
  },
  // docs.ceph.com/…/radosgw/notifications: keys as they are, sizes as text.
  Ceph: {
    Records: [
      {
        ...record(KEY, 'ObjectCreated:Put'),
        eventSource: 'ceph:s3',
        s3: {
          configurationId: 'mynotif1',
          bucket: { name: 'team-evals', id: '503a4c37' },
          object: { key: KEY, size: '1024', metadata: [], tags: [] },
        },
        eventId: '',
        opaqueData: 'me@example.com',
      },
    ],
  },
  'Ceph before Octopus': { Records: [record(KEY, 's3:ObjectCreated:Put')] },
  EventBridge: {
    version: '0',
    'detail-type': 'Object Created',
    source: 'aws.s3',
    detail: {
      version: '0',
      bucket: { name: 'team-evals' },
      object: { key: KEY, size: 5 },
      reason: 'PutObject',
    },
  },
  'S3 by SNS': {
    Type: 'Notification',
    Message: JSON.stringify({ Records: [record(encoded(KEY), 'ObjectCreated:Put')] }),
  },
};

const send = async (world: ReturnType<typeof makeWorld>, body: unknown) =>
  world.post('/webhooks/s3', JSON.stringify(body), BEARER);

describe('POST /webhooks/s3', () => {
  it.each(Object.entries(FORMS))('takes %s', async (_name, body) => {
    const world = makeWorld();
    expect(await send(world, body)).toMatchObject({
      status: 202,
      body: { accepted: [PATH], ignored: 0, unreadable: 0 },
    });
    expect(world.sent).toEqual([bundleMessage(PATH)]);
  });

  it.each([
    ['agentv evals/2026+x', 'encoded', encoded],
    ['agentv evals/ünïcode', 'encoded', encoded],
    ['100%/a+b', 'encoded', encoded],
    ['100%/a+b', 'as it is', (key: string) => key],
    ['a b', 'as it is', (key: string) => key],
  ])('takes a key under the prefix %j, %s', async (prefix, _how, write) => {
    const world = makeWorld({ place: { bucket: 'team-evals', prefix } });
    const body = { Records: [record(write(`${prefix}/${PATH}/manifest.json`), 'ObjectCreated:Put')] };
    expect(await send(world, body)).toMatchObject({ status: 202, body: { accepted: [PATH] } });
  });

  it('takes several records, each bundle once', async () => {
    const world = makeWorld();
    const other = KEY.replace('3f2a9c01b4d7', '00000000000a');
    const Records = [KEY, other, KEY, 'agentv/runs/x.txt'].map((key) =>
      record(encoded(key), 'ObjectCreated:Put'),
    );
    expect(await send(world, { Records: [...Records, { odd: true }] })).toMatchObject({
      status: 202,
      body: { accepted: [PATH, PATH.replace('3f2a9c01b4d7', '00000000000a')], ignored: 1, unreadable: 1 },
    });
  });

  it.each([
    ['a test event', { Service: 'Amazon S3', Event: 's3:TestEvent', Bucket: 'team-evals' }],
    ['a removal', { Records: [record(encoded(KEY), 'ObjectRemoved:Delete')] }],
    ['another bucket', { Records: [record(encoded(KEY), 'ObjectCreated:Put', 'other')] }],
    ['another prefix', { Records: [record(encoded(`x${KEY}`), 'ObjectCreated:Put')] }],
    [
      'a part',
      {
        Records: [
          record(encoded(KEY.replace('manifest.json', 'parts/00000.jsonl.zst')), 'ObjectCreated:Put'),
        ],
      },
    ],
    [
      'a receipt',
      { Records: [record(encoded(`agentv/receipts/${PATH}/receipt.json`), 'ObjectCreated:Put')] },
    ],
    ['no record', { Records: [] }],
  ])('does nothing for %s, and says so', async (_what, body) => {
    const world = makeWorld();
    expect(await send(world, body)).toMatchObject({ status: 202, body: { accepted: [] } });
    expect(world.sent).toEqual([]);
  });

  it.each([
    [
      'a step of the workers',
      { schema: 'agentv-opik.message.v1', kind: 'part', bundle: PATH, part: 0, destination: '0123456789ab' },
    ],
    ['a key that climbs', { Records: [record(KEY.replace('shop', '..'), 'ObjectCreated:Put')] }],
    ['an array', [1, 2]],
    ['null', null],
    ['records that are none', { Records: [null, 5, 'x', { s3: {} }] }],
    [
      'a key that is no text',
      { Records: [{ eventName: 'ObjectCreated:Put', s3: { bucket: { name: 'b' }, object: { key: {} } } }] },
    ],
    ['the shape of an object with a prototype', { __proto__: null, constructor: { name: 'x' }, toString: 1 }],
  ])('refuses %s', async (_what, body) => {
    const world = makeWorld();
    expect(await send(world, body)).toMatchObject({
      status: 400,
      body: { error: { code: 'MALFORMED_CALL' } },
    });
    expect(world.sent).toEqual([]);
  });

  it('survives nesting as deep as the limit allows', async () => {
    const world = makeWorld();
    const deep = '['.repeat(120_000) + ']'.repeat(120_000);
    expect((await world.post('/webhooks/s3', deep, BEARER)).status).toBe(400);
    const sns = (message: string): string => JSON.stringify({ Type: 'Notification', Message: message });
    expect((await world.post('/webhooks/s3', sns(sns(sns(sns(sns('{}'))))), BEARER)).status).toBe(400);
  });

  it('answers any bytes and any JSON with 202 or 400, orders nothing, and logs none of it', async () => {
    const world = makeWorld({ limits: { refusalsPerSecond: 1e6, callsPerSecond: 1e6, burst: 1e6 } });
    const answers = async (body: string | Uint8Array) =>
      (await world.post('/webhooks/s3', body, BEARER)).status;
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 200 }), async (bytes) => {
        expect([202, 400]).toContain(await answers(bytes));
      }),
    );
    await fc.assert(
      fc.asyncProperty(fc.jsonValue(), async (value) => {
        expect([202, 400]).toContain(await answers(JSON.stringify(value)));
        expect([202, 400]).toContain(
          await answers(JSON.stringify({ Records: value, Type: 'Notification', Message: value })),
        );
      }),
    );
    expect(world.sent).toEqual([]);
    const known = new Set(['event', 'route', 'status', 'code', 'bundles', 'ignored', 'unreadable']);
    for (const event of world.events) for (const key of Object.keys(event)) expect(known).toContain(key);
  });

  it('that is an order of our own is taken as far as it names a bundle', async () => {
    const world = makeWorld();
    const handed_on = { times: 9, attempts: 900, first_seen_at: '2020-01-01T00:00:00Z' };
    expect((await send(world, { ...bundleMessage(PATH), handed_on })).status).toBe(202);
    expect(world.sent).toEqual([bundleMessage(PATH)]);
    const part = { ...bundleMessage(PATH), kind: 'part', part: 0, destination: '0123456789ab' };
    expect((await send(world, part)).status).toBe(400);
  });

  it('is of no use for a folder, and says what is', async () => {
    const world = makeWorld({ place: undefined, storeUri: 'file:///srv/bundles' });
    expect(await send(world, FORMS.MinIO)).toMatchObject({
      status: 409,
      body: { error: { code: 'NO_NOTIFICATIONS', hint: expect.stringContaining('--watch') } },
    });
  });

  it('takes the token as the password of a URL', async () => {
    const world = makeWorld();
    const Authorization = `Basic ${Buffer.from(`agentv:${SECRET}`).toString('base64')}`;
    expect((await world.post('/webhooks/s3', JSON.stringify(FORMS.Ceph), { Authorization })).status).toBe(
      202,
    );
  });
});
