import { describe, expect, it } from 'vitest';
import { QueueUnavailableError } from '../../../core/ingest/errors.ts';
import { bundleMessage } from '../../../core/ingest/messages.ts';
import { DEFAULT_LIMITS } from '../../../core/web/ports.ts';
import { answerOf, BEARER, makeWorld, PATH } from './support.ts';

const BODY = JSON.stringify({ bundle: PATH });
const accepted = { status: 202, body: { accepted: [PATH] } };
const refused = (status: number, code: string) => ({ status, body: { error: { code } } });

describe('POST /webhooks/bundles', () => {
  it('takes a signed call', async () => {
    const world = makeWorld();
    expect(await world.call(BODY)).toMatchObject(accepted);
    expect(world.sent).toEqual([bundleMessage(PATH)]);
    expect(world.events).toEqual([
      { event: 'accepted', route: '/webhooks/bundles', status: 202, bundles: [PATH] },
    ]);
  });

  it('takes a call once, and again when it is signed anew', async () => {
    const world = makeWorld();
    await world.call(BODY);
    expect(await world.call(BODY)).toMatchObject(refused(409, 'REPLAYED_CALL'));
    world.time += 1000;
    expect(await world.call(BODY)).toMatchObject(accepted);
    expect(world.sent.length).toBe(2);
  });

  it('refuses what is old, even right after it was forgotten', async () => {
    const world = makeWorld({ limits: { rememberedCalls: 1 } });
    const at = Math.floor(world.time / 1000);
    await world.call(BODY, at);
    expect(await world.call(BODY, at + 1)).toMatchObject(refused(429, 'TOO_MANY_CALLS'));
    world.time = (at + 300) * 1000 + 1;
    expect(await world.call(BODY, at + 1)).toMatchObject(accepted);
    expect(await world.call(BODY, at)).toMatchObject(refused(401, 'SIGNATURE_STALE'));
  });

  it('lets a call be repeated as it is when the queue did not take it', async () => {
    const world = makeWorld();
    world.queueError = new QueueUnavailableError('The queue https://sqs.example/1234/x takes no messages');
    const answer = await world.call(BODY);
    expect(answer).toMatchObject(refused(503, 'UNAVAILABLE'));
    expect(answer.headers.get('Retry-After')).toBe('5');
    expect(JSON.stringify(answer.body)).not.toContain('sqs.example');
    world.queueError = undefined;
    expect(await world.call(BODY)).toMatchObject(accepted);
  });

  it.each([
    ['a token instead of a signature', BEARER, 401, 'SIGNATURE_MISSING'],
    ['nothing', {}, 401, 'SIGNATURE_MISSING'],
    [
      'a wrong signature',
      { 'X-Agentv-Opik-Timestamp': '1795170097', 'X-Agentv-Opik-Signature': `v1=${'0'.repeat(64)}` },
      401,
      'SIGNATURE_WRONG',
    ],
  ])('refuses %s', async (_what, headers, status, code) => {
    const world = makeWorld();
    expect(await world.post('/webhooks/bundles', BODY, headers)).toMatchObject(refused(status, code));
    expect(world.sent).toEqual([]);
  });

  it('refuses a signed body that names no bundle', async () => {
    const world = makeWorld();
    expect(await world.call('{"bundle":"../../etc/passwd"}')).toMatchObject(refused(400, 'MALFORMED_CALL'));
    expect(await world.call('not json')).toMatchObject(refused(400, 'MALFORMED_CALL'));
    expect(world.sent).toEqual([]);
  });
});

describe('limits', () => {
  it.each([
    ['/webhooks/bundles', DEFAULT_LIMITS.callBytes],
    ['/webhooks/s3', DEFAULT_LIMITS.notificationBytes],
  ])('%s: 413 for a body over the limit, declared or not, before it is believed', async (path, limit) => {
    const world = makeWorld();
    const body = new Uint8Array(limit + 1).fill(32);
    const declared = { ...BEARER, 'Content-Length': String(body.length) };
    expect(await world.post(path, body, declared)).toMatchObject(refused(413, 'BODY_TOO_LARGE'));
    const stream = new ReadableStream({
      start(controller) {
        for (let at = 0; at < body.length; at += 1000) controller.enqueue(body.subarray(at, at + 1000));
        controller.close();
      },
    });
    const request = new Request(`http://x${path}`, {
      method: 'POST',
      body: stream,
      headers: BEARER,
      duplex: 'half',
    });
    expect(await answerOf(await world.app.request(request))).toMatchObject(refused(413, 'BODY_TOO_LARGE'));
    const lie = { ...BEARER, 'Content-Length': '5' };
    expect(await world.post(path, body, lie)).toMatchObject(refused(413, 'BODY_TOO_LARGE'));
  });

  it('believed calls over the rate are told when to come again, and time gives room', async () => {
    const world = makeWorld({ limits: { burst: 2, callsPerSecond: 1 } });
    const send = () => world.post('/webhooks/s3', '{"Records":[]}', BEARER);
    expect([(await send()).status, (await send()).status]).toEqual([202, 202]);
    const answer = await send();
    expect(answer).toMatchObject(refused(429, 'RATE_LIMIT'));
    expect(answer.headers.get('Retry-After')).toBe('1');
    world.time += 1000;
    expect((await send()).status).toBe(202);
  });

  it('strangers neither fill the log nor shut out who is believed', async () => {
    const world = makeWorld({ limits: { refusalsPerSecond: 1 } });
    const statuses = new Set<number>();
    for (let attempt = 0; attempt < 500; attempt += 1) {
      statuses.add(
        (await world.post('/webhooks/s3', '{}', { Authorization: `Bearer guess-${attempt}` })).status,
      );
    }
    expect([...statuses]).toEqual([401, 429]);
    expect(world.events.length).toBe(10);
    expect(await world.call(BODY)).toMatchObject(accepted);
  });
});

