/**
 * Workers really killed (SIGKILL), at random points: the same state as undisturbed.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { delivered, directState, publish } from '../../support/aws/bundles.ts';
import { shows } from '../../support/aws/capabilities.ts';
import { depth, useDeployment } from '../../support/aws/deployment.ts';
import { tune } from '../../support/aws/queues.ts';
import { killWorker, workerPids } from '../../support/aws/workers.ts';
import { fixtureRun } from '../../support/runs.ts';
import { expectSameState } from '../../support/same-state.ts';

const KILLS = 100;
const BUNDLES_AT_A_TIME = 8;
/** In which a worker is there and at work, on a machine with other things to do. */
const WORKER_STARTS_MS = 8000;

const deployment = useDeployment();
const { clients, queueUrl } = deployment;
let restore: () => Promise<void>;

beforeAll(async () => {
  // A killed worker's message comes back after this time; and none may be given up for having been killed too often.
  restore = await tune(clients, queueUrl, { visibilitySeconds: 3, tries: 1000 });
});
afterAll(() => restore());

const title = `survives ${KILLS} kills`;
if (shows('emulator-processes', title)) it(title, { timeout: 600_000 }, survivesKills);

async function survivesKills(): Promise<void> {
  const paths: string[] = [];
  let kills = 0;
  let landed = 0;
  while (kills < KILLS) {
    // Slow enough that a kill finds a worker at work.
    deployment.opik.fault({ kind: 'hang', ms: 40, times: Number.POSITIVE_INFINITY });
    const batch = await Promise.all(
      Array.from({ length: BUNDLES_AT_A_TIME }, () => publish(deployment, fixtureRun('baseline').directory)),
    );
    paths.push(...batch);
    while (kills < KILLS && (await depth(clients, queueUrl)) > 0) {
      const before = deployment.opik.requests.length;
      // Most strike at work; every fourth anywhere, also at a worker that starts or waits.
      if (kills % 4 !== 0) await sleepUntil(() => deployment.opik.requests.length > before, WORKER_STARTS_MS);
      await sleep(Math.random() * 200);
      const victims = (await workerPids()).filter(() => Math.random() < 0.6).filter(killWorker);
      kills += victims.length;
      if (deployment.opik.requests.length > before) landed += victims.length;
    }
    deployment.opik.clearFaults();
    await Promise.all(batch.map((path) => delivered(deployment, path, { timeoutMs: 120_000 })));
    await deployment.drained();
  }
  expectSameState(deployment.opik.snapshot(), await directState(deployment, paths), `after ${kills} kills`);
  expect(deployment.opik.finishCalls.length).toBeLessThanOrEqual(paths.length);
  expect(await depth(clients, deployment.deadLettersUrl)).toBe(0);
  // Most must have struck while something was sent, or the test would show nothing.
  expect(landed).toBeGreaterThan(kills / 2);
}

async function sleepUntil(happened: () => boolean, timeoutMs: number): Promise<void> {
  const until = Date.now() + timeoutMs;
  while (!happened() && Date.now() < until) await sleep(5);
}
