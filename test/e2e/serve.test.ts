/**
 * `agentv-opik serve` as a process of its own: a run uploaded by the command line reaches Opik as a direct export does.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cp, mkdir, readdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { createFileStore } from '../../core/store/index.ts';
import { SIGNATURE_HEADER, signCall, TIMESTAMP_HEADER } from '../../core/webhook/signature.ts';
import { type OpikStandIn, startOpikStandIn } from '../support/opik/index.ts';
import { makeWorkspace, uploadRun, type Workspace } from '../support/pipeline.ts';
import { fixtureRun } from '../support/runs.ts';
import { type S3StandIn, startS3StandIn } from '../support/s3/stand-in.ts';
import { expectSameState } from '../support/same-state.ts';
import { makeProject, type Project } from '../unit/cli/harness.ts';

const MAIN = join(import.meta.dirname, '..', '..', 'dist', 'cli', 'main.js');
const SECRET = '5f0c4a1be2d94f7aa1c2';

let project: Project;
let opik: OpikStandIn;
const servers = new Set<Server>();

beforeEach(async () => {
  [project, opik] = await Promise.all([makeProject(), startOpikStandIn()]);
});
afterEach(async () => {
  for (const server of servers) await server.kill();
  servers.clear();
  await Promise.all([project.remove(), opik.close()]);
});

interface Server {
  readonly url: string;
  /** What it said so far, a JSON object a line. */
  readonly events: { event: string; [detail: string]: unknown }[];
  until(event: string, count?: number): Promise<void>;
  /** Gives the exit code and what was printed at the end. */
  stop(signal?: NodeJS.Signals): Promise<{ code: number | null; stdout: string }>;
  kill(): Promise<void>;
}

const eventSchema = z.looseObject({ event: z.string() });

