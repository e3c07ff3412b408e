/**
 * SQS delivers at least once and in any order: neither shows in Opik.
 */
import { expect, it } from 'vitest';
import { openBundle } from '../../../core/bundle/read.ts';
import { bundleMessage, MESSAGE_SCHEMA } from '../../../core/ingest/messages.ts';
import { ask, delivered, directState, manifestKey, publish } from '../../support/aws/bundles.ts';
import { depth, useDeployment } from '../../support/aws/deployment.ts';
import { whilePaused } from '../../support/aws/event-source.ts';
import { s3Notice, send, takeAll } from '../../support/aws/queues.ts';
import { fixtureRun } from '../../support/runs.ts';
import { expectSameState } from '../../support/same-state.ts';

const deployment = useDeployment();
const { clients, queueUrl } = deployment;

it('a notice delivered three times, in every form, at once', async () => {
  const path = await publish(deployment, fixtureRun('matrix').directory);
  const notice = s3Notice(deployment.bucket, manifestKey(path));
  await send(clients, queueUrl, [notice, notice, JSON.stringify(bundleMessage(path))]);
  await delivered(deployment, path);
  await deployment.drained();

  expectSameState(deployment.opik.snapshot(), await directState(deployment, [path]), 'delivered three times');
  expect(deployment.opik.finishCalls.length).toBe(1);

  const before = deployment.opik.fullSnapshot();
  await send(clients, queueUrl, [notice]);
  await ask(deployment, path);
  await deployment.drained();
  expectSameState(deployment.opik.fullSnapshot(), before, 'asked for again');
});

it('finish and parts before the plan, each several times', async () => {
  const destination = await destinationOfWorkers();
  const path = await whilePaused(deployment, async () => {
    const bundle = await publish(deployment, fixtureRun('matrix').directory);
    const notices = await takeAll(clients, queueUrl);
    expect(notices.length).toBe(1);
    const { parts } = await openBundle(deployment.store, bundle);
    const steps = [...parts.map((_, part) => ({ kind: 'part', part })), { kind: 'finish' }];
    const bodies = [...steps, ...steps, ...steps].map((step) =>
      JSON.stringify({ schema: MESSAGE_SCHEMA, bundle, destination, ...step }),
    );
    await send(clients, queueUrl, [...bodies.reverse(), ...notices]);
    return bundle;
  });
  await delivered(deployment, path);
  await deployment.drained();

  expectSameState(deployment.opik.snapshot(), await directState(deployment, [path]), 'out of order');
  expect(deployment.opik.finishCalls.length).toBe(1);
  expect(await depth(clients, deployment.deadLettersUrl)).toBe(0);
});

it('what S3 says beside uploads asks for nothing', async () => {
  const notices = [
    JSON.stringify({ Service: 'Amazon S3', Event: 's3:TestEvent', Bucket: deployment.bucket }),
    s3Notice(deployment.bucket, 'runs/elsewhere/notes.txt'),
    s3Notice('another-bucket', 'runs/a/2026/11/20/b/0123456789ab/manifest.json'),
  ];
  await send(clients, queueUrl, notices);
  await deployment.drained();
  expect(deployment.opik.requests).toEqual([]);
  expect(await depth(clients, deployment.deadLettersUrl)).toBe(0);
});

/** Where the workers deliver to, as the folder of a receipt names it. It is the same for all bundles of a project. */
async function destinationOfWorkers(): Promise<string> {
  const path = await publish(deployment, fixtureRun('baseline').directory);
  await delivered(deployment, path);
  await deployment.drained();
  deployment.opik.reset();
  for await (const destination of deployment.store.listFolders(`receipts/${path}/`)) return destination;
  throw new Error(`${path} has no receipts`);
}
