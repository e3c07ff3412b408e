/**
 * `status --wait` and `upload --wait` of a bundle that was given up before.
 */
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { z } from 'zod';
import { type Failure, FailureStore } from '../../../core/ingest/failure.ts';
import { createFileStore, type ObjectStore } from '../../../core/store/index.ts';
import { type OpikStandIn, startOpikStandIn } from '../../support/opik/index.ts';
import { ingest } from '../../support/pipeline.ts';
import { makeProject, type Project } from './harness.ts';

let project: Project;
let opik: OpikStandIn;
let store: ObjectStore;
let path: string;
let failures: FailureStore;

beforeEach(async () => {
  [project, opik] = await Promise.all([makeProject(), startOpikStandIn()]);
  const { stdout } = await project.cli(['upload', '--store', './store', '--json']);
  const { bundle } = z.object({ bundle: z.string() }).parse(JSON.parse(stdout));
  path = bundle.slice(bundle.indexOf('/runs/') + 1);
  store = createFileStore(join(project.folder, 'store'));
  failures = new FailureStore(store, path);
});
afterEach(() => Promise.all([project.remove(), opik.close()]));

function failure(changes: Partial<Failure> = {}): Failure {
  return {
    schema: 'agentv-opik.failure.v1',
    bundle: path,
    step: 'bundle',
    code: 'OPIK_AUTH',
    reason: 'Opik answered 401',
    retryable: false,
    final: true,
    attempts: 5,
    first_seen_at: '2026-11-20T10:00:00.000Z',
    last_seen_at: '2026-11-20T10:05:00.000Z',
    tool_version: '0.0.0-test',
    ...changes,
  };
}

/** Waits, while something happens after so many looks. */
async function wait(happens: (look: number) => Promise<void> | undefined, command = 'status') {
  let looks = 0;
  const argv = command === 'status' ? [`./store/${path}`] : ['--store', './store', '--policy', 'required'];
  const printed = await project.cli([command, ...argv, '--wait', '--wait-timeout', '600'], {
    sleep: async () => {
      looks += 1;
      await happens(looks);
      if (looks > 100) throw new Error('waits for ever');
    },
  });
  return { ...printed, looks };
}

const nothing = () => undefined;

it('a failure that nobody takes up again: said at once, and the end after half a minute', async () => {
  await failures.write(failure());
  const { exitCode, stderr, looks } = await wait(nothing);
  expect({ exitCode, looks }).toEqual({ exitCode: 3, looks: 15 });
  expect(stderr).toContain('Given up at 2026-11-20T10:05:00.000Z: Opik answered 401\nWaiting');
  expect(stderr).toContain('Error: Given up at 2026-11-20T10:05:00.000Z: Opik answered 401');
});

it.each(['status', 'upload'])('%s: taken up meanwhile, and delivered later: the receipt', async (command) => {
  await failures.write(failure());
  const { exitCode, stdout } = await wait(async (look) => {
    if (look === 10) await failures.reopen(new Date());
    if (look === 40) await ingest(store, path, opik.url);
  }, command);
  expect(exitCode).toBe(0);
  expect(stdout).toContain('Delivered to Opik');
});

it('taken up and failed again between two looks: the new failure, at once', async () => {
  await failures.write(failure());
  const { exitCode, stderr, looks } = await wait(async (look) => {
    if (look !== 3) return;
    await failures.write(failure({ last_seen_at: '2026-11-21T09:00:00.000Z', reason: 'Opik answered 402' }));
  });
  expect({ exitCode, looks }).toEqual({ exitCode: 3, looks: 3 });
  expect(stderr).toContain('Error: Given up at 2026-11-21T09:00:00.000Z: Opik answered 402');
});

it('replayed before by somebody who may write into the store: no word of the old failure', async () => {
  await failures.write(failure());
  await failures.reopen(new Date('2026-11-20T11:00:00Z'));
  const before = await project.cli(['status', `./store/${path}`]);
  expect(before.stdout).toContain('Status: not delivered');
  expect(before.stdout).toContain('Now: replayed at 2026-11-20T11:00:00.000Z: it will be tried again');

  const { exitCode, stderr } = await wait(async (look) => {
    if (look === 30) await ingest(store, path, opik.url);
  });
  expect(exitCode).toBe(0);
  expect(stderr).not.toContain('Given up');
});

it('a first failure, while waiting: at once', async () => {
  const { exitCode, looks } = await wait(async (look) => {
    if (look === 2) await failures.write(failure());
  });
  expect({ exitCode, looks }).toEqual({ exitCode: 3, looks: 2 });
});
