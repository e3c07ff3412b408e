/**
 * `status` of a bundle that the other side could not deliver.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { describeFailure, FailureStore } from '../../core/ingest/failure.ts';
import { bundleMessage } from '../../core/ingest/messages.ts';
import { StoreAccessError } from '../../core/store/index.ts';
import { makeWorkspace, uploadRun, type Workspace } from '../support/pipeline.ts';
import { fixtureRun } from '../support/runs.ts';

let workspace: Workspace;
beforeEach(async () => {
  workspace = await makeWorkspace();
});
afterEach(() => workspace.remove());

async function cli(...args: string[]): Promise<{ code: number | null; stdout: string; stderr: string }> {
  const child = spawn(process.execPath, ['dist/cli/main.js', ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  const [stdout, stderr, [code]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, 'close'),
  ]);
  return { code, stdout, stderr };
}

/** A bundle of which an ingestion failed, for the last time or not. */
async function failedBundle(attempts: number): Promise<string> {
  const { path } = await uploadRun(fixtureRun('baseline').directory, workspace);
  const failure = describeFailure({
    message: bundleMessage(path),
    error: new StoreAccessError('No permission to read parts/00000.jsonl.zst', {
      hint: 'Grant s3:GetObject.',
    }),
    attempts,
    maxAttempts: 5,
    firstSeenAt: new Date('2026-11-20T10:00:00Z'),
    now: new Date('2026-11-20T10:05:00Z'),
    toolVersion: '0.1.0',
    redact: (words) => words,
  });
  await new FailureStore(workspace.store, path).write(failure);
  return `${workspace.store.uri}/${path}`;
}

it('tells why, how often it was tried, and what to do', async () => {
  const bundle = await failedBundle(5);
  const { code, stdout } = await cli('status', bundle);
  expect(code).toBe(0);
  expect(stdout).toContain('Status: failed');
  expect(stdout).toContain('Not delivered: No permission to read parts/00000.jsonl.zst');
  expect(stdout).toContain('What to do: Grant s3:GetObject.');
  expect(stdout).toContain('Tries: 5, from 2026-11-20T10:00:00.000Z to 2026-11-20T10:05:00.000Z');
  expect(stdout).toContain('replay it when the cause is gone');
});

it('says that it will be tried again while it will', async () => {
  const { stdout } = await cli('status', await failedBundle(2));
  expect(stdout).toContain('Status: not delivered');
  expect(stdout).toContain('Not yet delivered: No permission');
  expect(stdout).toContain('it will be tried again');
});

it('gives programs the same', async () => {
  const { stdout } = await cli('status', await failedBundle(5), '--json');
  expect(JSON.parse(stdout)).toMatchObject({
    status: 'failed',
    failures: [{ code: 'STORE_ACCESS', attempts: 5, final: true }],
  });
});
