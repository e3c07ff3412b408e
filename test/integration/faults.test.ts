/**
 * Each fault at each request of an ingestion: the same state in the end, nothing twice.
 */
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createFileStore, type ObjectStore } from '../../core/store/index.ts';
import { type FaultKind, type OpikStandIn, startOpikStandIn } from '../support/opik/index.ts';
import { ingest, makeWorkspace, uploadRun, type Workspace } from '../support/pipeline.ts';
import { fixtureRun } from '../support/runs.ts';
import { expectSameState } from '../support/same-state.ts';

const FAULTS: Record<string, FaultKind> = {
  '429 with RateLimit-Reset': { kind: 'rate-limit', resetSeconds: 0 },
  '500': { kind: 'status', status: 500, body: { code: 500, message: 'Internal Server Error' } },
  '503 of a proxy': { kind: 'status', status: 503, body: '<html>busy</html>' },
  'connection reset': { kind: 'reset' },
  'reply lost after the write': { kind: 'lost-reply' },
};

const OVERRIDES = { assertions: true } as const;
const MODE = { mode: 'redacted', overrides: OVERRIDES } as const;

let opik: OpikStandIn;
let workspace: Workspace;
let bundle: string;
let undisturbed: string;
let routes: string[];

beforeAll(async () => {
  opik = await startOpikStandIn();
  workspace = await makeWorkspace();
  bundle = (await uploadRun(fixtureRun('baseline').directory, workspace, { mode: 'redacted' })).path;
  await ingest(workspace.store, bundle, opik.url, MODE);
  undisturbed = opik.snapshot();
  routes = opik.requests.map(({ method, path }) => `${method} ${path}`);
});
afterAll(async () => {
  await workspace.remove();
  await opik.close();
});

/** Receipts of its own for each case: those of one must not help another. */
let cases = 0;
function freshReceipts(): ObjectStore {
  cases += 1;
  return createFileStore(join(workspace.directory, `receipts-${cases}`));
}

describe.each(Object.entries(FAULTS))('%s', (_name, fault) => {
  it('at every request, once: the same state in one go', async () => {
    expect(routes.length).toBeGreaterThan(10);
    for (const [position, route] of routes.entries()) {
      opik.reset();
      opik.fault({ ...fault, at: position, times: 1 });

      const receipt = await ingest(workspace.store, bundle, opik.url, { ...MODE, receipts: freshReceipts() });

      expectSameState(opik.snapshot(), undisturbed, route);
      const fired = opik.finishCalls.length;
      // Whether a lost finish was carried out cannot be known: it is reported, not repeated.
      const ambiguous = route.endsWith('/experiments/finish') && ['reset', 'lost-reply'].includes(fault.kind);
      expect(receipt.finish, route).toBe(ambiguous ? 'unknown' : 'sent');
      expect(fired, route).toBe(ambiguous && fault.kind === 'reset' ? 0 : 1);
    }
  });

  it('lasting longer than the patience: what was delivered stays, the next run sends the rest', async () => {
    for (const [position, route] of routes.entries()) {
      opik.reset();
      opik.fault({ ...fault, at: position, times: 2 });
      const retry = { attempts: 1, baseDelayMs: 1, maxDelayMs: 1, deadlineMs: 1000 };
      const impatient = { ...MODE, retry, receipts: freshReceipts() };

      let runs = 0;
      for (let delivered = false; !delivered && runs < 5; runs += 1) {
        delivered = await ingest(workspace.store, bundle, opik.url, impatient).then(
          () => true,
          () => false,
        );
      }

      expectSameState(opik.snapshot(), undisturbed, route);
      expect(opik.finishCalls.length, route).toBeLessThanOrEqual(1);
    }
  });
});

describe('refusals', () => {
  it('rejects the one item that Opik refuses and delivers its neighbours', async () => {
    opik.reset();
    const poisoned = (body: unknown): boolean => JSON.stringify(body ?? '').includes('"name":"partial"');
    opik.fault({
      kind: 'status',
      status: 400,
      body: { code: 400, message: 'Unable to process JSON' },
      at: ({ path, body }) => path.endsWith('/traces/batch') && poisoned(body),
      times: Number.POSITIVE_INFINITY,
    });

    const receipt = await ingest(workspace.store, bundle, opik.url, { ...MODE, receipts: freshReceipts() });

    expect(receipt.status).toBe('partial');
    expect(receipt.rejected_count).toBe(1);
    expect(receipt.rejected[0]).toMatchObject({ what: 'trace', reason: expect.stringContaining('400') });
    expect([...opik.state.traces.values()].map(({ name }) => name).sort()).toEqual([
      'capital',
      'capital-wrong',
      'refund-json',
    ]);
    expect(opik.state.experimentItems.size).toBe(3);
  });

  it.each([
    [401, 'OPIK_AUTH'],
    [402, 'OPIK_QUOTA'],
    [403, 'OPIK_AUTH'],
  ])('stops at once at %d, and says what to do', async (status, code) => {
    opik.reset();
    opik.fault({ kind: 'status', status, body: { errors: ['no'] }, times: Number.POSITIVE_INFINITY });
    await expect(
      ingest(workspace.store, bundle, opik.url, { ...MODE, receipts: freshReceipts() }),
    ).rejects.toMatchObject({
      code,
      hint: expect.any(String),
      message: expect.stringContaining('no'),
    });
    expect(opik.requests.length).toBe(1);
  });

  it('refuses a dataset name that another project owns, before it writes into it', async () => {
    opik.reset();
    await ingest(workspace.store, bundle, opik.url, {
      mode: 'redacted',
      overrides: { project: 'one', dataset: 'shared' },
    });
    const before = opik.snapshot();
    await expect(
      ingest(workspace.store, bundle, opik.url, {
        mode: 'redacted',
        overrides: { project: 'two', dataset: 'Shared' },
      }),
    ).rejects.toMatchObject({ code: 'DATASET_PROJECT' });
    expect(JSON.parse(opik.snapshot()).datasets).toEqual(JSON.parse(before).datasets);
  });
});
