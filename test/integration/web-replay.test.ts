/**
 * `agentv-opik replay`, with SQS and Opik on loopback.
 */
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { FailureStore } from '../../core/ingest/failure.ts';
import { bundleMessage, MESSAGE_SCHEMA } from '../../core/ingest/messages.ts';
import { createFileStore } from '../../core/store/index.ts';
import { type OpikStandIn, startOpikStandIn } from '../support/opik/index.ts';
import { s3Notification, s3TestEvent } from '../support/sqs/events.ts';
import { type SqsStandIn, type SqsStandInOptions, startSqsStandIn } from '../support/sqs-api/stand-in.ts';
import { makeProject, type Project } from '../unit/cli/harness.ts';

const PATH = 'runs/shop/2026/11/20/2026-11-20t10-21-37-666z/3f2a9c01b4d7';
const PART = { schema: MESSAGE_SCHEMA, kind: 'part', bundle: PATH, part: 3, destination: '0123456789ab' };

let project: Project;
let opik: OpikStandIn;
let sqs: SqsStandIn | undefined;
const processEnv = { ...process.env };

beforeEach(async () => {
  [project, opik] = await Promise.all([makeProject(), startOpikStandIn()]);
  // The SDK's own chain of credentials reads the process.
  process.env.AWS_ACCESS_KEY_ID = 'key';
  process.env.AWS_SECRET_ACCESS_KEY = 'secret';
});
afterEach(async () => {
  process.env = { ...processEnv };
  await Promise.all([project.remove(), opik.close(), sqs?.close()]);
  sqs = undefined;
});

const QUEUES = { deadLetterQueues: { ingest: 'ingest-dlq' } };

async function startQueues(options: SqsStandInOptions = {}): Promise<SqsStandIn> {
  sqs = await startSqsStandIn({ ...QUEUES, ...options });
  return sqs;
}

async function replay(argv: readonly string[], env: Record<string, string> = {}) {
  const region = sqs === undefined ? {} : { AWS_REGION: 'us-east-1', AWS_ENDPOINT_URL: sqs.url };
  return project.cli(['replay', ...argv], { env: { OPIK_URL_OVERRIDE: opik.url, ...region, ...env } });
}

async function replayJson(argv: readonly string[], env?: Record<string, string>) {
  const printed = await replay([...argv, '--json'], env);
  expect(printed.stderr).toBe('');
  const report = z.looseObject({ items: z.array(z.unknown()) }).parse(JSON.parse(printed.stdout));
  return { exitCode: printed.exitCode, ...report };
}

async function upload(): Promise<string> {
  const { stdout } = await project.cli(['upload', '--store', './store', '--json']);
  const { bundle } = z.object({ bundle: z.string() }).parse(JSON.parse(stdout));
  return bundle.slice(bundle.indexOf('/runs/') + 1);
}

function failures(path: string): FailureStore {
  return new FailureStore(createFileStore(join(project.folder, 'store')), path);
}

async function writeFailure(path: string): Promise<void> {
  const at = '2026-11-20T10:30:00.000Z';
  await failures(path).write({
    schema: 'agentv-opik.failure.v1',
    bundle: path,
    step: 'bundle',
    code: 'OPIK_AUTH',
    reason: 'Opik answered 401',
    retryable: false,
    final: true,
    attempts: 5,
    first_seen_at: at,
    last_seen_at: at,
    tool_version: '0.0.0-test',
  });
}

