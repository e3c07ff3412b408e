/**
 * The webhooks as they are deployed: who proves himself is heard, and what he names reaches Opik.
 */
import { expect, it } from 'vitest';
import { delivered, directState, manifestKey, publish } from '../../support/aws/bundles.ts';
import { shows } from '../../support/aws/capabilities.ts';
import { depth, useDeployment } from '../../support/aws/deployment.ts';
import { whilePaused } from '../../support/aws/event-source.ts';
import { WEBHOOK_SECRET } from '../../support/aws/keys.ts';
import { s3Notice, takeAll } from '../../support/aws/queues.ts';
import { callWeb, signed, type WebCall } from '../../support/aws/web.ts';
import { fixtureRun } from '../../support/runs.ts';
import { expectSameState } from '../../support/same-state.ts';

const deployment = useDeployment();
const { clients, queueUrl } = deployment;
const call = (request: WebCall) => callWeb(deployment, request);

shows('function-url', 'the webhooks over HTTP');

/** A bundle of which S3 has told nobody. */
async function publishSilently(): Promise<string> {
  return whilePaused(deployment, async () => {
    const path = await publish(deployment, fixtureRun('matrix').directory);
    expect(await takeAll(clients, queueUrl)).toHaveLength(1);
    return path;
  });
}

async function expectDelivered(path: string): Promise<void> {
  await delivered(deployment, path);
  await deployment.drained();
  expectSameState(deployment.opik.snapshot(), await directState(deployment, [path]), 'by a webhook');
  expect(await depth(clients, deployment.deadLettersUrl)).toBe(0);
}

function notice(path: string, token: string): WebCall {
  return {
    method: 'POST',
    path: '/webhooks/s3',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: s3Notice(deployment.bucket, manifestKey(path)),
  };
}

it('is healthy', async () => {
  expect(await call({ method: 'GET', path: '/healthz' })).toMatchObject({
    status: 200,
    body: { status: 'ok', version: expect.stringMatching(/^\d+\.\d+\.\d+/) },
  });
  expect(await call({ method: 'GET', path: '/elsewhere' })).toMatchObject({
    status: 404,
    body: { error: { code: 'NO_SUCH_ROUTE' } },
  });
});

it("a store's notification brings its bundle to Opik", async () => {
  const path = await publishSilently();
  expect(await call(notice(path, WEBHOOK_SECRET))).toMatchObject({
    status: 202,
    body: { accepted: [path], ignored: 0, unreadable: 0 },
  });
  await expectDelivered(path);
});

it('a signed call brings its bundle to Opik, and counts once', async () => {
  const path = await publishSilently();
  const request = signed(path);
  expect(await call(request)).toEqual({ status: 202, body: { accepted: [path] } });
  await expectDelivered(path);
  expect(await call(request)).toMatchObject({ status: 409, body: { error: { code: 'REPLAYED_CALL' } } });
});

it('nobody is heard without the secret, or too late', async () => {
  const path = await publishSilently();
  const code = (expected: string) => ({ status: 401, body: { error: { code: expected } } });
  const anHourAgo = Math.floor(Date.now() / 1000) - 3600;
  const forged = { ...signed(path), body: JSON.stringify({ bundle: `${path}0` }) };
  expect(await call(notice(path, 'a guess'))).toMatchObject(code('TOKEN'));
  expect(await call({ ...signed(path), headers: {} })).toMatchObject(code('SIGNATURE_MISSING'));
  expect(await call(forged)).toMatchObject(code('SIGNATURE_WRONG'));
  expect(await call(signed(path, anHourAgo))).toMatchObject(code('SIGNATURE_STALE'));
  expect(await depth(clients, queueUrl)).toBe(0);
  expect(deployment.opik.requests).toEqual([]);
});
