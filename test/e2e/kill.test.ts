/**
 * `agentv-opik export` really killed (SIGKILL), at random points, and run again: the same state as undisturbed.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cp, mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type OpikStandIn, startOpikStandIn } from '../support/opik/index.ts';
import { makeWorkspace, type Workspace } from '../support/pipeline.ts';
import { fixtureRun } from '../support/runs.ts';
import { expectSameState } from '../support/same-state.ts';

const KILLS = 200;
const CLI = join(process.cwd(), 'dist', 'cli', 'main.js');

let opik: OpikStandIn;
let workspace: Workspace;
let run: string;

beforeAll(async () => {
  opik = await startOpikStandIn();
  workspace = await makeWorkspace();
  run = join(
    workspace.directory,
    'shop',
    '.agentv',
    'results',
    'runs',
    'baseline',
    '2026-11-20T10-21-37-666Z',
  );
  await mkdir(join(run, '..'), { recursive: true });
  await cp(fixtureRun('baseline').directory, run, { recursive: true });
});
afterAll(async () => {
  await workspace.remove();
  await opik.close();
});

function start(): ChildProcess {
  return spawn(
    process.execPath,
    [CLI, 'export', run, '--capture', 'redacted', '--assertions', '--policy', 'required', '--json'],
    {
      cwd: join(workspace.directory, 'shop'),
      env: { PATH: process.env.PATH, HOME: workspace.directory, OPIK_URL_OVERRIDE: opik.url },
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  );
}

/** Forgets everything that earlier exports left on this machine and in Opik. */
async function forget(): Promise<void> {
  opik.reset();
  await rm(join(workspace.directory, 'shop', '.agentv', 'opik'), { recursive: true, force: true });
}

async function finish(): Promise<number> {
  const started = performance.now();
  const child = start();
  const [said, [code]] = await Promise.all([text(child.stderr ?? Readable.from([])), once(child, 'exit')]);
  expect(code, said).toBe(0);
  return performance.now() - started;
}

it(`survives ${KILLS} kills`, { timeout: 900_000 }, async () => {
  await forget();
  const durationMs = await finish();
  const undisturbed = opik.snapshot();
  const finishes = opik.finishCalls.length;
  expect(finishes).toBe(1);

  let kills = 0;
  let completed = 0;
  let landed = 0;
  while (kills < KILLS) {
    await forget();
    // Killed again and again at later and later points, until one attempt gets through.
    for (let attempt = 0; ; attempt += 1) {
      const before = opik.requests.length;
      const child = start();
      const exited = once(child, 'exit');
      await sleep(Math.random() * durationMs);
      if (child.exitCode === null && kills < KILLS && attempt < 20) {
        child.kill('SIGKILL');
        await exited;
        kills += 1;
        if (opik.requests.length > before) landed += 1;
        continue;
      }
      await exited;
      break;
    }
    await finish();
    completed += 1;
    expectSameState(opik.snapshot(), undisturbed, `after ${kills} kills`);
    expect(opik.finishCalls.length).toBeLessThanOrEqual(1);
  }
  expect(kills).toBe(KILLS);
  expect(completed).toBeGreaterThan(0);
  // Some must have struck after the first request, or the test would show nothing.
  expect(landed).toBeGreaterThan(KILLS / 20);
});