describe('every answer', () => {
  it('is JSON with headers that make it harmless in a browser', async () => {
    const world = makeWorld();
    for (const [path, method] of [
      ['/healthz', 'GET'],
      ['/webhooks/s3', 'POST'],
      ['/webhooks/s3', 'GET'],
      ['/nothing', 'GET'],
      ['/webhooks/bundles', 'DELETE'],
    ]) {
      const { headers } = await world.app.request(path ?? '', { method: method ?? '' });
      expect(headers.get('Content-Type')).toBe('application/json');
      expect(headers.get('Cache-Control')).toBe('no-store');
      expect(headers.get('X-Content-Type-Options')).toBe('nosniff');
      expect(headers.get('X-Frame-Options')).toBe('DENY');
      expect(headers.get('Content-Security-Policy')).toBe("default-src 'none'; frame-ancestors 'none'");
      expect(headers.get('X-Powered-By')).toBeNull();
    }
  });

  it('says what is wrong with the way it was asked', async () => {
    const world = makeWorld();
    const ask = async (path: string, method: string) => answerOf(await world.app.request(path, { method }));
    expect(await ask('/webhooks', 'POST')).toMatchObject(refused(404, 'NO_SUCH_ROUTE'));
    expect(await ask('/webhooks/s3/../bundles', 'GET')).toMatchObject(refused(405, 'METHOD_NOT_ALLOWED'));
    const answer = await ask('/webhooks/s3', 'GET');
    expect(answer).toMatchObject(refused(405, 'METHOD_NOT_ALLOWED'));
    expect(answer.headers.get('Allow')).toBe('POST');
    expect((await ask('/webhooks/s3', 'POST')).headers.get('WWW-Authenticate')).toBe('Bearer');
    // MinIO asks so whether somebody is there; any answer is enough.
    expect((await world.app.request('/webhooks/s3', { method: 'HEAD' })).status).toBe(405);
  });

  it('of a fault of ours tells the caller nothing, and the log its class and frames', async () => {
    const world = makeWorld();
    world.queueError = new TypeError('the customer said: my password is hunter2');
    const answer = await world.call(BODY);
    expect(answer).toMatchObject(refused(500, 'INTERNAL'));
    expect(world.events).toEqual([
      {
        event: 'failed',
        route: '/webhooks/bundles',
        status: 500,
        code: 'UNEXPECTED',
        error: 'TypeError',
        stack: expect.stringMatching(/^at /),
      },
    ]);
    expect(JSON.stringify([answer.body, world.events])).not.toContain('hunter2');
  });

  it('of webhooks without a secret is 503, whatever the call', async () => {
    for (const secret of [undefined, '']) {
      const world = makeWorld({ secret: async () => secret });
      expect(await world.call(BODY)).toMatchObject(refused(503, 'WEBHOOKS_OFF'));
      expect(await world.post('/webhooks/s3', '{}', { Authorization: 'Bearer ' })).toMatchObject(
        refused(503, 'WEBHOOKS_OFF'),
      );
    }
  });
});

describe('GET /healthz', () => {
  it('asks nobody and needs no secret', async () => {
    const world = makeWorld({ secret: () => Promise.reject(new Error('not to be asked')) });
    expect(await answerOf(await world.app.request('/healthz'))).toMatchObject({
      status: 200,
      body: { status: 'ok', version: '1.2.3' },
    });
  });

  it('sends callers elsewhere while it is being stopped', async () => {
    const world = makeWorld({ health: () => ({ status: 'stopping', waiting: 3 }) });
    expect(await answerOf(await world.app.request('/healthz'))).toMatchObject({
      status: 503,
      body: { status: 'stopping', waiting: 3 },
    });
  });
});
