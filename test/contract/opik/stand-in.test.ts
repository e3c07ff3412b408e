import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type OpikStandIn, startOpikStandIn } from '../../support/opik/index.ts';
import { type Client, listAt, makeClient, textAt } from './support/client.ts';
import { v7 } from './support/ids.ts';
import { now, withStandIn } from './support/target.ts';

let standIn: OpikStandIn;
let opik: Client;
beforeEach(async () => {
  standIn = await startOpikStandIn();
  opik = makeClient(standIn.url);
});
afterEach(() => standIn.close());

const START = '2026-01-01T00:00:00Z';
const trace = (id = v7(), more: object = {}) => ({ id, project_name: 'p', start_time: START, ...more });
const send = (...traces: object[]) => opik.post('/traces/batch', { traces });
const dropped = (call: Promise<unknown>) => expect(call).rejects.toThrow('fetch failed');

describe('faults', () => {
  it('strike at a position counted from clearFaults, once unless told otherwise', async () => {
    standIn.fault({ kind: 'status', status: 503, at: 1 });
    expect([
      (await send(trace())).status,
      (await send(trace())).status,
      (await send(trace())).status,
    ]).toEqual([204, 503, 204]);
    standIn.clearFaults();
    standIn.fault({
      kind: 'status',
      status: 500,
      body: { errors: ['custom'] },
      headers: { 'x-a': 'b' },
      times: 2,
    });
    const first = await send(trace());
    expect([first.status, first.body, first.headers.get('x-a')]).toEqual([500, { errors: ['custom'] }, 'b']);
    expect([(await send(trace())).status, (await send(trace())).status]).toEqual([500, 204]);
    expect(standIn.state.counts().traces).toBe(3);
  });

  it('pick requests by a function or by method and path', async () => {
    standIn.fault({ kind: 'status', status: 502, at: (request) => request.path.endsWith('/spans/batch') });
    standIn.fault({ kind: 'status', status: 503, match: { method: 'GET', path: '/traces' } });
    expect((await send(trace())).status).toBe(204);
    expect((await opik.get('/traces?project_name=p')).status).toBe(503);
    expect((await opik.post('/spans/batch', { spans: [] })).status).toBe(502);
  });

  it('reset: the request is not processed', async () => {
    standIn.fault({ kind: 'reset' });
    await dropped(send(trace()));
    expect(standIn.state.counts().traces).toBe(0);
    expect(standIn.requests.map((request) => request.status)).toEqual([0]);
  });

  it('lost-reply: the request is processed, the answer does not come', async () => {
    standIn.fault({ kind: 'lost-reply' });
    await dropped(send(trace()));
    expect(standIn.state.counts().traces).toBe(1);
    expect(standIn.requests.map((request) => request.status)).toEqual([204]);
  });

  it('hang: the answer comes late, and the request counts even when the client has gone', async () => {
    standIn.fault({ kind: 'hang', ms: 60, times: 2 });
    const begin = performance.now();
    expect((await send(trace())).status).toBe(204);
    expect(performance.now() - begin).toBeGreaterThanOrEqual(55);
    const body = JSON.stringify({ traces: [trace()] });
    const headers = { 'content-type': 'application/json' };
    const call = fetch(`${standIn.url}/v1/private/traces/batch`, {
      method: 'POST',
      body,
      headers,
      signal: AbortSignal.timeout(20),
    });
    await expect(call).rejects.toThrow(/abort|timeout/i);
    await expect.poll(() => standIn.state.counts().traces).toBe(2);
  });

  it('hang: close does not wait for it', async () => {
    standIn.fault({ kind: 'hang', ms: 60_000 });
    const call = dropped(send(trace()));
    await expect.poll(() => standIn.requests.length).toBe(1);
    await standIn.close();
    await call;
  });

  it("rate-limit: Opik's 429", async () => {
    standIn.fault({ kind: 'rate-limit', resetSeconds: 7 });
    const answer = await send(trace());
    expect([answer.status, answer.headers.get('ratelimit-reset'), answer.headers.get('retry-after')]).toEqual(
      [429, '7', null],
    );
    expect(textAt(answer.body, 'message')).toMatch(/^Too Many Requests: /);
    expect(answer.headers.get('opik-workspace-limit')).not.toBeNull();
  });
});