describe('--dlq', () => {
  it('tells what would be moved, and leaves everything as it was', async () => {
    const queues = await startQueues();
    queues.put('ingest-dlq', JSON.stringify(bundleMessage(PATH)), JSON.stringify(PART), 'poison');
    const before = queues.bodies('ingest-dlq');

    const report = await replayJson(['--dlq', queues.queueUrl('ingest-dlq'), '--dry-run']);

    expect(report).toMatchObject({
      exitCode: 0,
      dry_run: true,
      by: 'move_task',
      more: 0,
      items: [
        { bundle: PATH, step: 'bundle', action: 'would_be_replayed' },
        { bundle: PATH, step: 'part', action: 'would_be_replayed' },
        { problem: 'not JSON', action: 'would_be_replayed' },
      ],
    });
    expect(queues.bodies('ingest-dlq')).toEqual(before);
    expect(queues.bodies('ingest')).toEqual([]);
    // They are to be seen by others at once.
    expect((await replayJson(['--dlq', queues.queueUrl('ingest-dlq'), '--dry-run'])).items).toHaveLength(3);
  });

  it.each([
    ['by SQS itself', {}, 'move_task', 'moved'],
    ['where SQS cannot', { moveTasks: 'refused' }, 'receive_and_send', 'sent'],
    ['where SQS does not even say that it cannot', { moveTasks: 'page' }, 'receive_and_send', 'sent'],
  ] as const)('brings every letter back, %s', async (_how, options, by, action) => {
    const queues = await startQueues(options);
    const bodies = Array.from({ length: 137 }, (_, n) => JSON.stringify({ ...PART, part: n }));
    queues.put('ingest-dlq', ...bodies);

    const report = await replayJson(['--dlq', queues.queueUrl('ingest-dlq')]);

    expect(report).toMatchObject({ exitCode: 0, dry_run: false, by, more: 37 });
    expect(report.items).toHaveLength(100);
    expect(report.items).toContainEqual({
      message_id: expect.any(String),
      bundle: PATH,
      step: 'part',
      action,
    });
    expect(queues.bodies('ingest-dlq')).toEqual([]);
    expect(queues.bodies('ingest').sort()).toEqual([...bodies].sort());
    expect(queues.operations.includes('StartMessageMoveTask')).toBe(true);
  });

  it('brings back no more than asked for', async () => {
    const queues = await startQueues();
    queues.put('ingest-dlq', ...Array.from({ length: 25 }, (_, n) => JSON.stringify({ ...PART, part: n })));
    expect(await replayJson(['--dlq', queues.queueUrl('ingest-dlq'), '--limit', '12'])).toMatchObject({
      by: 'receive_and_send',
      more: 0,
    });
    expect(queues.bodies('ingest')).toHaveLength(12);
    expect(queues.bodies('ingest-dlq')).toHaveLength(13);
  });

  it('sends every letter to another queue that is named', async () => {
    const queues = await startQueues({ deadLetterQueues: { ingest: 'ingest-dlq', other: 'other-dlq' } });
    queues.put('ingest-dlq', ...Array.from({ length: 137 }, (_, n) => JSON.stringify({ ...PART, part: n })));
    const argv = ['--dlq', queues.queueUrl('ingest-dlq'), '--queue', queues.queueUrl('other')];
    expect(await replayJson(argv)).toMatchObject({ exitCode: 0, by: 'receive_and_send', more: 37 });
    expect(queues.bodies('other')).toHaveLength(137);
    expect(queues.bodies('ingest-dlq')).toEqual([]);
  });

  it('keeps the letters that the queue refuses', async () => {
    const queues = await startQueues();
    queues.put('ingest-dlq', JSON.stringify(PART));
    queues.fail('SendMessageBatch', 'AccessDenied');
    const printed = await replay(['--dlq', queues.queueUrl('ingest-dlq'), '--limit', '5']);
    expect(printed).toMatchObject({ exitCode: 1, stderr: expect.stringContaining('AccessDenied') });
    expect(queues.bodies('ingest-dlq')).toHaveLength(1);
    expect(queues.bodies('ingest')).toEqual([]);
  });

  it('sends to the queue that is named, where its source cannot be found', async () => {
    const queues = await startQueues({ moveTasks: 'refused', listSources: false });
    queues.put('ingest-dlq', JSON.stringify(PART));
    const without = await replay(['--dlq', queues.queueUrl('ingest-dlq')]);
    expect(without).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('AGENTV_OPIK_QUEUE_URL') });
    expect(queues.bodies('ingest-dlq')).toHaveLength(1);

    const env = { AGENTV_OPIK_QUEUE_URL: queues.queueUrl('ingest') };
    expect(await replayJson(['--dlq', queues.queueUrl('ingest-dlq')], env)).toMatchObject({ exitCode: 0 });
    expect(queues.bodies('ingest')).toHaveLength(1);
  });

  it('tells why each failed, as the receipts in the store say', async () => {
    const queues = await startQueues();
    const path = await upload();
    await writeFailure(path);
    queues.put('ingest-dlq', JSON.stringify(bundleMessage(path)));
    const { stdout } = await replay([
      '--dlq',
      queues.queueUrl('ingest-dlq'),
      '--dry-run',
      '--store',
      './store',
    ]);
    expect(stdout).toBe(
      `Dry run: 1 dead letter would be moved back to the queue\n  ${path}: to do\n    Why it failed before: OPIK_AUTH after 5 tries: Opik answered 401\n`,
    );
  });

  it('tells of hundreds of every kind what they ask for and why they are there, and loses none', async () => {
    const queues = await startQueues({ moveTasks: 'refused' });
    const path = await upload();
    await writeFailure(path);
    const gone = bundleMessage(PATH);
    const newer = { ...bundleMessage(path), schema: 'agentv-opik.message.v2' };
    const notice = s3Notification([{ bucket: 'team-evals', key: `agentv/${path}/manifest.json` }]);
    const kinds = [bundleMessage(path), gone, newer, { hello: 1 }].map((body) => JSON.stringify(body));
    const bodies = Array.from({ length: 50 }, () => [
      ...kinds,
      notice,
      s3TestEvent('team-evals'),
      'x',
    ]).flat();
    queues.put('ingest-dlq', ...bodies);

    const argv = ['--dlq', queues.queueUrl('ingest-dlq'), '--store', './store'];
    const dry = await replayJson([...argv, '--dry-run']);
    expect(dry).toMatchObject({ exitCode: 0, more: 250 });
    expect(queues.bodies('ingest-dlq')).toHaveLength(350);
    const report = await replayJson(argv);

    expect(report).toMatchObject({ exitCode: 0, more: 250 });
    const failure = expect.objectContaining({ code: 'OPIK_AUTH' });
    for (const item of [
      { bundle: path, step: 'bundle', failure },
      { bundle: PATH, step: 'bundle', state: 'gone' },
      { problem: 'a message of agentv-opik with a wrong schema' },
      { problem: 'neither an event of a store nor a message of agentv-opik' },
      { problem: expect.stringContaining('test event') },
      { problem: 'not JSON' },
    ]) {
      expect(report.items).toContainEqual({ action: 'sent', message_id: expect.any(String), ...item });
    }
    expect(queues.bodies('ingest-dlq')).toEqual([]);
    expect(queues.bodies('ingest').sort()).toEqual([...bodies].sort());
    // One look at each bundle, however many letters there are.
    const { stdout } = await replay([...argv, '--dry-run']);
    expect(stdout).toBe('Nothing to replay: no dead letters\n');
  });

  it("knows a store's notices also where no store is named", async () => {
    const queues = await startQueues();
    queues.put('ingest-dlq', s3Notification([{ bucket: 'b', key: `a/prefix/${PATH}/manifest.json` }]));
    queues.put('ingest-dlq', s3Notification([{ bucket: 'b', key: `a/${PATH}/parts/00000.jsonl.zst` }]));
    const { items } = await replayJson(['--dlq', queues.queueUrl('ingest-dlq'), '--dry-run']);
    expect(items).toEqual([
      expect.objectContaining({ bundle: PATH, step: 'bundle' }),
      expect.objectContaining({ problem: expect.stringContaining('something else than a manifest') }),
    ]);
  });

  it('tells what was moved also where the store cannot say why', async () => {
    const queues = await startQueues();
    queues.put('ingest-dlq', JSON.stringify(PART), JSON.stringify(bundleMessage(PATH)));
    await project.write('store', 'no folder');
    const report = await replayJson(['--dlq', queues.queueUrl('ingest-dlq'), '--store', './store']);
    expect(report).toMatchObject({
      exitCode: 0,
      items: [{ action: 'moved', unknown: expect.stringMatching(/./) }, { action: 'moved' }],
    });
    expect(queues.bodies('ingest')).toHaveLength(2);
  });

  it('says how many were sent when it breaks off, and keeps the others', async () => {
    const queues = await startQueues({ moveTasks: 'refused' });
    queues.put('ingest-dlq', ...Array.from({ length: 250 }, (_, n) => JSON.stringify({ ...PART, part: n })));
    queues.fail('SendMessageBatch', 'AccessDenied', 1, 15);
    const printed = await replay(['--dlq', queues.queueUrl('ingest-dlq')]);
    expect(printed).toMatchObject({ exitCode: 1 });
    expect(printed.stderr).toMatch(/AccessDenied; 100 dead letters had been sent before/);
    expect(printed.stderr).toContain('run the same command again');
    expect(queues.bodies('ingest').length + queues.bodies('ingest-dlq').length).toBe(250);
    expect(queues.bodies('ingest')).toHaveLength(150);
  });

  it('says so when somebody else holds all of them', async () => {
    const queues = await startQueues();
    queues.put('ingest-dlq', JSON.stringify(PART));
    queues.hold('ingest-dlq');
    expect((await replay(['--dlq', queues.queueUrl('ingest-dlq')])).stdout).toBe(
      'Nothing to replay now: somebody else is looking at 1 dead letter; try again in two minutes\n',
    );
  });

  it('says so when there is nothing', async () => {
    const queues = await startQueues();
    expect((await replay(['--dlq', queues.queueUrl('ingest-dlq')])).stdout).toBe(
      'Nothing to replay: no dead letters\n',
    );
    expect(queues.operations).not.toContain('StartMessageMoveTask');
  });

  it('says which queue it may not read', async () => {
    const queues = await startQueues();
    expect(await replay(['--dlq', queues.queueUrl('another')])).toMatchObject({
      exitCode: 1,
      stderr: expect.stringContaining(`Cannot look at ${queues.queueUrl('another')}: QueueDoesNotExist`),
    });
  });
});

