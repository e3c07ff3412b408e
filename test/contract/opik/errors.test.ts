import { deflateSync, gzipSync } from 'node:zlib';
import { beforeAll, describe, expect, it } from 'vitest';
import { at, lines, textAt } from './support/client.ts';
import { v4, v7 } from './support/ids.ts';
import { now, useTarget } from './support/target.ts';

const target = useTarget();
const { project } = target;

const batch = (traces: unknown) => target.opik.post('/traces/batch', { traces });
const raw = (text: string) => target.opik.post('/traces/batch', undefined, { raw: text });

describe('a broken rule', () => {
  it('is a 422 with all broken rules, by camelCase path and index', async () => {
    const answer = await batch([target.trace(), { project_name: ' ' }]);
    expect(answer.status).toBe(422);
    const errors = at(answer.body, 'errors');
    expect(Array.isArray(errors) ? [...errors].sort() : errors).toEqual([
      'traces[1].projectName must not be blank',
      'traces[1].startTime must not be null',
    ]);
  });

  it('refuses the batch as a whole: nothing of it is stored', async () => {
    const good = target.trace();
    expect((await batch([good, { ...target.trace(), id: v4() }])).status).toBe(400);
    expect((await target.opik.get(`/traces/${good.id}`)).status).toBe(404);
  });

  it('of times outside 1970 to 2262 is a 422, of times without a zone a 400', async () => {
    const start = async (value: unknown) => (await batch([target.trace({ start_time: value })])).status;
    expect(await start('1969-12-31T23:59:59Z')).toBe(422);
    expect(await start('2262-04-12T00:00:00Z')).toBe(422);
    expect(await start(Date.now())).toBe(422);
    expect(await start('2026-01-01T00:00:00')).toBe(400);
    expect(await start('2026-01-01')).toBe(400);
    expect(await start('2262-04-11T00:00:00Z')).toBe(204);
  });

  it('of a negative ttft or a long environment is a 422', async () => {
    expect((await batch([target.trace({ ttft: -1 })])).status).toBe(422);
    expect((await batch([target.trace({ environment: 'e'.repeat(151) })])).status).toBe(422);
    expect((await batch([target.trace({ environment: 'e'.repeat(150) })])).status).toBe(204);
  });
});

describe('ids', () => {
  it('must be UUIDs (400, quoting the value) of version 7 (400, naming the version)', async () => {
    const malformed = await batch([target.trace({ id: 'sk-secret-value' })]);
    expect(malformed.status).toBe(400);
    expect(at(malformed.body, 'code')).toBe(400);
    expect(textAt(malformed.body, 'message')).toContain('sk-secret-value');
    expect(textAt(malformed.body, 'message')).toContain('["traces"]');
    const wrongVersion = await batch([target.trace({ id: v4() })]);
    expect(wrongVersion.status).toBe(400);
    expect(wrongVersion.text).toContain('Trace id must be a version 7 UUID');
    const span = await target.opik.post('/spans/batch', { spans: [target.span(v7(), { id: v4() })] });
    expect([span.status, span.text]).toEqual([
      400,
      expect.stringContaining('Span id must be a version 7 UUID'),
    ]);
  });

  it('must be of version 7 for scores, experiments, their items and dataset items as well', async () => {
    const id = v4();
    const score = { id, project_name: project, name: 'x', value: 1, source: 'sdk' };
    const dataset_name = target.datasetName();
    const link = { experiment_id: v7(), dataset_item_id: v7(), trace_id: v7(), project_name: project };
    const answers = [
      await target.opik.put('/traces/feedback-scores', { scores: [score] }),
      await target.opik.post('/experiments', { id, dataset_name, project_name: project }),
      await target.opik.post('/experiments/items', { experiment_items: [{ ...link, id }] }),
      await target.opik.post('/experiments/items', { experiment_items: [{ ...link, trace_id: id }] }),
      await target.opik.put('/datasets/items', {
        dataset_name,
        project_name: project,
        items: [{ id, source: 'sdk', data: { a: 1 } }],
      }),
    ];
    expect(answers.map((answer) => answer.status)).toEqual([400, 400, 400, 400, 400]);
  });

  it('that are malformed in the path are a bare 404', async () => {
    const answer = await target.opik.get('/traces/not-a-uuid');
    expect([answer.status, at(answer.body, 'message')]).toEqual([404, 'HTTP 404 Not Found']);
  });
});

describe('a body', () => {
  it('must not be empty', async () => {
    const answer = await raw('');
    expect([answer.status, answer.body]).toEqual([422, { errors: ['The request body must not be null'] }]);
  });

  it('must be JSON, without a key twice, and with the right types', async () => {
    const broken = ['{"traces":', '{"traces":[],"traces":[]}', '{"traces":{}}', '[]', '{"traces":["text"]}'];
    for (const text of broken) {
      const answer = await raw(text);
      expect([text, answer.status, at(answer.body, 'code')]).toEqual([text, 400, 400]);
    }
  });

  it('may begin with a byte order mark', async () => {
    expect((await raw(`\uFEFF${JSON.stringify({ traces: [target.trace()] })}`)).status).toBe(204);
  });

  it('with a null list member is a 500', async () => {
    expect((await batch([null])).status).toBe(500);
  });

  it('must be application/json', async () => {
    const text = JSON.stringify({ traces: [target.trace()] });
    const send = async (type: string) =>
      (await target.opik.post('/traces/batch', undefined, { raw: text, headers: { 'content-type': type } }))
        .status;
    expect(await send('text/plain')).toBe(415);
    expect(await send('application/x+json')).toBe(415);
    expect(await send('application/json; charset=utf-8')).toBe(204);
  });

  it('may be gzipped; any other encoding is not decoded', async () => {
    const trace = target.trace();
    const text = JSON.stringify({ traces: [trace] });
    const send = async (encoding: string, bytes: Uint8Array) =>
      (
        await target.opik.post('/traces/batch', undefined, {
          raw: new Uint8Array(bytes),
          headers: { 'content-encoding': encoding },
        })
      ).status;
    expect(await send('deflate', deflateSync(text))).toBe(400);
    expect(await send('gzip', Buffer.from(text))).toBe(500);
    expect(await send('gzip', gzipSync(text))).toBe(204);
    expect((await target.opik.get(`/traces/${trace.id}`)).status).toBe(200);
  });
});

