/**
 * The built function between S3, SQS and Opik: the same state as a direct ingestion, whatever the queue does.
 */
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { FailureStore } from '../../core/ingest/failure.ts';
import type { Receipt } from '../../core/ingest/receipt.ts';
import { receiptsOf } from '../../core/ingest/receipt-store.ts';
import { createFileStore } from '../../core/store/index.ts';
import { ingest, makeWorkspace, type UploadOptions, type Workspace } from '../support/pipeline.ts';
import { fixtureRun, fixtureRuns } from '../support/runs.ts';
import { expectSameState } from '../support/same-state.ts';
import { uploadInParts } from '../support/small-parts.ts';
import { type Cloud, startCloud } from '../support/sqs/cloud.ts';
import type { Handler } from '../support/sqs/mapping.ts';
import { type Output, recordOutput } from '../support/sqs/output.ts';

let cloud: Cloud;
let handler: Handler;
let workspace: Workspace;
let output: Output;

beforeAll(async () => {
  workspace = await makeWorkspace();
  output = recordOutput();
  cloud = await startCloud();
  handler = await cloud.start({ AGENTV_OPIK_CAPTURE: 'full' });
});
beforeEach(() => {
  cloud.opik.reset();
  output.clear();
});
afterAll(async () => {
  output.restore();
  await cloud.close();
  await workspace.remove();
});

/** A bundle of its own for each test: receipts of one must not help another. */
let uploads = 0;
async function upload(run: string, budget: number, options: UploadOptions = {}): Promise<string> {
  uploads += 1;
  const source = `github.com/acme/shop-${uploads}`;
  return (await uploadInParts(run, cloud.store, budget, { mode: 'full', source, ...options })).path;
}

/** What a direct ingestion of the same bundle leaves in Opik. */
async function directState(path: string, options: Parameters<typeof ingest>[3] = {}): Promise<string> {
  uploads += 1;
  const receipts = createFileStore(join(workspace.directory, `receipts-${uploads}`));
  cloud.opik.reset();
  await ingest(cloud.store, path, cloud.opik.url, { ...options, receipts });
  const state = cloud.opik.snapshot();
  cloud.opik.reset();
  return state;
}

async function receiptOf(path: string): Promise<Receipt | undefined> {
  for await (const receipt of receiptsOf(cloud.store, path)) return receipt;
  return undefined;
}

async function failuresOf(path: string): Promise<unknown[]> {
  const failures: unknown[] = [];
  for await (const failure of new FailureStore(cloud.store, path).all()) failures.push(failure);
  return failures;
}

describe.each(fixtureRuns())('$name', ({ directory }) => {
  it('ends in the state of a direct ingestion, a part for each result', async () => {
    const path = await upload(directory, 1);
    const wanted = await directState(path);

    cloud.notify(path);
    await cloud.deliver(handler);

    expectSameState(cloud.opik.snapshot(), wanted, path);
    expect(cloud.sqs.deadLetters).toEqual([]);
    expect(await receiptOf(path)).toMatchObject({
      status: 'delivered',
      finish: 'sent',
      delivery: { attempts: 1, retries: 0, tool_versions: ['0.1.0'] },
    });
    expect(await failuresOf(path)).toEqual([]);
    expect(cloud.opik.finishCalls.length).toBe(1);
  });
});

/** Numbers that look like chance and are the same each time. */
function makeRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

describe('a queue that is a standard queue', () => {
  it.each(Array.from({ length: 12 }, (_, seed) => seed))(
    'shuffled, doubled and in parallel (%d): the same state, closed once',
    async (seed) => {
      const random = makeRandom(seed);
      const path = await upload(fixtureRun('matrix').directory, 1);
      const wanted = await directState(path);

      for (let times = 0; times <= seed % 3; times += 1) cloud.notify(path);
      await cloud.deliver(handler, {
        random,
        duplicates: 0.5,
        concurrency: 1 + Math.floor(random() * 6),
        batchSize: 1 + Math.floor(random() * 4),
      });

      expectSameState(cloud.opik.snapshot(), wanted, `seed ${seed}`);
      expect(cloud.sqs.deadLetters).toEqual([]);
      expect(cloud.opik.finishCalls.length).toBe(1);
      expect((await receiptOf(path))?.finish).toBe('sent');
    },
  );

  it('delivers again what was delivered: nothing is sent to Opik', async () => {
    const path = await upload(fixtureRun('baseline').directory, 1);
    cloud.notify(path);
    await cloud.deliver(handler);
    const before = cloud.opik.fullSnapshot();
    const requests = cloud.opik.requests.length;

    cloud.notify(path);
    cloud.notify(path);
    await cloud.deliver(handler, { concurrency: 2 });

    expect(cloud.opik.requests.length).toBe(requests);
    expect(cloud.opik.fullSnapshot()).toBe(before);
  });

  it('closes by a second notice a bundle whose last message was lost', async () => {
    const path = await upload(fixtureRun('baseline').directory, 1);
    const wanted = await directState(path);
    cloud.notify(path);
    await cloud.deliver(handler, {
      onRound: () => {
        for (const message of [...cloud.sqs.messages]) {
          if (message.body.includes('"kind":"finish"')) cloud.sqs.delete(message);
        }
      },
    });
    expect(await receiptOf(path)).toBeUndefined();

    cloud.notify(path);
    await cloud.deliver(handler);

    expectSameState(cloud.opik.snapshot(), wanted, 'closed later');
    expect((await receiptOf(path))?.status).toBe('delivered');
    expect(cloud.opik.finishCalls.length).toBe(1);
  });

  it('sends by a second notice the parts that were lost, and those alone', async () => {
    const path = await upload(fixtureRun('baseline').directory, 1);
    const wanted = await directState(path);
    cloud.notify(path);
    await cloud.deliver(handler, {
      onRound: () => {
        for (const message of [...cloud.sqs.messages]) {
          if (/"part":[12]/.test(message.body)) cloud.sqs.delete(message);
        }
      },
    });
    cloud.notify(path);
    output.clear();

    await cloud.deliver(handler);

    expectSameState(cloud.opik.snapshot(), wanted, 'sent later');
    expect(output.lines().filter(({ message }) => message === 'part delivered').length).toBe(2);
  });
});

