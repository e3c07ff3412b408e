/**
 * Opik away, slow or overloaded: what was uploaded meanwhile gets there when it is back, and nothing twice.
 */
import { afterEach, expect, it } from 'vitest';
import { delivered, directState, publish } from '../../support/aws/bundles.ts';
import { depth, useDeployment } from '../../support/aws/deployment.ts';
import { waitFor } from '../../support/aws/wait.ts';
import { fixtureRun } from '../../support/runs.ts';
import { expectSameState } from '../../support/same-state.ts';

const deployment = useDeployment();
const RUNS = ['baseline', 'matrix', 'trials', 'ws'];

afterEach(() => deployment.opik.clearFaults());

async function publishAll(): Promise<string[]> {
  return Promise.all(RUNS.map((name) => publish(deployment, fixtureRun(name).directory)));
}

async function expectAllDelivered(paths: readonly string[], when: string): Promise<void> {
  await Promise.all(paths.map((path) => delivered(deployment, path, { timeoutMs: 180_000 })));
  await deployment.drained();
  expectSameState(deployment.opik.snapshot(), await directState(deployment, paths), when);
  expect(deployment.opik.finishCalls.length).toBe(paths.length);
  expect(await depth(deployment.clients, deployment.deadLettersUrl)).toBe(0);
}

it('down, then up', { timeout: 240_000 }, async () => {
  await deployment.opik.close();
  const paths = await publishAll();
  await waitFor('A worker that found no Opik', async () => {
    for (const path of paths) {
      for await (const { key } of deployment.store.list(`receipts/${path}/`))
        if (key.endsWith('failure.json')) return true;
    }
    return undefined;
  });
  await deployment.startOpik();
  await expectAllDelivered(paths, 'after an outage');
  for (const path of paths) {
    for await (const { key } of deployment.store.list(`receipts/${path}/`))
      expect(key).not.toContain('failure.json');
  }
});

it('a storm of 429', { timeout: 240_000 }, async () => {
  deployment.opik.fault({
    kind: 'rate-limit',
    resetSeconds: 1,
    at: ({ position }) => position % 3 !== 0,
    times: 60,
  });
  await expectAllDelivered(await publishAll(), 'after a storm');
  expect(deployment.opik.requests.filter(({ status }) => status === 429).length).toBeGreaterThan(10);
});

it('so slow that workers run out of time', { timeout: 300_000 }, async () => {
  // Longer than the function's time-out of 30 s, so that the worker must stop by itself.
  deployment.opik.fault({ kind: 'hang', ms: 40_000, match: { path: '/traces/batch' }, times: 2 });
  await expectAllDelivered(await publishAll(), 'after time-outs');
});
