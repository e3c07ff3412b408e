/**
 * Least privilege of the functions, where the emulator enforces it: no statement is there for nothing.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { delivered, publish } from '../../support/aws/bundles.ts';
import { shows } from '../../support/aws/capabilities.ts';
import { useDeployment } from '../../support/aws/deployment.ts';
import { inlinePolicies, whileRestricted } from '../../support/aws/policies.ts';
import { tune } from '../../support/aws/queues.ts';
import { waitFor } from '../../support/aws/wait.ts';
import { callWeb, signed } from '../../support/aws/web.ts';
import { killWorker, workerPids } from '../../support/aws/workers.ts';
import { fixtureRun } from '../../support/runs.ts';

const deployment = useDeployment();
const { clients, stack, queueUrl } = deployment;
const { iam } = clients;

/** What Lambda itself needs of a role. No emulator asks for it: test/unit/template/permissions.test.ts says what for. */
const OF_THE_PLATFORM = ['WriteOwnLogs', 'WriteTraces'];
const OF_THE_WORKERS = [
  'ReadBundlesAndReceipts',
  'WriteReceipts',
  'ListBundlesAndReceipts',
  'TakeMessages',
  'SendPartsAndFinish',
  'ReadTheOneSecret',
];
const OF_THE_WEBHOOKS = ['SendBundles', 'ReadTheOneSecret'];

const gone = () => undefined;
const roleOf = (logical: string): string => stack.resources[logical] ?? '';

it.each([
  ['IngestRole', OF_THE_WORKERS],
  ['WebRole', OF_THE_WEBHOOKS],
])('%s has these statements and no other', async (role, sids) => {
  const policies = await inlinePolicies(iam, roleOf(role));
  const found = policies.flatMap(({ statements }) => statements.map(({ Sid: sid }) => sid));
  expect(found.sort()).toEqual([...sids, ...OF_THE_PLATFORM].sort());
});

if (shows('iam-enforcement', 'the role of the workers, statement by statement')) {
  describe('the role of the workers', () => {
    /** A worker that cannot hand a message back leaves it hidden for as long; it must come back before the next test. */
    const hiddenSeconds = 12;
    const patienceMs = 8000;
    let restore: () => Promise<void>;

    beforeAll(async () => {
      restore = await tune(clients, queueUrl, { visibilitySeconds: hiddenSeconds });
    });
    afterAll(() => restore());

    it('is enough for a bundle that fails once', deliverWithOneFailure);

    it.each(OF_THE_WORKERS)('is too little without %s', (sid) =>
      whileRestricted(iam, { role: roleOf('IngestRole'), sid, change: gone }, () =>
        expect(deliverWithOneFailure()).rejects.toThrow('did not happen'),
      ),
    );

    /** On the way it has to be handed back, its failure written and taken away, and the key read anew. */
    async function deliverWithOneFailure(): Promise<void> {
      const body = { code: 401, message: 'User not allowed to access workspace' };
      deployment.opik.fault({ kind: 'status', status: 401, body, at: 0, times: 1 });
      const path = await publish(deployment, fixtureRun('baseline').directory);
      await delivered(deployment, path, { timeoutMs: patienceMs });
    }
  });
}

if (shows('iam-enforcement', 'the role of the webhooks, statement by statement')) {
  describe('the role of the webhooks', () => {
    let path: string;

    beforeAll(async () => {
      path = await publish(deployment, fixtureRun('baseline').directory);
      await delivered(deployment, path);
    });

    it('is enough for a signed call', async () => {
      expect((await callAnew()).status).toBe(202);
    });

    it.each(OF_THE_WEBHOOKS)('is too little without %s', (sid) =>
      whileRestricted(iam, { role: roleOf('WebRole'), sid, change: gone }, async () => {
        expect((await callAnew()).status).toBeGreaterThanOrEqual(500);
      }),
    );

    /** A worker that is there knows the secret already. */
    async function callAnew() {
      for (const pid of await workerPids()) killWorker(pid);
      await waitFor('Workers to be gone', async () => (await workerPids()).length === 0 || undefined);
      return callWeb(deployment, signed(path));
    }
  });
}
