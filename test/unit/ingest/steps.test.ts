/**
 * The steps over a queue in this process: any order, any number of times, the state of a direct ingestion.
 */
import fc from 'fast-check';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { digestOf } from '../../../core/bundle/digest.ts';
import { JsonlWriter } from '../../../core/bundle/jsonl.ts';
import { itemsName } from '../../../core/bundle/keys.ts';
import type { Manifest } from '../../../core/bundle/manifest.ts';
import { publishBundle } from '../../../core/bundle/publish.ts';
import { openBundle } from '../../../core/bundle/read.ts';
import { type Attempt, type AttemptSettings, attemptStep } from '../../../core/ingest/attempt.ts';
import { type Failure, FailureStore } from '../../../core/ingest/failure.ts';
import { bundleMessage, type Message } from '../../../core/ingest/messages.ts';
import { receiptsOf } from '../../../core/ingest/receipt-store.ts';
import { OpikAuthError } from '../../../core/opik/errors.ts';
import type { OpikPort } from '../../../core/opik/port.ts';
import { createFileStore } from '../../../core/store/index.ts';
import { type OpikStandIn, startOpikStandIn } from '../../support/opik/index.ts';
import { connect, ingest, makeWorkspace, uploadRun, type Workspace } from '../../support/pipeline.ts';
import { fixtureRun } from '../../support/runs.ts';
import { expectSameState } from '../../support/same-state.ts';
import { uploadInParts } from '../../support/small-parts.ts';

let opik: OpikStandIn;
let workspace: Workspace;

beforeAll(async () => {
  opik = await startOpikStandIn();
});
afterAll(() => opik.close());
beforeEach(async () => {
  opik.reset();
  workspace = await makeWorkspace();
});
afterEach(() => workspace.remove());

type Options = Partial<AttemptSettings> & { readonly attempt?: number };

function makeWorker(sent: Message[], options: Options = {}): (message: Message) => Promise<Attempt> {
  const { attempt = 1, ...settings } = options;
  return (message) =>
    attemptStep(message, {
      store: workspace.store,
      queue: {
        send: async (messages) => {
          sent.push(...messages);
        },
      },
      opik: async () => connect(opik.url),
      capture: async () => ({ mode: 'metadata-only' }),
      worker: {
        toolVersion: '1.2.3',
        attempt,
        firstSeenAt: new Date('2026-11-20T12:00:00Z'),
        retries: () => 0,
      },
      maxAttempts: 3,
      now: () => new Date('2026-11-20T13:00:00Z'),
      ...settings,
    });
}

it('any order, each message up to three times: the state of a direct ingestion', async () => {
  await fc.assert(
    fc.asyncProperty(fc.infiniteStream(fc.nat({ max: 1000 })), async (choices) => {
      opik.reset();
      const fresh = await makeWorkspace();
      const { path } = await uploadInParts(fixtureRun('baseline').directory, fresh.store, 1);
      await ingest(fresh.store, path, opik.url, { receipts: createFileStore(`${fresh.directory}/direct`) });
      const wanted = opik.snapshot();
      opik.reset();

      const next = (below: number): number => (choices.next().value ?? 0) % below;
      const pending: Message[] = [bundleMessage(path)];
      const work = makeWorker(pending, { store: fresh.store });
      const done: Message[] = [];
      for (let steps = 0; pending.length > 0 && steps < 60; steps += 1) {
        const [message] = pending.splice(next(pending.length), 1);
        if (message === undefined) break;
        // At once with another one, as two workers do.
        const [other] = pending.slice(0, next(2));
        const taken = await Promise.all([message, ...(other === undefined ? [] : [other])].map(work));
        expect(taken.every(({ ok }) => ok)).toBe(true);
        if (done.length < 12 && next(3) === 0) pending.push(message);
        done.push(message);
      }
      expect(pending.filter(({ kind }) => kind !== 'bundle')).toEqual([]);
      expectSameState(opik.snapshot(), wanted, JSON.stringify(done.map(({ kind }) => kind)));
      expect(opik.finishCalls.length).toBe(1);
      await fresh.remove();
    }),
    { numRuns: 15 },
  );
});

