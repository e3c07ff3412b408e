import { afterAll, beforeAll, beforeEach, expect, it, vi } from 'vitest';
import { createSecretSource } from '../../../functions/runtime/secrets.ts';
import { type QueueServer, startQueueServer } from '../../support/sqs/queue-server.ts';

const ARN = 'arn:aws:secretsmanager:us-east-1:000000000000:secret:opik';
let server: QueueServer;
let now = 0;

beforeAll(async () => {
  server = await startQueueServer();
  vi.stubEnv('AWS_ENDPOINT_URL_SECRETS_MANAGER', server.url);
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'key');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'secret');
});
afterAll(async () => {
  vi.unstubAllEnvs();
  await server.close();
});
beforeEach(() => {
  server.setSecret(ARN, '{"opik_api_key":"one","redaction_key":" "}');
});

const open = () => createSecretSource({ arn: ARN, region: 'us-east-1', now: () => now });

it('asks once for many, and again after five minutes', async () => {
  const secrets = open();
  const before = server.calls.length;
  expect(await Promise.all([secrets.read(), secrets.read()])).toEqual([
    { opik_api_key: 'one' },
    { opik_api_key: 'one' },
  ]);
  server.setSecret(ARN, '{"opik_api_key":"two"}');
  now += 299_999;
  expect(await secrets.read()).toEqual({ opik_api_key: 'one' });
  expect(server.calls.length).toBe(before + 1);
  now += 1;
  expect(await secrets.read()).toEqual({ opik_api_key: 'two' });
});

it('asks anew when told to forget', async () => {
  const secrets = open();
  await secrets.read();
  server.setSecret(ARN, '{"opik_api_key":"two"}');
  secrets.forget();
  expect(await secrets.read()).toEqual({ opik_api_key: 'two' });
});

it('does not remember a failure, and never quotes what it read', async () => {
  server.setSecret(ARN, 'hunter2');
  const secrets = open();
  const failure = await secrets.read().catch((error: unknown) => error);
  expect(failure).toMatchObject({ code: 'SECRET', retryable: false });
  expect(JSON.stringify(failure) + String(failure)).not.toContain('hunter2');
  server.setSecret(ARN, '{}');
  expect(await secrets.read()).toEqual({});
});

it.each([
  ['denied', 'SECRET'],
  ['throttled', 'SECRET_UNAVAILABLE'],
] as const)('%s: %s', async (kind, code) => {
  server.fault({ operation: 'GetSecretValue', kind, times: kind === 'denied' ? 1 : 3 });
  await expect(open().read()).rejects.toMatchObject({ code });
});

it('without an ARN there are no keys, and nothing is asked', async () => {
  const before = server.calls.length;
  expect(await createSecretSource({ arn: undefined, region: undefined, now: () => 0 }).read()).toEqual({});
  expect(server.calls.length).toBe(before);
});
