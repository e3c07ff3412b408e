/**
 * A worker that the platform ends at its time-out, in the middle of a part: the same state as undisturbed.
 *
 * opik-trouble.test.ts has those that see the end coming and stop by themselves. Here they cannot: they are frozen.
 */
import { UpdateFunctionConfigurationCommand, waitUntilFunctionUpdatedV2 } from '@aws-sdk/client-lambda';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { delivered, directState, publish } from '../../support/aws/bundles.ts';
import { shows } from '../../support/aws/capabilities.ts';
import { depth, output, useDeployment } from '../../support/aws/deployment.ts';
import { PARAMETERS } from '../../support/aws/parameters.ts';
import { tune } from '../../support/aws/queues.ts';
import { waitFor } from '../../support/aws/wait.ts';
import { signalWorker, workerPids } from '../../support/aws/workers.ts';
import { fixtureRun } from '../../support/runs.ts';
import { expectSameState } from '../../support/same-state.ts';

const TIMEOUT_SECONDS = 8;

const deployment = useDeployment();
const { clients, queueUrl, stack } = deployment;
let restore: () => Promise<void>;

beforeAll(async () => {
  restore = await tune(clients, queueUrl, { visibilitySeconds: TIMEOUT_SECONDS + 4 });
  await setTimeLimit(TIMEOUT_SECONDS);
});
afterAll(async () => {
  await setTimeLimit(Number(PARAMETERS.FunctionTimeout));
  await restore();
});

const title = 'a worker that is ended at its time-out in the middle of a part';
if (shows('emulator-processes', title)) it(title, { timeout: 180_000 }, survivesItsEnd);

async function survivesItsEnd(): Promise<void> {
  // Opik takes its time, so that the part is still on its way when the worker freezes.
  deployment.opik.fault({ kind: 'hang', ms: 1500, match: { path: '/traces/batch' }, times: 1 });
  const path = await publish(deployment, fixtureRun('matrix').directory);
  await waitFor('A part on its way', () => inWork(), { everyMs: 20 });
  const frozen = (await workerPids()).filter((pid) => signalWorker(pid, 'SIGSTOP'));
  expect(frozen.length).toBeGreaterThan(0);

  await waitFor('The end of the frozen worker', async () => {
    const alive = await workerPids();
    return frozen.some((pid) => !alive.includes(pid)) ? true : undefined;
  });
  // Those that had nothing to do.
  for (const pid of frozen) signalWorker(pid, 'SIGCONT');

  const receipt = await delivered(deployment, path, { timeoutMs: 90_000 });
  await deployment.drained();
  expect(receipt).toMatchObject({ status: 'delivered', rejected_count: 0, finish: 'sent' });
  expectSameState(deployment.opik.snapshot(), await directState(deployment, [path]), 'after a time-out');
  expect(deployment.opik.finishCalls.length).toBe(1);
  expect(await depth(clients, deployment.deadLettersUrl)).toBe(0);
}

/** Traces have reached Opik, which has not answered yet: spans and scores are still to come. */
function inWork(): true | undefined {
  return deployment.opik.requests.some(({ path }) => path.includes('/traces/batch')) || undefined;
}

async function setTimeLimit(Timeout: number): Promise<void> {
  const FunctionName = output(stack, 'IngestFunctionName');
  await clients.lambda.send(new UpdateFunctionConfigurationCommand({ FunctionName, Timeout }));
  await waitUntilFunctionUpdatedV2({ client: clients.lambda, maxWaitTime: 30 }, { FunctionName });
}