async function serve(argv: readonly string[], env: Record<string, string> = {}): Promise<Server> {
  const child: ChildProcess = spawn(process.execPath, [MAIN, 'serve', '--port', '0', '--json', ...argv], {
    cwd: project.folder,
    env: {
      PATH: process.env.PATH,
      HOME: project.home,
      OPIK_URL_OVERRIDE: opik.url,
      AGENTV_OPIK_WEBHOOK_SECRET: SECRET,
      ...env,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const ended = once(child, 'close');
  const events: Server['events'] = [];
  let stdout = '';
  let rest = '';
  child.stdout?.on('data', (chunk) => {
    stdout += chunk;
  });
  child.stderr?.on('data', (chunk) => {
    const lines = `${rest}${chunk}`.split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) events.push(eventSchema.parse(JSON.parse(line)));
  });
  const until = async (event: string, count = 1): Promise<void> => {
    const deadline = Date.now() + 20_000;
    while (events.filter((each) => each.event === event).length < count) {
      if (Date.now() > deadline || child.exitCode !== null) {
        throw new Error(`no ${event}: exit code ${child.exitCode}, ${JSON.stringify(events)} ${rest}`);
      }
      await sleep(10);
    }
  };
  await until('serving');
  const server: Server = {
    url: z.string().parse(events.find(({ event }) => event === 'serving')?.url),
    events,
    until,
    async stop(signal = 'SIGTERM') {
      child.kill(signal);
      const [code] = await ended;
      servers.delete(server);
      return { code, stdout };
    },
    async kill() {
      if (child.exitCode === null && child.signalCode === null) child.kill('SIGKILL');
      await ended;
    },
  };
  servers.add(server);
  return server;
}

/** Runs the built command line, whose version is part of what is in Opik. Gives its JSON. */
async function cli(argv: readonly string[], env: Record<string, string> = {}): Promise<unknown> {
  const child = spawn(process.execPath, [MAIN, ...argv, '--json'], {
    cwd: project.folder,
    env: { PATH: process.env.PATH, HOME: project.home, OPIK_URL_OVERRIDE: opik.url, ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let stdout = '';
  child.stdout.on('data', (chunk) => {
    stdout += chunk;
  });
  const [code] = await once(child, 'close');
  expect(code).toBe(0);
  return JSON.parse(stdout);
}

/** What a direct export leaves in Opik. */
async function exported(): Promise<string> {
  expect(await cli(['export'])).toMatchObject({ status: 'delivered' });
  const state = opik.snapshot();
  opik.reset();
  return state;
}

/** A bundle's address is part of what is in Opik, and differs between two stores. */
function withoutAddress(snapshot: string): string {
  return snapshot.replaceAll(/(?:file|s3):\/\/[^"\\]*(?=\/runs\/)/g, 'store:');
}

async function upload(store: string, env: Record<string, string> = {}): Promise<string> {
  return z.object({ bundle: z.string() }).parse(await cli(['upload', '--store', store], env)).bundle;
}

async function call(server: Server, bundle: string): Promise<number> {
  const body = JSON.stringify({ bundle });
  const at = Math.floor(Date.now() / 1000);
  const headers = {
    [TIMESTAMP_HEADER]: String(at),
    [SIGNATURE_HEADER]: signCall(SECRET, at, Buffer.from(body)),
  };
  return (await fetch(`${server.url}/webhooks/bundles`, { method: 'POST', headers, body })).status;
}

describe('a folder', () => {
  it('that is watched: what is uploaded is delivered, as by a direct export', async () => {
    const wanted = await exported();
    const server = await serve(['--store', './store', '--watch', '--poll-interval', '1']);
    const bundle = await upload('./store');
    await server.until('delivered');

    expectSameState(withoutAddress(opik.snapshot()), withoutAddress(wanted), 'watched');
    expect(opik.finishCalls.length).toBe(1);
    // Looking again finds nothing more to do.
    const requests = opik.requests.length;
    await sleep(2500);
    expect(opik.requests.length).toBe(requests);
    expect(server.events.map(({ event }) => event)).toEqual(['serving', 'found', 'delivered']);

    expect(await cli(['status', bundle])).toMatchObject({ status: 'delivered' });
    expect(await server.stop()).toEqual({
      code: 0,
      stdout: `${JSON.stringify({ status: 'stopped', delivered: 1, gave_up: 0, handed_back: 0 }, null, 2)}\n`,
    });
  });

  it('of which a signed call tells', async () => {
    const wanted = await exported();
    const server = await serve(['--store', './store']);
    const bundle = await upload('./store');
    expect(await call(server, bundle)).toBe(202);
    await server.until('delivered');
    expectSameState(withoutAddress(opik.snapshot()), withoutAddress(wanted), 'called');
  });

  it('in which bundles are half-written, links lead in circles and other things lie about: all that is whole is delivered', async () => {
    const place = { directory: project.folder, store: createFileStore(join(project.folder, 'elsewhere')) };
    const paths: string[] = [];
    for (const name of ['whole', 'manifest-first', 'torn', 'cut-short']) {
      paths.push((await uploadRun(fixtureRun('baseline').directory, place, { source: name })).path);
    }
    const [whole = '', manifestFirst = '', torn = '', cutShort = ''] = paths;
    const from = (path: string) => join(project.folder, 'elsewhere', path);
    const to = (path: string) => join(project.folder, 'store', path);
    const copy = (path: string) => cp(from(path), to(path), { recursive: true });
    await mkdir(to(`runs/Not a key`), { recursive: true });
    await symlink('..', to('runs/circle'));
    await symlink('nowhere', to('runs/nowhere'));
    await writeFile(to('runs/README.txt'), 'hello');
    await cp(join(from(cutShort), 'parts'), join(to(cutShort), 'parts'), { recursive: true });
    await mkdir(to(manifestFirst), { recursive: true });
    await cp(join(from(manifestFirst), 'manifest.json'), join(to(manifestFirst), 'manifest.json'));
    await mkdir(to(torn), { recursive: true });
    const manifest = await readFile(join(from(torn), 'manifest.json'));
    await writeFile(join(to(torn), 'manifest.json'), manifest.subarray(0, 500));

    const server = await serve(['--store', './store', '--watch', '--poll-interval', '1']);
    await server.until('retrying', 2);
    for (const path of [whole, manifestFirst, torn]) await copy(path);
    await server.until('delivered', 3);

    expect(new Set(server.events.map(({ event }) => event))).toEqual(
      new Set(['serving', 'found', 'retrying', 'delivered']),
    );
    const delivered = server.events.filter(({ event }) => event === 'delivered').map(({ bundle }) => bundle);
    expect(delivered.sort()).toEqual([whole, manifestFirst, torn].sort());
  });

  it('is tried again when Opik allows, and not before', async () => {
    opik.fault({ kind: 'rate-limit', resetSeconds: 90, times: 1 });
    const server = await serve(['--store', './store', '--watch', '--poll-interval', '1']);
    await upload('./store');
    await server.until('retrying');
    const [retrying] = server.events.filter(({ event }) => event === 'retrying');
    expect(retrying).toMatchObject({ code: 'OPIK_DEADLINE', delay_ms: 90_000 });
  });

  it('is caught up with at the start', async () => {
    await upload('./store');
    const server = await serve(['--store', './store']);
    await server.until('delivered');
    expect(server.events).toContainEqual(expect.objectContaining({ event: 'found', bundles: 1 }));
  });
});

describe('a bucket', () => {
  let s3: S3StandIn;
  beforeEach(async () => {
    s3 = await startS3StandIn({ buckets: ['team-evals'] });
  });
  afterEach(() => s3.close());

  it('whose notifications come by webhook, twice: delivered once, as by a direct export', async () => {
    const wanted = await exported();
    const env = {
      AWS_ACCESS_KEY_ID: s3.accessKeyId,
      AWS_SECRET_ACCESS_KEY: s3.secretAccessKey,
      AWS_ENDPOINT_URL_S3: s3.url,
      AWS_REGION: s3.region,
    };
    const server = await serve(['--store', 's3://team-evals/agentv'], env);
    const bundle = await upload('s3://team-evals/agentv', env);
    const key = `${bundle.slice('s3://team-evals/'.length)}/manifest.json`;
    const body = JSON.stringify({
      EventName: 's3:ObjectCreated:Put',
      Key: `team-evals/${key}`,
      Records: [
        {
          eventName: 's3:ObjectCreated:Put',
          s3: { bucket: { name: 'team-evals' }, object: { key: encodeURIComponent(key) } },
        },
      ],
    });
    const notify = async (): Promise<number> => {
      const headers = { Authorization: `Bearer ${SECRET}` };
      return (await fetch(`${server.url}/webhooks/s3`, { method: 'POST', headers, body })).status;
    };
    expect(await Promise.all([notify(), notify()])).toEqual([202, 202]);
    await server.until('delivered');
    expect(await notify()).toBe(202);
    await server.until('unchanged');

    expectSameState(withoutAddress(opik.snapshot()), withoutAddress(wanted), 'by webhook');
    expect(opik.finishCalls.length).toBe(1);
    await server.stop();
    expect(server.events.filter(({ event }) => event === 'delivered')).toHaveLength(1);
  });

  it('that refuses ends the server at once, and says why', async () => {
    const env = { AWS_ACCESS_KEY_ID: 'WRONG', AWS_SECRET_ACCESS_KEY: 'wrong', AWS_ENDPOINT_URL_S3: s3.url };
    const printed = await project.cli(['serve', '--store', 's3://team-evals', '--port', '0'], {
      env: { ...env, OPIK_URL_OVERRIDE: opik.url, AGENTV_OPIK_WEBHOOK_SECRET: SECRET },
    });
    expect(printed.exitCode).toBe(1);
    expect(printed.stderr).toContain('Error: ');
  });
});

describe('killed and started again', () => {
  let workspace: Workspace;
  beforeEach(async () => {
    workspace = await makeWorkspace();
  });
  afterEach(() => workspace.remove());

  it('ends where an undisturbed one does, at whatever point it was killed', {
    timeout: 180_000,
  }, async () => {
    const names = ['baseline', 'matrix', 'trials', 'ws'];
    for (const name of names) await uploadRun(fixtureRun(name).directory, workspace);
    const receipts = createFileStore(join(workspace.directory, 'store'));
    const forget = async (): Promise<void> => {
      opik.reset();
      const keys: string[] = [];
      for await (const { key } of receipts.list('receipts/')) keys.push(key);
      for (const key of keys) await receipts.delete(key);
    };
    const argv = ['--store', join(workspace.directory, 'store'), '--watch'];
    const undisturbed = await serve(argv);
    const started = performance.now();
    await undisturbed.until('delivered', names.length);
    const durationMs = performance.now() - started;
    await undisturbed.stop();
    const wanted = opik.snapshot();

    let interrupted = 0;
    for (let round = 0; round < 12; round += 1) {
      await forget();
      const victim = await serve(argv);
      await sleep(Math.random() * durationMs);
      await victim.kill();
      servers.delete(victim);
      const before = victim.events.filter(({ event }) => event === 'delivered').length;
      if (before < names.length) interrupted += 1;

      const next = await serve(argv);
      const deadline = Date.now() + 20_000;
      while ((await receiptsIn(receipts)) < names.length) {
        if (Date.now() > deadline) throw new Error(`round ${round}: ${JSON.stringify(next.events)}`);
        await sleep(20);
      }
      await next.stop();
      expectSameState(opik.snapshot(), wanted, `round ${round}`);
      expect(opik.finishCalls.length).toBeLessThanOrEqual(names.length);
    }
    // Some must have struck before the end, or the test would show nothing.
    expect(interrupted).toBeGreaterThan(2);
  });
});

describe('an Opik that fails', () => {
  it('for a while: the server tries again by itself, and the failure is gone from the store', async () => {
    const wanted = await exported();
    opik.fault({ kind: 'status', status: 401, body: { errors: ['no'] }, times: 2 });
    const bundle = await upload('./store');
    const server = await serve(['--store', './store', '--watch']);
    await server.until('delivered');
    expectSameState(withoutAddress(opik.snapshot()), withoutAddress(wanted), 'after the fault');
    expect(server.events.filter(({ event }) => event === 'retrying').length).toBeGreaterThan(0);
    expect(await failuresUnder(bundle)).toEqual([]);
  });

  it('for good: given up with a receipt, not tried in a loop, and replayed when the cause is gone', async () => {
    const wanted = await exported();
    opik.fault({ kind: 'status', status: 401, body: { errors: ['my secret answer'] }, times: 1000 });
    const bundle = await upload('./store');
    const server = await serve(['--store', './store', '--watch', '--poll-interval', '1', '--attempts', '1']);
    await server.until('gave_up');
    const requests = opik.requests.length;
    await sleep(2500);
    expect(opik.requests.length).toBe(requests);
    expect(JSON.stringify(server.events)).not.toContain('my secret answer');
    expect(await failuresUnder(bundle)).toHaveLength(1);
    await server.stop();

    // Started again it says so, and leaves it to a person.
    const again = await serve(['--store', './store', '--watch']);
    await again.until('found');
    expect(again.events).toContainEqual(expect.objectContaining({ event: 'found', bundles: 0, given_up: 1 }));
    await again.stop();

    opik.clearFaults();
    const replayed = await cli(['replay', '--since', '1h', '--store', './store']);
    expect(replayed).toMatchObject({ items: [{ action: 'delivered' }] });
    expectSameState(withoutAddress(opik.snapshot()), withoutAddress(wanted), 'replayed');
    expect(await failuresUnder(bundle)).toEqual([]);
  });

  async function failuresUnder(bundle: string): Promise<string[]> {
    const folder = join(project.folder, 'store', 'receipts', bundle.slice(bundle.indexOf('/runs/') + 1));
    const names = await readdir(folder, { recursive: true });
    return names.filter((name) => name.endsWith('failure.json'));
  }
});

describe('stopping', () => {
  it('lets what runs end, takes no more calls, and exits with 0', async () => {
    opik.fault({ kind: 'hang', ms: 1000, at: ({ path }) => path.includes('/traces/batch') });
    const server = await serve(['--store', './store']);
    const bundle = await upload('./store');
    expect(await call(server, bundle)).toBe(202);
    while (!opik.requests.some(({ path }) => path.includes('/traces/batch'))) await sleep(10);
    const stopped = server.stop();
    await server.until('stopping');
    const late = await fetch(`${server.url}/healthz`).then(
      ({ status }) => status,
      () => 'no connection',
    );
    expect([503, 'no connection']).toContain(late);
    const { code, stdout } = await stopped;
    expect(code).toBe(0);
    // The part was ended; the finish that follows from it is the next start's.
    expect(JSON.parse(stdout)).toMatchObject({ status: 'stopped', handed_back: 1 });

    const next = await serve(['--store', './store']);
    await next.until('delivered');
    expect(opik.state.counts()).toMatchObject({ traces: 4 });
  });

  it('aborts what does not end in time, and the next start goes on', { timeout: 60_000 }, async () => {
    const wanted = await exported();
    opik.fault({ kind: 'hang', ms: 60_000, at: ({ path }) => path.includes('/traces/batch') });
    await upload('./store');
    const server = await serve(['--store', './store']);
    while (!opik.requests.some(({ path }) => path.includes('/traces/batch'))) await sleep(10);
    const started = performance.now();
    const { code, stdout } = await server.stop('SIGINT');
    expect(performance.now() - started).toBeLessThan(10_000);
    expect({ code, ...JSON.parse(stdout) }).toMatchObject({ code: 0, handed_back: 1 });

    opik.clearFaults();
    const next = await serve(['--store', './store']);
    await next.until('delivered');
    expectSameState(withoutAddress(opik.snapshot()), withoutAddress(wanted), 'after the abort');
  });
});

describe('starting', () => {
  it.each([
    [['--store', './store'], { AGENTV_OPIK_WEBHOOK_SECRET: '' }, /no webhook secret/],
    [['--store', './store'], { AGENTV_OPIK_WEBHOOK_SECRET: 'short' }, /at least 16 characters/],
    [['--store', './store', '--port', '70000'], {}, /--port/],
    [['--store', './store', '--host', '203.0.113.1'], {}, /Cannot listen/],
    [[], {}, /No store/],
  ])('%j %j is refused', async (argv, env, words) => {
    const printed = await project.cli(['serve', ...argv], {
      env: { OPIK_URL_OVERRIDE: opik.url, AGENTV_OPIK_WEBHOOK_SECRET: SECRET, ...env },
    });
    expect(printed.exitCode).toBe(2);
    expect(printed.stderr).toMatch(words);
    expect(printed.stderr).not.toContain(SECRET);
  });

  it('without a secret serves a watched folder, and believes nobody', async () => {
    const server = await serve(['--store', './store', '--watch'], { AGENTV_OPIK_WEBHOOK_SECRET: '' });
    expect((await fetch(`${server.url}/webhooks/bundles`, { method: 'POST', body: '{}' })).status).toBe(503);
    expect((await fetch(`${server.url}/healthz`)).status).toBe(200);
  });
});

async function receiptsIn(store: ReturnType<typeof createFileStore>): Promise<number> {
  let receipts = 0;
  for await (const { key } of store.list('receipts/')) if (key.endsWith('/receipt.json')) receipts += 1;
  return receipts;
}