describe('messages', () => {
  async function plan(): Promise<{ path: string; parts: Message[] }> {
    const { path } = await uploadInParts(fixtureRun('baseline').directory, workspace.store, 1);
    const parts: Message[] = [];
    await makeWorker(parts)(bundleMessage(path));
    return { path, parts };
  }

  it('one for each part, of the planned destination; then the finish, by the last part alone', async () => {
    const { path, parts } = await plan();
    const destination = expect.stringMatching(/^[0-9a-f]{12}$/);
    const schema = 'agentv-opik.message.v1';
    expect(parts).toEqual(
      [0, 1, 2, 3].map((part) => ({ schema, kind: 'part', bundle: path, part, destination })),
    );
    const sent: Message[] = [];
    for (const message of parts) {
      expect(sent).toEqual([]);
      await makeWorker(sent)(message);
    }
    expect(sent).toEqual([{ schema, kind: 'finish', bundle: path, destination }]);
  });

  it('a worker with another destination sends the bundle back once, and leaves its own plan alone', async () => {
    const { path, parts } = await plan();
    const sent: Message[] = [];
    const other = makeWorker(sent, { overrides: { project: 'second' } });
    const [first, second] = parts;
    if (first === undefined || second === undefined) throw new Error('no parts');

    expect(await other(first)).toMatchObject({ ok: true, outcome: { did: 'sent-back' } });
    expect(sent).toEqual([bundleMessage(path)]);
    await other(bundleMessage(path));
    expect(await other(second)).toMatchObject({ outcome: { did: 'nothing', because: 'other-destination' } });
    expect(opik.state.traces.size).toBe(0);
  });

  it('a finish before its parts fails as something that may heal', async () => {
    const { parts } = await plan();
    const [part] = parts;
    if (part?.kind !== 'part') throw new Error('no part');
    const { part: _number, ...rest } = part;
    expect(await makeWorker([])({ ...rest, kind: 'finish' })).toMatchObject({
      ok: false,
      failure: { code: 'PARTS_MISSING', retryable: true, final: false },
    });
  });
});