describe('races', () => {
  // Wide enough for requests that are sent together to overlap on a busy machine, too.
  beforeEach(async () => {
    await standIn.close();
    standIn = await startOpikStandIn({ raceGapMs: 250 });
    opik = makeClient(standIn.url);
  });
  const item = (id = v7()) => ({ id, source: 'sdk', data: { a: 1 } });
  const put = (name: string, more: object = {}) =>
    opik.put('/datasets/items', { dataset_name: name, project_name: 'p', items: [item()], ...more });
  const latest = () => [...standIn.state.datasets.values()].at(-1)?.versions.at(-1)?.items.size;

  it('overlapping first writes of a dataset: one succeeds, the others are 500, and the next ones are fine', async () => {
    const answers = await Promise.all([1, 2, 3, 4].map(() => put('new')));
    expect(answers.map((answer) => answer.status).sort()).toEqual([204, 500, 500, 500]);
    expect(standIn.state.datasets.size).toBe(1);
    const again = await Promise.all([1, 2, 3, 4].map(() => put('new')));
    expect(again.map((answer) => answer.status)).toEqual([204, 204, 204, 204]);
    expect(latest()).toBe(5);
  });

  it('overlapping creations by POST /datasets: one 201, the others 409', async () => {
    const answers = await Promise.all([1, 2, 3].map(() => opik.post('/datasets', { name: 'new' })));
    expect(answers.map((answer) => answer.status).sort()).toEqual([201, 409, 409]);
  });

  it('overlapping puts of one new batch group lose items; one after another they do not', async () => {
    await put('grouped');
    const answers = await Promise.all(
      [1, 2, 3, 4].map(() => put('grouped', { batch_group_id: '01890000-0000-7000-8000-000000000001' })),
    );
    expect(answers.map((answer) => answer.status)).toEqual([204, 204, 204, 204]);
    expect(latest()).toBe(2);
    const group = { batch_group_id: v7() };
    for (let time = 0; time < 4; time += 1) await put('grouped', group);
    expect(latest()).toBe(6);
  });
});

describe('snapshots', () => {
  const [first, second] = [v7(), v7()];
  const scores = (order: string[]) => ({
    scores: order.map((id) => ({ id, project_name: 'p', name: 'acc', value: 0.5, source: 'sdk' })),
  });
  async function fill(to: Client, order: string[]) {
    for (const id of order)
      await to.post('/traces/batch', { traces: [trace(id, { tags: [...order], metadata: { b: 1, a: 2 } })] });
    await to.put('/traces/feedback-scores', scores(order));
    const items = order.map((id) => ({ id, source: 'sdk', data: { id } }));
    await to.put('/datasets/items', { dataset_name: 'd', project_name: 'p', items });
  }

  it('are equal, byte for byte, whatever the server and the order of writing', async () => {
    await fill(opik, [first, second]);
    await withStandIn({}, async (other) => {
      await fill(makeClient(other.url), [second, first]);
      expect(other.snapshot()).toBe(standIn.snapshot());
      expect(other.fullSnapshot()).not.toBe(standIn.fullSnapshot());
    });
  });

  it('tell every kind of change', async () => {
    await fill(opik, [first, second]);
    const link = {
      id: v7(),
      experiment_id: v7(),
      dataset_item_id: first,
      trace_id: first,
      project_name: 'p',
    };
    const spanId = v7();
    const changes: (() => Promise<unknown>)[] = [
      () => send(trace(first, { name: 'changed' })),
      () =>
        opik.post('/spans/batch', {
          spans: [{ id: spanId, trace_id: first, project_name: 'p', start_time: START }],
        }),
      () =>
        opik.put('/spans/feedback-scores', {
          scores: [{ id: spanId, project_name: 'p', name: 'a', value: 1, source: 'sdk' }],
        }),
      () =>
        opik.post('/experiments', {
          id: link.experiment_id,
          name: 'e',
          dataset_name: 'd',
          project_name: 'p',
          status: 'running',
        }),
      () => opik.patch(`/experiments/${link.experiment_id}`, { status: 'completed' }),
      () => opik.post('/experiments/items', { experiment_items: [link] }),
      () =>
        opik.put('/assertion-results', {
          entity_type: 'TRACE',
          assertion_results: [
            { entity_id: first, project_name: 'p', name: 'a', status: 'passed', source: 'sdk' },
          ],
        }),
      () => opik.post(`/traces/${first}/comments`, { text: 'c' }),
      () => opik.post('/projects', { name: 'another' }),
    ];
    const seen = new Set([standIn.snapshot()]);
    for (const change of changes) {
      await change();
      seen.add(standIn.snapshot());
    }
    expect(seen.size).toBe(changes.length + 1);
  });

  it('without times do not see a trace sent again, with times do', async () => {
    await send(trace(first));
    const [plain, full] = [standIn.snapshot(), standIn.fullSnapshot()];
    expect(standIn.fullSnapshot()).toBe(full);
    await send(trace(first));
    expect(standIn.snapshot()).toBe(plain);
    expect(standIn.fullSnapshot()).not.toBe(full);
  });
});