describe('a path', () => {
  it('that is unknown is a 404, with another method a 405', async () => {
    expect((await target.opik.get('/no-such-thing')).status).toBe(404);
    expect((await target.opik.get('/traces/batch')).status).toBe(405);
    expect((await target.opik.delete('/experiments')).status).toBe(405);
  });

  it('is limited to 16 KB with its query', async () => {
    const answer = await target.opik.get(`/traces?project_name=${'p'.repeat(17_000)}`);
    expect(answer.status).toBe(414);
    expect(answer.body).toBeUndefined();
  });
});

describe('batches', () => {
  const many = <T>(count: number, make: () => T): T[] => Array.from({ length: count }, make);
  const start_time = now();
  const trace = () => ({ id: v7(), project_name: project, start_time });
  const spanned = target.trace().id;
  const experiment_id = v7();
  const link = () => ({
    id: v7(),
    experiment_id,
    dataset_item_id: v7(),
    trace_id: spanned,
    project_name: project,
  });
  const item = () => ({ id: v7(), source: 'sdk', data: { a: 1 } });
  const score = () => ({ id: spanned, project_name: project, name: v7(), value: 1, source: 'sdk' });
  const dataset = target.datasetName('limits');

  const send = async (kind: string, count: number) => {
    const calls: Record<string, () => ReturnType<typeof target.opik.post>> = {
      traces: () => target.opik.post('/traces/batch', { traces: many(count, trace) }),
      spans: () => target.opik.post('/spans/batch', { spans: many(count, () => target.span(spanned)) }),
      scores: () => target.opik.put('/traces/feedback-scores', { scores: many(count, score) }),
      experimentItems: () => target.opik.post('/experiments/items', { experiment_items: many(count, link) }),
      items: () =>
        target.opik.put('/datasets/items', {
          dataset_name: dataset,
          project_name: project,
          items: many(count, item),
        }),
    };
    return calls[kind]?.();
  };

  beforeAll(async () => {
    await target.opik.post('/traces/batch', { traces: [{ ...trace(), id: spanned }] });
    await target.opik.post('/experiments', {
      id: experiment_id,
      dataset_name: dataset,
      project_name: project,
    });
  });

  it.each(['traces', 'spans', 'scores', 'experimentItems', 'items'])('of %s hold 1 to 1000', async (kind) => {
    for (const count of [0, 1001]) {
      const answer = await send(kind, count);
      expect(answer?.body).toEqual({ errors: [`${kind} size must be between 1 and 1000`] });
      expect(answer?.status).toBe(422);
    }
    expect((await send(kind, 1000))?.status).toBe(204);
  });

  it('of a bulk call hold up to 4 MB', async () => {
    const bulk = (bytes: number) =>
      target.opik.put('/experiments/items/bulk', {
        experiment_name: 'too large',
        dataset_name: dataset,
        project_name: project,
        items: [{ dataset_item_id: v7(), evaluate_task_result: { text: 'x'.repeat(bytes) } }],
      });
    const answer = await bulk(4 * 1024 * 1024);
    expect([answer.status, answer.body]).toEqual([
      422,
      { errors: ['The request body Request size exceeds the maximum allowed size of 4MB'] },
    ]);
    expect((await bulk(3.5 * 1024 * 1024)).status).toBe(204);
  });
});

describe('a search', () => {
  it('answers its errors as JSON too, with the content type of a stream', async () => {
    const answer = await target.opik.post('/traces/search', {});
    expect(answer.status).toBe(400);
    expect(answer.headers.get('content-type')).toContain('application/octet-stream');
    const unknown = await target.opik.post('/traces/search', { project_name: `${project} unknown` });
    expect(unknown.status).toBe(404);
  });

  it('takes a limit of 1 to 2000', async () => {
    const limit = async (value: number) =>
      (await target.opik.post('/traces/search', { project_name: project, limit: value })).status;
    expect([await limit(0), await limit(2001), await limit(2000)]).toEqual([422, 422, 200]);
  });

  it('pages into the past by last_retrieved_id, without gaps or repeats', async () => {
    const base = Date.now() - 10_000;
    const traces = Array.from({ length: 7 }, (_, index) => ({
      ...target.trace({ name: 'paged', start_time: now() }),
      id: v7(base + index),
    }));
    await batch(traces);
    const filters = [{ field: 'name', operator: '=', value: 'paged' }];
    const seen: string[] = [];
    for (let cursor: string | undefined; ; cursor = seen.at(-1)) {
      const answer = await target.opik.post('/traces/search', {
        project_name: project,
        filters,
        limit: 3,
        ...(cursor === undefined ? {} : { last_retrieved_id: cursor }),
      });
      const page = lines(answer).map((row) => textAt(row, 'id'));
      seen.push(...page);
      if (page.length < 3) break;
    }
    expect(seen).toEqual(traces.map((trace) => trace.id).reverse());
  });
});