describe('<bundle>', () => {
  it('ingests it here where there is no queue, and forgets the failure', async () => {
    const path = await upload();
    await writeFailure(path);
    const report = await replayJson([`./store/${path}`]);
    expect(report).toMatchObject({
      exitCode: 0,
      by: 'ingestion',
      items: [{ bundle: path, action: 'delivered', failure: { code: 'OPIK_AUTH' } }],
    });
    expect(opik.state.counts()).toMatchObject({ traces: 4 });
    expect(await failures(path).read()).toBeUndefined();
  });

  it('is sent where there is one', async () => {
    const queues = await startQueues();
    const path = await upload();
    expect(await replayJson([`./store/${path}`, '--queue', queues.queueUrl('ingest')])).toMatchObject({
      exitCode: 0,
      by: 'queue',
      items: [{ bundle: path, action: 'sent' }],
    });
    expect(queues.bodies('ingest').map((body) => JSON.parse(body))).toEqual([bundleMessage(path)]);
    expect(opik.requests).toEqual([]);
  });

  it('is no failure any more from when it is sent, and one again where it cannot be sent', async () => {
    const queues = await startQueues();
    const path = await upload();
    await writeFailure(path);
    queues.fail('SendMessageBatch', 'AccessDenied', 9);
    const argv = [`./store/${path}`, '--queue', queues.queueUrl('ingest')];
    expect(await replayJson(argv)).toMatchObject({
      exitCode: 1,
      items: [{ action: 'failed', error: { code: 'QUEUE_UNAVAILABLE' } }],
    });
    expect(await failures(path).read()).toMatchObject({ final: true });
    expect(await failures(path).read()).not.toHaveProperty('replayed_at');

    queues.fail('SendMessageBatch', 'AccessDenied', 0);
    const { stdout } = await replay(argv);
    expect(stdout).toContain(`Tip: wait for it with: agentv-opik status ./store/${path} --wait`);
    expect(await failures(path).read()).toMatchObject({ final: false, replayed_at: expect.any(String) });
  });

  it('that fails again says why, and the exit code does', async () => {
    const path = await upload();
    opik.fault({ kind: 'status', status: 401, body: { errors: ['no'] }, times: 100 });
    expect(await replayJson([`./store/${path}`])).toMatchObject({
      exitCode: 1,
      items: [{ bundle: path, action: 'failed', error: { code: 'OPIK_AUTH' } }],
    });
  });
});

