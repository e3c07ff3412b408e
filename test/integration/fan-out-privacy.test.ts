/**
 * Nothing of a run's content gets into a log, a metric or a trace of the function.
 */
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openBundle } from '../../core/bundle/read.ts';
import { fixtureRuns } from '../support/runs.ts';
import { uploadInParts } from '../support/small-parts.ts';
import { type Cloud, startCloud } from '../support/sqs/cloud.ts';
import { makeContext } from '../support/sqs/mapping.ts';
import { type Output, recordOutput } from '../support/sqs/output.ts';

const WINDOW = 12;

let cloud: Cloud;
let output: Output;
const paths: string[] = [];

beforeAll(async () => {
  output = recordOutput();
  cloud = await startCloud();
  for (const [index, { directory }] of fixtureRuns().entries()) {
    const source = `github.com/acme/shop-${index}`;
    paths.push((await uploadInParts(directory, cloud.store, 1, { mode: 'full', source })).path);
  }
});
afterAll(async () => {
  output.restore();
  await cloud.close();
});

/** Every text of a result's or an item's content. */
function* textsOf(value: unknown): Generator<string> {
  if (typeof value === 'string') yield value;
  else if (Array.isArray(value)) for (const each of value) yield* textsOf(each);
  else if (typeof value === 'object' && value !== null)
    for (const each of Object.values(value)) yield* textsOf(each);
}

function windowsOf(text: string): Set<string> {
  const windows = new Set<string>();
  for (let at = 0; at + WINDOW <= text.length; at += 1) windows.add(text.slice(at, at + WINDOW));
  return windows;
}

/** What content holds and what all modes let out anyway: names of tests and targets, times, ids, codes. */
async function contentAndFacts(): Promise<{ content: string[]; facts: string }> {
  const content: string[] = [];
  const facts: string[] = [];
  for (const path of paths) {
    const bundle = await openBundle(cloud.store, path);
    facts.push(JSON.stringify(bundle.manifest));
    for (const part of bundle.parts) {
      for await (const result of bundle.results(part)) {
        // All free text is under a key `content`: of the result, of a score or of a span.
        const rest = JSON.stringify(result, (key, value: unknown) => {
          if (key !== 'content') return value;
          content.push(...textsOf(value));
          return undefined;
        });
        facts.push(rest);
      }
    }
  }
  return { content, facts: facts.join('\n') };
}

/** Whether any window of any content occurs in a text. */
async function leaksInto(text: string): Promise<string[]> {
  const { content, facts } = await contentAndFacts();
  expect(content.join('').length).toBeGreaterThan(5000);
  const written = windowsOf(text);
  const known = windowsOf(facts);
  const leaks = new Set<string>();
  for (const piece of content) {
    for (const window of windowsOf(piece)) if (written.has(window) && !known.has(window)) leaks.add(window);
  }
  return [...leaks];
}

/** As written, and as JSON reads it: a line break in content is two characters in a log. */
function decoded(text: string): string {
  const lines = text
    .split('\n')
    .flatMap((line) => (line.startsWith('{') ? [...textsOf(JSON.parse(line))] : []));
  return `${text}\n${lines.join('\n')}`;
}

/** Opik quotes what it refuses; each of these quotes all of it. */
function quoteEverything(status: number, times: number, route: string): void {
  cloud.opik.fault({
    kind: 'status',
    status,
    times,
    at: ({ path, body }) => {
      if (!path.includes(route)) return false;
      quote.message = `Cannot process ${JSON.stringify(body)}`;
      quote.errors = [quote.message];
      quoted += quote.message.length;
      return true;
    },
    body: quote,
  });
}
let quoted = 0;
const quote = { code: 400, message: '', errors: [''] };

it('all runs in full mode, delivered, refused item by item, and failing: no window of 12 characters of content', async () => {
  const handler = await cloud.start({ AGENTV_OPIK_CAPTURE: 'full', POWERTOOLS_LOG_LEVEL: 'DEBUG' });
  quoteEverything(400, 40, '/traces/batch');
  quoteEverything(500, 20, '/spans/batch');
  quoteEverything(401, 12, '/feedback-scores');
  for (const path of paths) cloud.notify(path);
  await cloud.deliver(handler, { batchSize: 10 });
  const [first = ''] = paths;
  const manifest = await cloud.store.get(`${first}/manifest.json`);
  await cloud.store.put(`${first}/manifest.json`, Buffer.from(JSON.stringify(await contentAndFacts())));
  cloud.notify(first);
  await cloud.deliver(handler);
  await cloud.store.put(`${first}/manifest.json`, manifest);

  const log = output.text();
  expect(output.metric('bundles_delivered')).toBeGreaterThan(5);
  expect(output.metric('results_rejected')).toBeGreaterThan(5);
  expect(output.metric('retries')).toBeGreaterThan(5);
  for (const code of ['OPIK_AUTH', 'OPIK_SERVER', 'INVALID_MANIFEST'])
    expect(log.includes(code), code).toBe(true);
  expect(quoted).toBeGreaterThan(10_000);
  output.clear();

  expect(log.length).toBeGreaterThan(20_000);
  expect(await leaksInto(decoded(log))).toEqual([]);
  // That nothing is found means something: what leaks is found.
  const { content } = await contentAndFacts();
  const [secret = ''] = [...content].sort((a, b) => b.length - a.length);
  const line = JSON.stringify({ message: 'x', reason: `"${secret.slice(5, 65)}"` });
  expect(await leaksInto(decoded(`${log}\n${line}`))).not.toEqual([]);
});

it('traces: the steps by name and id, and no content', async () => {
  const daemon = createSocket('udp4');
  let traced = '';
  daemon.on('message', (message) => {
    traced += `${message.toString('utf8')}\n`;
  });
  daemon.bind(0, '127.0.0.1');
  await once(daemon, 'listening');
  const handler = await cloud.start({
    AGENTV_OPIK_CAPTURE: 'full',
    AGENTV_OPIK_PROJECT: 'traced',
    AWS_XRAY_DAEMON_ADDRESS: `127.0.0.1:${daemon.address().port}`,
    AWS_LAMBDA_FUNCTION_NAME: 'agentv-opik-ingest',
    AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs24.x',
    LAMBDA_TASK_ROOT: '/var/task',
    _X_AMZN_TRACE_ID: 'Root=1-5759e988-bd862e3fe1be46a994272793;Parent=557abcec3ee5a047;Sampled=1',
  });
  output.clear();
  cloud.notify(paths[0] ?? '');
  await cloud.deliver((event) => handler(event, makeContext(60_000)));
  await expect.poll(() => traced).toContain('ingest finish');
  daemon.close();

  expect(traced).toContain('ingest bundle');
  expect(traced).toContain('ingest part');
  expect(traced).toContain(`"bundle":"${paths[0]}"`);
  expect(await leaksInto(decoded(traced))).toEqual([]);
});
