/**
 * Least privilege, where the emulator enforces it: no statement is there for nothing, and CI can do only one thing.
 */
import {
  DeleteObjectCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  type S3Client,
} from '@aws-sdk/client-s3';
import { GetQueueAttributesCommand } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sourcePath } from '../../../core/bundle/keys.ts';
import { delivered, publish } from '../../support/aws/bundles.ts';
import { lacks, needing } from '../../support/aws/capabilities.ts';
import { useDeployment } from '../../support/aws/deployment.ts';
import { PREFIX } from '../../support/aws/names.ts';
import { type InlinePolicy, inlinePolicies, writePolicy } from '../../support/aws/policies.ts';
import { tune } from '../../support/aws/queues.ts';
import { deployStack } from '../../support/aws/stack.ts';
import { s3With } from '../../support/aws/users.ts';
import { fixtureRun } from '../../support/runs.ts';

const deployment = useDeployment();
const { clients, bucket, stack, queueUrl } = deployment;
const unenforced = lacks('iam-enforcement') !== undefined;

describe.skipIf(unenforced)(needing('iam-enforcement', 'the role of the workers'), () => {
  /** What Lambda itself needs of a role; no emulator asks for it. */
  const ofThePlatform = ['WriteOwnLogs', 'WriteTraces'];
  const ofTheWorkers = [
    'ReadBundlesAndReceipts',
    'WriteReceipts',
    'ListBundlesAndReceipts',
    'TakeMessages',
    'SendPartsAndFinish',
    'ReadTheOneSecret',
  ];
  /** A worker that cannot hand a message back leaves it hidden for as long; it must come back before the next test. */
  const hiddenSeconds = 12;
  const patienceMs = 8000;
  let usual: Record<string, string>;

  beforeAll(async () => {
    const { Attributes: attributes = {} } = await clients.sqs.send(
      new GetQueueAttributesCommand({
        QueueUrl: queueUrl,
        AttributeNames: ['VisibilityTimeout', 'RedrivePolicy'],
      }),
    );
    usual = attributes;
    await tune(clients, queueUrl, {
      visibilitySeconds: hiddenSeconds,
      redrive: attributes.RedrivePolicy ?? '',
    });
  });
  afterAll(() =>
    tune(clients, queueUrl, {
      visibilitySeconds: Number(usual.VisibilityTimeout),
      redrive: usual.RedrivePolicy ?? '',
    }),
  );

  it('has these statements and no other', async () => {
    const policies = await inlinePolicies(clients.iam, stack.resources.IngestRole ?? '');
    const sids = policies.flatMap(({ statements }) => statements.map(({ Sid: sid }) => sid));
    expect(sids.sort()).toEqual([...ofTheWorkers, ...ofThePlatform].sort());
  });

  it('is enough for a bundle that fails once', () => deliverWithOneFailure(patienceMs));

  it.each(ofTheWorkers)('is too little without %s', async (sid) => {
    const policy = await policyWith(sid);
    const statements = policy.statements.filter((statement) => statement.Sid !== sid);
    await writePolicy(clients.iam, { ...policy, statements });
    try {
      await expect(deliverWithOneFailure(patienceMs)).rejects.toThrow('did not happen');
    } finally {
      await writePolicy(clients.iam, policy);
    }
  });

  async function policyWith(sid: string): Promise<InlinePolicy> {
    const policies = await inlinePolicies(clients.iam, stack.resources.IngestRole ?? '');
    const found = policies.find(({ statements }) => statements.some((statement) => statement.Sid === sid));
    if (found === undefined) throw new Error(`No policy has a statement ${sid}`);
    return found;
  }

  /** On the way it has to be handed back, its failure written and taken away, and the key read anew. */
  async function deliverWithOneFailure(timeoutMs: number): Promise<void> {
    const body = { code: 401, message: 'User not allowed to access workspace' };
    deployment.opik.fault({ kind: 'status', status: 401, body, at: 0, times: 1 });
    await delivered(deployment, await publish(deployment, fixtureRun('baseline').directory), { timeoutMs });
  }
});