describe('failures', () => {
  const missing = bundleMessage('runs/x/2026/11/20/2026-11-20t10-21-37-666z/84265a7bc1b2');

  it('are written with the number of tries and the time of the first, and are final after the last', async () => {
    const failures = new FailureStore(workspace.store, missing.bundle);
    const first = await makeWorker([])(missing);
    expect(first).toMatchObject({ ok: false, news: false });
    expect(await failures.read()).toEqual({
      schema: 'agentv-opik.failure.v1',
      bundle: missing.bundle,
      step: 'bundle',
      code: 'BUNDLE_NOT_FOUND',
      reason: expect.stringContaining('there is no manifest.json'),
      hint: expect.any(String),
      retryable: false,
      final: false,
      attempts: 1,
      first_seen_at: '2026-11-20T12:00:00.000Z',
      last_seen_at: '2026-11-20T13:00:00.000Z',
      tool_version: '1.2.3',
    });

    const last = await makeWorker([], { attempt: 3 })(missing);
    expect(last).toMatchObject({ ok: false, news: true });
    expect(await failures.read()).toMatchObject({ attempts: 3, final: true });
    expect(await makeWorker([], { attempt: 3 })(missing)).toMatchObject({ news: false });
  });

  it('are open again from when the bundle is asked for anew, and final when it fails again', async () => {
    const { path } = await uploadRun(fixtureRun('baseline').directory, workspace);
    const failures = new FailureStore(workspace.store, path);
    const read = async (): Promise<Failure | undefined> => {
      for await (const failure of failures.all()) return failure;
      return undefined;
    };
    const seen: (Failure | undefined)[] = [];
    /** A key that is refused. Looks at the failure meanwhile. */
    const refuse = async (): Promise<OpikPort> => ({
      url: opik.url,
      send: async (route) => {
        seen.push(await read());
        throw new OpikAuthError('no', { route });
      },
    });
    const last = makeWorker([], { attempt: 3, opik: refuse });
    expect(await last(bundleMessage(path))).toMatchObject({ failure: { final: true }, news: true });

    const at = new Date('2026-11-20T14:00:00Z');
    const anew = makeWorker([], { opik: refuse, now: () => at });
    expect(await anew(bundleMessage(path))).toMatchObject({ failure: { final: false }, news: false });
    expect(seen[0]).toBeUndefined();
    expect(seen[1]).toMatchObject({ final: false, replayed_at: at.toISOString() });
    expect(await last(bundleMessage(path))).toMatchObject({ failure: { final: true }, news: true });
    expect(await read()).toMatchObject({ final: true, replayed_at: at.toISOString() });
    // The same message once more is no new order.
    expect(await last(bundleMessage(path))).toMatchObject({ news: false });
  });

  it('of one part stay the word while another part is tried', async () => {
    const { path } = await uploadInParts(fixtureRun('baseline').directory, workspace.store, 1);
    const parts: Message[] = [];
    await makeWorker(parts)(bundleMessage(path));
    const [first, second] = parts;
    if (first?.kind !== 'part' || second === undefined) throw new Error('no parts');
    const failures = new FailureStore(workspace.store, path);
    const read = () => failures.read(first.destination);
    opik.fault({ kind: 'status', status: 401, times: 100 });

    await makeWorker([], { attempt: 3 })(first);
    expect(await read()).toMatchObject({ part: 0, final: true });
    await makeWorker([])(second);
    expect(await read()).toMatchObject({ part: 0, final: true });
    await makeWorker([])(first);
    expect(await read()).toMatchObject({ part: 0, final: false });
    await makeWorker([], { attempt: 3 })(second);
    expect(await read()).toMatchObject({ part: 1, final: true });
  });

  it('are taken away by a finish that comes again, where the worker had died before it did', async () => {
    const { path } = await uploadRun(fixtureRun('baseline').directory, workspace);
    const pending: Message[] = [bundleMessage(path)];
    const done: Message[] = [];
    const work = makeWorker(pending);
    for (let message = pending.shift(); message !== undefined; message = pending.shift()) {
      await work(message);
      done.push(message);
    }
    const finish = done.at(-1);
    if (finish?.kind !== 'finish') throw new Error('no finish');
    await makeWorker([])(missing);
    const left = await new FailureStore(workspace.store, missing.bundle).read();
    if (left === undefined) throw new Error('no failure');
    const failures = new FailureStore(workspace.store, path);
    await failures.write({ ...left, bundle: path }, finish.destination);

    expect(await work(finish)).toMatchObject({ outcome: { did: 'nothing', because: 'delivered-before' } });
    expect(await failures.read(finish.destination)).toBeUndefined();
  });

  it('of a program error tell its kind, not its words, and may heal', async () => {
    const { path } = await uploadRun(fixtureRun('baseline').directory, workspace);
    const broken = makeWorker([], {
      opik: async () => {
        throw new TypeError('cannot read secret-content of undefined');
      },
    });
    expect(await broken(bundleMessage(path))).toMatchObject({
      failure: { code: 'UNEXPECTED', reason: 'Unexpected TypeError', retryable: true },
    });
  });

  it('are told after they healed by the receipt, and taken away', async () => {
    const { path } = await uploadRun(fixtureRun('baseline').directory, workspace);
    const pending: Message[] = [bundleMessage(path)];
    opik.fault({ kind: 'status', status: 402, times: 1 });
    await makeWorker([])(bundleMessage(path));
    const work = makeWorker(pending, { attempt: 2 });
    for (let message = pending.shift(); message !== undefined; message = pending.shift()) await work(message);

    for await (const receipt of receiptsOf(workspace.store, path)) {
      expect(receipt.delivery).toEqual({
        first_seen_at: '2026-11-20T12:00:00.000Z',
        tool_versions: ['1.2.3'],
        attempts: 2,
        retries: 0,
        last_failure: { code: 'OPIK_QUOTA', reason: expect.any(String), at: '2026-11-20T13:00:00.000Z' },
      });
    }
    for await (const failure of new FailureStore(workspace.store, path).all())
      expect(failure).toBeUndefined();
  });

  it('when the signal is given, time is what was lacking', async () => {
    const { path } = await uploadRun(fixtureRun('baseline').directory, workspace);
    const stopped = makeWorker([], { signal: AbortSignal.abort() });
    expect(await stopped(bundleMessage(path))).toMatchObject({
      ok: false,
      failure: { code: 'TIME_UP', retryable: true },
    });
  });
});

