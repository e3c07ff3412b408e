/**
 * Least privilege of uploaders and of people on call, by the command line: enough, and too little without any statement.
 */
import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { delivered, givenUp, publish } from '../../support/aws/bundles.ts';
import { shows } from '../../support/aws/capabilities.ts';
import { makeRunProject } from '../../support/aws/cli.ts';
import { depth, output, useDeployment } from '../../support/aws/deployment.ts';
import { type InlinePolicy, managedPolicy, without } from '../../support/aws/policies.ts';
import type { Ended } from '../../support/aws/processes.ts';
import { environmentOf, userWith } from '../../support/aws/users.ts';
import { waitFor } from '../../support/aws/wait.ts';
import { fixtureRun } from '../../support/runs.ts';

const deployment = useDeployment();
const { clients, stack, storeUri, deadLettersUrl, queueUrl } = deployment;

/** With another policy a failed upload would not fail the build. */
const REQUIRED = ['--policy', 'required'];
const policyOf = (name: string): Promise<InlinePolicy> => managedPolicy(clients.iam, output(stack, name));

/** Runs commands as somebody with this policy, up to the first that fails. */
async function runAs(policy: InlinePolicy, commands: readonly (readonly string[])[]): Promise<Ended> {
  const env = environmentOf(await userWith(clients, [policy]));
  const project = await makeRunProject(fixtureRun('baseline').directory);
  try {
    let last: Ended = { code: 0, stdout: '', stderr: '' };
    for (const argv of commands) {
      last = await project.cli(
        argv.map((word) => (word === 'RUN' ? project.run : word)),
        env,
      );
      if (last.code !== 0) return last;
    }
    return last;
  } finally {
    await project.remove();
  }
}

if (shows('iam-enforcement', 'the policy for uploaders, statement by statement')) {
  describe('the policy for uploaders', () => {
    const upload = () => [
      ['upload', 'RUN', '--source', `github.com/acme/${randomUUID()}`, '--store', storeUri, ...REQUIRED],
    ];

    it('is enough to upload', async () => {
      const { code, stderr } = await runAs(await policyOf('UploadPolicyArn'), upload());
      expect(code, stderr).toBe(0);
    });

    it.each(['PutNewObjects', 'ListRuns'])('is too little without %s', async (sid) => {
      const { code } = await runAs(without(await policyOf('UploadPolicyArn'), sid), upload());
      expect(code).not.toBe(0);
    });
  });
}

if (shows('iam-enforcement', 'the policy for people on call, statement by statement')) {
  describe('the policy for people on call', () => {
    shows('batch-actions', 'batches of SQS under the names that AWS has for them');
    const sids = ['ReadBundlesAndReceipts', 'ListBundlesAndReceipts', 'TakeDeadLetters', 'SendAgain'];

    /** Looks at what was given up, and sends it again. */
    async function operate(policy: InlinePolicy): Promise<Ended> {
      deployment.opik.fault({ kind: 'status', status: 403, body: {}, times: Number.POSITIVE_INFINITY });
      const path = await publish(deployment, fixtureRun('baseline').directory);
      await givenUp(deployment, path);
      await waitFor('A dead letter', async () => (await depth(clients, deadLettersUrl)) > 0 || undefined);
      deployment.opik.clearFaults();
      const ended = await runAs(policy, [
        ['list', '--store', storeUri],
        ['status', `${storeUri}/${path}`],
        ['replay', '--dlq', deadLettersUrl, '--queue', queueUrl, '--store', storeUri],
      ]);
      if (ended.code === 0) await delivered(deployment, path);
      return ended;
    }

    it('is enough to look and to replay', async () => {
      const { code, stderr } = await operate(await policyOf('OperatorPolicyArn'));
      expect(code, stderr).toBe(0);
      await deployment.drained();
      expect(await depth(clients, deadLettersUrl)).toBe(0);
    });

    it.each(sids)('is too little without %s', async (sid) => {
      const { code } = await operate(without(await policyOf('OperatorPolicyArn'), sid));
      expect(code).not.toBe(0);
    });
  });
}

it.each([
  ['UploadPolicyArn', ['ListRuns', 'PutNewObjects']],
  ['OperatorPolicyArn', ['ListBundlesAndReceipts', 'ReadBundlesAndReceipts', 'SendAgain', 'TakeDeadLetters']],
])('%s has these statements and no other', async (name, sids) => {
  const { statements } = await policyOf(name);
  expect(statements.map(({ Sid: sid }) => sid).sort()).toEqual(sids);
});