describe('--since', () => {
  it('delivers what was uploaded since and is not delivered, once', async () => {
    const path = await upload();
    for (const time of ['1h', '2026-01-01', '2026-01-01T10:00Z']) {
      expect(await replayJson(['--since', time, '--store', './store', '--dry-run'])).toMatchObject({
        items: [{ bundle: path, action: 'would_be_replayed' }],
      });
    }
    expect(opik.requests).toEqual([]);
    const tomorrow = new Date(Date.now() + 86_400_000).toISOString();
    expect(await replayJson(['--since', tomorrow, '--store', './store'])).toMatchObject({ items: [] });
    expect(await replayJson(['--since', '1h', '--store', './store'])).toMatchObject({
      items: [{ action: 'delivered' }],
    });
    expect((await replay(['--since', '1h', '--store', './store'])).stdout).toBe(
      'Nothing to replay: no undelivered bundles\n',
    );
  });
});

describe('--since, where some bundles are broken', () => {
  it('delivers the others, and says of each what is wrong with it', async () => {
    const path = await upload();
    const store = createFileStore(join(project.folder, 'store'));
    const sibling = (name: string) => path.replace('2026-11-20t10', name);
    const manifest = await store.get(`${path}/manifest.json`);
    await store.put(`${sibling('copied')}/manifest.json`, manifest);
    await store.put(`${sibling('huge')}/manifest.json`, Buffer.alloc(17 * 1024 * 1024, ' '));
    await store.put(`${sibling('foreign')}/manifest.json`, Buffer.from('{"schema":"x"}'));
    await store.put(`${sibling('newer')}/manifest.json`, Buffer.from('{"schema":"agentv-opik.manifest.v9"}'));
    await store.put(`receipts/${path}/failure.json`, Buffer.from('{"schema":"agentv-opik.failure.v9"}'));

    const report = await replayJson(['--since', '7d', '--store', './store']);

    const failed = (name: string, code: string) => ({
      bundle: sibling(name),
      action: 'failed',
      error: { code, message: expect.stringMatching(/./) },
    });
    expect(report).toMatchObject({ exitCode: 1, by: 'ingestion' });
    expect(report.items).toHaveLength(5);
    expect(report.items).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ bundle: path, action: 'delivered' }),
        failed('copied', 'INVALID_MANIFEST'),
        failed('huge', 'OBJECT_TOO_LARGE'),
        failed('foreign', 'INVALID_MANIFEST'),
        failed('newer', 'UNSUPPORTED_MANIFEST'),
      ]),
    );
  });
});

it.each([
  [[]],
  [['--since', 'yesterday', '--store', './store']],
  [['--since', '2026-13-45', '--store', './store']],
  [['--dlq', 'not-a-url']],
  [['--dlq', 'https://user:pw@sqs.us-east-1.amazonaws.com/1/x']],
  [['abcd', '--since', '1h']],
  [['--since', '1h', '--limit', '0', '--store', './store']],
])('%j is a mistake of the person', async (argv) => {
  const { exitCode, stderr } = await replay(argv);
  expect(exitCode).toBe(2);
  expect(stderr).toMatch(/^Error: /);
  expect(stderr).not.toContain('pw');
});