describe('the record', () => {
  it('keeps requests with the API key masked, and the calls to finish', async () => {
    await withStandIn({ apiKey: 'secret-key' }, async (keyed) => {
      const client = makeClient(keyed.url, { apiKey: 'secret-key', workspace: 'default' });
      const id = v7();
      await client.post('/experiments/finish', { ids: [id] });
      await client.get('/traces?project_name=p');
      expect(keyed.requests).toMatchObject([
        {
          index: 0,
          method: 'POST',
          path: '/v1/private/experiments/finish',
          body: { ids: [id] },
          status: 204,
        },
        { index: 1, method: 'GET', path: '/v1/private/traces?project_name=p', status: 404, bytes: 0 },
      ]);
      expect(keyed.requests[0]?.bytes).toBe(JSON.stringify({ ids: [id] }).length);
      expect(JSON.stringify(keyed.requests)).not.toContain('secret-key');
      expect(keyed.finishCalls).toEqual([[id]]);
      keyed.reset();
      expect([keyed.requests.length, keyed.finishCalls.length]).toEqual([0, 0]);
    });
  });

  it('serves the same paths without /api', async () => {
    await send(trace());
    const bare = makeClient(standIn.url.replace('/api', ''));
    expect(listAt((await bare.get('/traces?project_name=p')).body, 'content')).toHaveLength(1);
  });

  it('with discarded bodies still validates and counts distinct rows', async () => {
    await withStandIn({ discardBodies: true, recordRequests: false }, async (light) => {
      const client = makeClient(light.url);
      const id = v7();
      const batch = { traces: [trace(id, { input: 'x'.repeat(1000) }), trace()] };
      expect((await client.post('/traces/batch', batch)).status).toBe(204);
      expect((await client.post('/traces/batch', batch)).status).toBe(204);
      expect((await client.post('/traces/batch', { traces: [{ id }] })).status).toBe(422);
      expect(light.state.counts()).toMatchObject({ projects: 1, traces: 2 });
      expect(light.state.traces.size).toBe(0);
      expect(light.requests).toEqual([]);
    });
  });
});

describe('links', () => {
  it('lead from a trace id to the page of its project', async () => {
    const id = v7();
    await send(trace(id));
    const path = Buffer.from(standIn.url).toString('base64');
    const link = `${standIn.url}/v1/session/redirect/projects/?trace_id=${id}&path=${encodeURIComponent(path)}`;
    const answer = await fetch(link, { redirect: 'manual' });
    expect(answer.status).toBe(303);
    const ui = standIn.url.replace('/api', '');
    expect(answer.headers.get('location')).toMatch(
      new RegExp(`^${ui}/default/projects/[0-9a-f-]{36}/traces\\?.*trace=${id}$`),
    );
  });
});

describe('as a process of its own', () => {
  const main = fileURLToPath(new URL('../../support/opik/main.ts', import.meta.url));
  let child: ChildProcess | undefined;
  afterEach(() => {
    child?.kill('SIGKILL');
  });

  it('prints its address, is steered by the control API, and stops cleanly on SIGTERM', async () => {
    child = spawn(process.execPath, [main, '--port', '0'], { stdio: ['ignore', 'pipe', 'inherit'] });
    const [line]: unknown[] = await once(child.stdout ?? child, 'data');
    const url = textAt(JSON.parse(String(line)), 'url');
    const control = (path: string) => url.replace(/\/api$/, `/__control/${path}`);
    const client = makeClient(url);
    const fault = { kind: 'status', status: 503, match: { path: '/traces/batch' } };
    const headers = { 'content-type': 'application/json' };
    const armed = await fetch(control('fault'), { method: 'POST', body: JSON.stringify(fault), headers });
    expect(armed.status).toBe(204);
    const batch = { traces: [trace(v7(), { start_time: now() })] };
    expect([
      (await client.post('/traces/batch', batch)).status,
      (await client.post('/traces/batch', batch)).status,
    ]).toEqual([503, 204]);
    const read = async (path: string): Promise<unknown> => (await fetch(control(path))).json();
    expect(await read('counts')).toMatchObject({ traces: 1 });
    expect(await read('snapshot')).toMatchObject({ traces: [{ project: 'p' }] });
    expect(await read('full-snapshot')).toMatchObject({ traces: [{ created_at: expect.any(String) }] });
    expect(await read('requests')).toMatchObject([{ status: 503 }, { status: 204 }]);
    expect(await read('finish-calls')).toEqual([]);
    const bad = await fetch(control('fault'), { method: 'POST', body: '{"kind":"unknown"}', headers });
    expect(bad.status).toBe(400);
    expect((await fetch(control('reset'), { method: 'POST' })).status).toBe(204);
    expect(await read('counts')).toMatchObject({ traces: 0 });
    const ended = once(child, 'exit');
    child.kill('SIGTERM');
    expect(await ended).toEqual([0, null]);
  });
});