describe.skipIf(unenforced)(needing('iam-enforcement', 'the role of CI'), () => {
  const source = 'github.com/acme/shop';
  const own = `${PREFIX}/${sourcePath(source)}`;
  const key = `${own}2026/11/20/run/0123456789ab/manifest.json`;
  const blind = lacks('if-none-match-condition') !== undefined;
  let policies: readonly InlinePolicy[];
  let ci: S3Client;

  beforeAll(async () => {
    const role = await deployStack(clients, {
      template: 'infra/ci-role.yaml',
      stack: `${stack.name}-ci`,
      parameters: {
        Repository: 'acme/shop',
        BucketName: bucket,
        SourceFolder: sourcePath(source).split('/')[1] ?? '',
      },
    });
    policies = await inlinePolicies(clients.iam, role.resources.Role ?? '');
    ci = await s3With(clients, blind ? policies.map(withoutCondition) : policies);
    await ci.send(new PutObjectCommand({ Bucket: bucket, Key: key, Body: '{}', IfNoneMatch: '*' }));
  });
  const denied = { name: 'AccessDenied' };

  it('lists its own runs', async () => {
    const { Contents: contents = [] } = await ci.send(
      new ListObjectsV2Command({ Bucket: bucket, Prefix: own }),
    );
    expect(contents.map(({ Key: each }) => each)).toEqual([key]);
  });

  it('cannot overwrite', () =>
    expect(
      ci.send(new PutObjectCommand({ Bucket: bucket, Key: key, Body: 'other', IfNoneMatch: '*' })),
    ).rejects.toMatchObject({ name: 'PreconditionFailed' }));

  it('may put only on the condition that nothing is there', () => {
    const put = policies
      .flatMap(({ statements }) => statements)
      .find(({ Action: actions }) => actions.includes('s3:PutObject'));
    expect(put).toMatchObject({ Effect: 'Allow', Condition: { Null: { 's3:if-none-match': 'false' } } });
  });

  it.skipIf(blind)(needing('if-none-match-condition', 'cannot put without that condition'), async () => {
    for (const Key of [key, `${own}new`]) {
      const put = new PutObjectCommand({ Bucket: bucket, Key, Body: 'other' });
      await expect(ci.send(put), Key).rejects.toMatchObject(denied);
    }
  });

  it('cannot put outside its prefix', async () => {
    const put = { Bucket: bucket, Body: '{}', IfNoneMatch: '*' };
    for (const outside of [
      `${PREFIX}/runs/another/x`,
      `${PREFIX}/receipts/x`,
      `${own.slice(0, -1)}-else/x`,
      'x',
    ]) {
      await expect(ci.send(new PutObjectCommand({ ...put, Key: outside })), outside).rejects.toMatchObject(
        denied,
      );
    }
  });

  it('cannot read', () =>
    expect(ci.send(new GetObjectCommand({ Bucket: bucket, Key: key }))).rejects.toMatchObject(denied));

  it('cannot delete', () =>
    expect(ci.send(new DeleteObjectCommand({ Bucket: bucket, Key: key }))).rejects.toMatchObject(denied));

  it('cannot list outside its prefix', async () => {
    for (const Prefix of ['', `${PREFIX}/`, `${PREFIX}/runs/`, `${PREFIX}/receipts/`]) {
      const list = new ListObjectsV2Command({ Bucket: bucket, Prefix });
      await expect(ci.send(list), Prefix).rejects.toMatchObject(denied);
    }
  });
});

/** For an emulator that denies what depends on a condition it does not know. */
function withoutCondition(policy: InlinePolicy): InlinePolicy {
  const statements = policy.statements.map((statement) =>
    statement.Action.includes('s3:PutObject') ? { ...statement, Condition: undefined } : statement,
  );
  return { ...policy, statements };
}