it('a plan that is stopped goes on where it was, with all items in the end', async () => {
  const { path: small } = await uploadRun(fixtureRun('baseline').directory, workspace);
  const bundle = await openBundle(workspace.store, small);
  const staging = createFileStore(`${workspace.directory}/staging-items`);
  const items = new JsonlWriter({ store: staging, kind: 'items', name: itemsName });
  const count = 25_000;
  for await (const item of bundle.items()) {
    for (let number = 0; number < count / 4; number += 1) {
      await items.write(JSON.stringify({ ...item, test_id: `${item.test_id}-${number}` }));
    }
  }
  const objects = [...bundle.parts, ...(await items.end())];
  for (const { path } of bundle.parts) await staging.put(path, await workspace.store.get(`${small}/${path}`));
  const manifest: Manifest = {
    ...bundle.manifest,
    objects,
    totals: { ...bundle.manifest.totals, items: count },
  };
  const digest = digestOf(manifest);
  const store = createFileStore(`${workspace.directory}/many`);
  const { path } = await publishBundle({ staging, store, manifest: { ...manifest, digest } });
  const wanted = await (async () => {
    await ingest(store, path, opik.url, { receipts: createFileStore(`${workspace.directory}/direct`) });
    const { snapshot } = opik;
    const state = snapshot();
    opik.reset();
    return state;
  })();

  const pending: Message[] = [];
  opik.fault({ kind: 'status', status: 402, at: ({ position }) => position === 22 });
  expect(await makeWorker(pending, { store })(bundleMessage(path))).toMatchObject({ ok: false });
  const before = opik.requests.filter((request) => request.path.endsWith('/items')).length;
  pending.push(bundleMessage(path));
  const work = makeWorker(pending, { store });
  for (let message = pending.shift(); message !== undefined; message = pending.shift()) await work(message);

  const again = opik.requests.filter((request) => request.path.endsWith('/datasets/items')).length - before;
  expect(before).toBeGreaterThan(12);
  expect(again).toBeLessThanOrEqual(16);
  expectSameState(opik.snapshot(), wanted, 'stopped and gone on');
});

it('a plan whose time is up again and again goes on in fresh messages while it comes further', async () => {
  const { path } = await uploadRun(fixtureRun('baseline').directory, workspace);
  const sent: Message[] = [];
  const stopped = async (message: Message, itemsDone: number) => {
    const controller = new AbortController();
    return makeWorker(sent, {
      signal: controller.signal,
      stops: { hadWholeTime: true, wasLimited: () => false },
      now: () => new Date('2026-11-20T12:20:00Z'),
      onContext: ({ receiptStore }) => {
        void receiptStore.writeItemsDone(itemsDone).then(() => controller.abort());
      },
      opik: async () => ({
        url: opik.url,
        send: (_route, _body, options) =>
          new Promise((_resolve, reject) => {
            const { signal } = options ?? {};
            signal?.addEventListener('abort', () => reject(signal.reason));
          }),
      }),
    })(message);
  };

  expect(await stopped(bundleMessage(path), 10_000)).toMatchObject({
    failure: { code: 'TIME_UP', final: false },
    handedOn: { delaySeconds: 0 },
  });
  const [first] = sent.splice(0);
  expect(first?.handed_on).toMatchObject({ times: 1, attempts: 0, items_done: 10_000 });
  expect(await stopped(first ?? bundleMessage(path), 20_000)).toHaveProperty('handedOn');
  const [second] = sent.splice(0);
  expect(second?.handed_on).toMatchObject({ times: 2, attempts: 0, items_done: 20_000 });
  expect(await stopped(second ?? bundleMessage(path), 20_000)).not.toHaveProperty('handedOn');
  expect(sent).toEqual([]);
});