describe('who decides where it goes', () => {
  it('the manifest before OPIK_PROJECT_NAME, and this before the default', async () => {
    const named = await upload(fixtureRun('baseline').directory, 1, { destination: { project: 'theirs' } });
    const unnamed = await upload(fixtureRun('baseline').directory, 1);
    const other = await cloud.start({ OPIK_PROJECT_NAME: 'ours' });
    cloud.notify(named);
    cloud.notify(unnamed);
    await cloud.deliver(other);

    expect((await receiptOf(named))?.destination.project).toBe('theirs');
    expect((await receiptOf(unnamed))?.destination.project).toBe('ours');
  });

  it('AGENTV_OPIK_* before all, also over the workspace', async () => {
    const path = await upload(fixtureRun('baseline').directory, 1, { destination: { project: 'theirs' } });
    const other = await cloud.start({
      AGENTV_OPIK_PROJECT: 'forced',
      AGENTV_OPIK_GROUP_BY: 'target',
      AGENTV_OPIK_ASSERTIONS: 'true',
      OPIK_WORKSPACE: 'default',
    });
    cloud.notify(path);
    await cloud.deliver(other);

    expect((await receiptOf(path))?.destination).toMatchObject({
      project: 'forced',
      group_by: 'target',
      assertions: true,
      workspace: 'default',
    });
  });

  it('takes the stricter mode, and metadata-only unless told otherwise', async () => {
    const path = await upload(fixtureRun('baseline').directory, 1);
    const wanted = await directState(path, { mode: 'metadata-only' });
    const strict = await cloud.start();
    cloud.notify(path);
    await cloud.deliver(strict);
    expectSameState(cloud.opik.snapshot(), wanted, 'metadata-only');
    expect((await receiptOf(path))?.capture_mode).toBe('metadata-only');
  });

  it('goes on where the new settings lead when they change in the middle, and ends', async () => {
    const path = await upload(fixtureRun('matrix').directory, 1);
    const wanted = await directState(path, { overrides: { project: 'second' } });
    const second = await cloud.start({ AGENTV_OPIK_CAPTURE: 'full', AGENTV_OPIK_PROJECT: 'second' });
    cloud.notify(path);
    let invocations = 0;
    await cloud.deliver(
      (event, context) => {
        invocations += 1;
        return invocations < 4 ? handler(event, context) : second(event, context);
      },
      { concurrency: 3 },
    );
    expect(cloud.sqs.deadLetters).toEqual([]);
    expect((await receiptOf(path))?.destination.project).toBe('second');
    // The first project keeps what it got; all of the second is as if it had gone there at once.
    const experiments = (text: string): unknown[] => JSON.parse(text).experiments;
    expect(experiments(cloud.opik.snapshot())).toEqual(expect.arrayContaining(experiments(wanted)));
  });

  it('does nothing under the policy `disabled`', async () => {
    const path = await upload(fixtureRun('baseline').directory, 1);
    const off = await cloud.start({ AGENTV_OPIK_POLICY: 'disabled' });
    cloud.notify(path);
    await cloud.deliver(off);
    expect(cloud.opik.requests.length).toBe(0);
    expect(output.lines()).toContainEqual(expect.objectContaining({ message: 'skipped', level: 'WARN' }));
  });
});

it('acknowledges a bundle that a newer one has superseded', async () => {
  const { directory } = fixtureRun('baseline');
  const source = 'github.com/acme/superseded';
  const older = await upload(directory, 1, { source, now: () => new Date('2026-11-21T00:00:00Z') });
  const newer = await upload(directory, 1, {
    source,
    now: () => new Date('2026-11-22T00:00:00Z'),
    destination: { assertions: true },
  });
  const wanted = await directState(newer);

  cloud.notify(older);
  cloud.notify(newer);
  await cloud.deliver(handler, { random: makeRandom(1), concurrency: 3 });

  expectSameState(cloud.opik.snapshot(), wanted, 'superseded');
  expect(await receiptOf(older)).toBeUndefined();
  expect(cloud.sqs.deadLetters).toEqual([]);
  expect(output.lines()).toContainEqual(expect.objectContaining({ message: 'superseded', by: newer }));
});

it('counts what a person on call asks for', async () => {
  const path = await upload(fixtureRun('matrix').directory, 1);
  cloud.notify(path);
  cloud.notify(path);
  await cloud.deliver(handler);

  const receipt = await receiptOf(path);
  expect(output.metric('bundles_in')).toBe(1);
  expect(output.metric('bundles_delivered')).toBe(1);
  expect(output.metric('results_delivered')).toBe(receipt?.results);
  expect(output.metric('results_rejected')).toBe(0);
  expect(output.metric('bundles_failed')).toBe(0);
  expect(output.metric('lag_ms')).toBeGreaterThan(0);
  expect(output.lines()).toContainEqual(
    expect.objectContaining({
      message: 'bundle delivered',
      bundle: path,
      run_id: expect.any(String),
      lag_ms: expect.any(Number),
    }),
  );
});
