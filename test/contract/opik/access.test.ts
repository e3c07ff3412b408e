import { describe, expect, it } from 'vitest';
import { makeClient } from './support/client.ts';
import { conditions } from './support/conditions.ts';
import { v7 } from './support/ids.ts';
import { now, useTarget, withStandIn } from './support/target.ts';

const target = useTarget();

describe('any server', () => {
  it('answers the credentials check of a caller that it lets in', async () => {
    const answer = await target.opik.get('/auth/workspace');
    expect(answer.status).toBe(200);
    expect(answer.body).toHaveProperty('workspace_name');
  });
});

describe.skipIf(!conditions.authentication)('authentication', () => {
  it('an open server knows the workspace default only', async () => {
    await withStandIn({}, async ({ url }) => {
      const status = async (workspace: string | undefined) =>
        (await makeClient(url, { workspace }).post('/projects/retrieve', { name: 'p' })).text;
      expect(await status('team')).toBe('{"code":404,"message":"Workspace not found"}');
      expect(await status('default')).toBe('{"errors":["Project not found"]}');
      expect(await status(undefined)).toBe('{"errors":["Project not found"]}');
    });
  });

  it('a server with keys wants the raw key and the workspace of that key', async () => {
    await withStandIn({ apiKey: 'key', workspace: 'team' }, async ({ url }) => {
      const status = async (apiKey: string | undefined, workspace: string | undefined) =>
        (await makeClient(url, { apiKey, workspace }).get('/auth/workspace')).status;
      expect(await status(undefined, 'team')).toBe(401);
      expect(await status('wrong', 'team')).toBe(401);
      expect(await status('Bearer key', 'team')).toBe(401);
      expect(await status('key', 'other')).toBe(403);
      expect(await status('key', undefined)).toBe(403);
      expect(await status('key', 'team')).toBe(200);
      expect((await fetch(`${url}/is-alive/ping`)).status).toBe(200);
    });
  });
});

describe.skipIf(!conditions.proxyBodyLimit)('the proxy in front', () => {
  it('answers 413 with a page, not JSON, and nothing is stored', async () => {
    await withStandIn({ maxBodyBytes: 1000 }, async ({ url, state }) => {
      const traces = [{ id: v7(), start_time: now(), input: 'x'.repeat(1000) }];
      const answer = await makeClient(url).post('/traces/batch', { traces });
      expect([answer.status, answer.body]).toEqual([413, undefined]);
      expect(answer.text).toContain('<html>');
      expect(state.counts().traces).toBe(0);
    });
  });
});

describe.skipIf(!conditions.rateLimit)('the rate limit', () => {
  const batchOf = (count: number) => ({
    traces: Array.from({ length: count }, () => ({ id: v7(), project_name: 'p', start_time: now() })),
  });

  it('counts events, says by RateLimit-Reset when to come again, and has no Retry-After', async () => {
    await withStandIn({ rateLimit: { eventsPerWindow: 10, windowMs: 60_000 } }, async ({ url, state }) => {
      const opik = makeClient(url);
      const first = await opik.post('/traces/batch', batchOf(8));
      expect([first.status, first.headers.get('opik-workspace-remaining-limit')]).toEqual([204, '2']);
      const second = await opik.post('/traces/batch', batchOf(3));
      expect(second.status).toBe(429);
      expect(second.body).toMatchObject({
        code: 429,
        message: expect.stringMatching(/^Too Many Requests: /),
      });
      expect(Number(second.headers.get('ratelimit-reset'))).toBe(60);
      expect(second.headers.get('retry-after')).toBeNull();
      expect(second.headers.get('opik-workspace-limit')).toBe('10');
      expect((await opik.post('/traces/batch', batchOf(2))).status).toBe(204);
      expect(state.counts().traces).toBe(10);
    });
  });

  it('lets a batch larger than the bucket never pass', async () => {
    await withStandIn({ rateLimit: { eventsPerWindow: 10, windowMs: 20 } }, async ({ url }) => {
      const opik = makeClient(url);
      for (let time = 0; time < 3; time += 1) {
        expect((await opik.post('/traces/batch', batchOf(11))).status).toBe(429);
        await new Promise((resolve) => setTimeout(resolve, 25));
      }
      expect((await opik.post('/traces/batch', batchOf(10))).status).toBe(204);
    });
  });

  it('limits searches on their own', async () => {
    const rateLimit = { eventsPerWindow: 10, windowMs: 60_000, readsPerWindow: 2 };
    await withStandIn({ rateLimit }, async ({ url }) => {
      const opik = makeClient(url);
      await opik.post('/traces/batch', batchOf(1));
      const search = async () => (await opik.post('/traces/search', { project_name: 'p' })).status;
      expect([await search(), await search(), await search()]).toEqual([200, 200, 429]);
      expect((await opik.post('/traces/batch', batchOf(1))).status).toBe(204);
    });
  });
});

describe.skipIf(!conditions.idTimeWindow)('the time window of ids', () => {
  it('refuses traces and spans of more than 24 h, and no other ids', async () => {
    await withStandIn({ uuidValidation: true }, async ({ url }) => {
      const opik = makeClient(url);
      const old = v7(Date.now() - 25 * 3_600_000);
      const trace = (id: string) => opik.post('/traces/batch', { traces: [{ id, start_time: now() }] });
      const refused = await trace(old);
      expect(refused.status).toBe(400);
      expect(refused.body).toMatchObject({
        code: 400,
        details: expect.stringContaining('ingestion window: TOO_OLD'),
      });
      expect((await trace(v7(Date.now() + 25 * 3_600_000))).text).toContain('TOO_NEW');
      expect((await trace(v7(Date.now() - 23 * 3_600_000))).status).toBe(204);
      const spans = [{ id: old, trace_id: v7(), start_time: now() }];
      expect((await opik.post('/spans/batch', { spans })).status).toBe(400);
      expect((await opik.post('/experiments', { id: old, dataset_name: 'd' })).status).toBe(201);
    });
  });
});
