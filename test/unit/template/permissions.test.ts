// biome-ignore-all lint/suspicious/noTemplateCurlyInString: CloudFormation writes its references so
/**
 * Who may do what: the whole of it, so that nothing is added in passing.
 */
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { loadTemplate, propertiesOf, textOf } from './load.ts';
import { type Statement, statementsOf } from './policies.ts';

const main = loadTemplate('template.yaml');
const ci = loadTemplate('infra/ci-role.yaml');
const all = [...statementsOf(main), ...statementsOf(ci)];
const PUT_NEW = { Null: { 's3:if-none-match': 'false' } };

function table(statements: readonly Statement[], of: string): Record<string, readonly [string, string]> {
  return Object.fromEntries(
    statements
      .filter((statement) => statement.of === of && statement.effect === 'Allow')
      .map(({ sid, actions, resources }) => [sid, [actions.join(' '), resources.join(' ')]]),
  );
}

const QUEUE = '{"Fn::GetAtt":["IngestQueue","Arn"]}';
const DEAD = '{"Fn::GetAtt":["DeadLetterQueue","Arn"]}';
const SECRET = '{"Ref":"SecretArn"}';
const KEY = '{"Ref":"KmsKeyArn"}';
const BUCKET = 'arn:${AWS::Partition}:s3:::${Bucket}';
const STORE = `${BUCKET}/\${StorePrefix}`;
const NETWORK =
  'ec2:CreateNetworkInterface ec2:DescribeNetworkInterfaces ec2:DescribeSubnets ec2:DeleteNetworkInterface ec2:AssignPrivateIpAddresses ec2:UnassignPrivateIpAddresses';

describe('permissions', () => {
  it('of the workers', () => {
    expect(table(statementsOf(main), 'IngestRole')).toEqual({
      ReadBundlesAndReceipts: ['s3:GetObject', `${STORE}/runs/* ${STORE}/receipts/*`],
      WriteReceipts: ['s3:PutObject s3:DeleteObject', `${STORE}/receipts/*`],
      ListBundlesAndReceipts: ['s3:ListBucket', BUCKET],
      TakeMessages: [
        'sqs:ReceiveMessage sqs:DeleteMessage sqs:GetQueueAttributes sqs:ChangeMessageVisibility',
        QUEUE,
      ],
      SendPartsAndFinish: ['sqs:SendMessage*', QUEUE],
      ReadTheOneSecret: ['secretsmanager:GetSecretValue', SECRET],
      ReadAndWriteEncrypted: ['kms:Decrypt kms:GenerateDataKey', KEY],
      WriteOwnLogs: ['logs:CreateLogStream logs:PutLogEvents', '{"Fn::GetAtt":["IngestLogs","Arn"]}'],
      WriteTraces: ['xray:PutTraceSegments xray:PutTelemetryRecords', '*'],
      AttachToTheNetwork: [NETWORK, '*'],
    });
  });

  it('of the webhooks: nothing in the store', () => {
    expect(table(statementsOf(main), 'WebRole')).toEqual({
      SendBundles: ['sqs:SendMessage*', QUEUE],
      ReadTheOneSecret: ['secretsmanager:GetSecretValue', SECRET],
      ReadEncryptedSecret: ['kms:Decrypt', KEY],
      WriteOwnLogs: ['logs:CreateLogStream logs:PutLogEvents', '{"Fn::GetAtt":["WebLogs","Arn"]}'],
      WriteTraces: ['xray:PutTraceSegments xray:PutTelemetryRecords', '*'],
      AttachToTheNetwork: [NETWORK, '*'],
    });
  });

  it('of uploaders: put and list', () => {
    expect(table(statementsOf(main), 'UploadPolicy')).toEqual({
      PutNewObjects: ['s3:PutObject', `${STORE}/runs/*`],
      ListRuns: ['s3:ListBucket', BUCKET],
      Encrypt: ['kms:GenerateDataKey', KEY],
    });
    expect(table(statementsOf(main), 'BundleBucketPolicy')).toEqual({
      UploadersPutNewObjects: ['s3:PutObject', '${BundleBucket.Arn}/${StorePrefix}/runs/*'],
      UploadersListRuns: ['s3:ListBucket', '{"Fn::GetAtt":["BundleBucket","Arn"]}'],
    });
  });

  it('of people on call: read, and replay', () => {
    expect(table(statementsOf(main), 'OperatorPolicy')).toEqual({
      ReadBundlesAndReceipts: ['s3:GetObject', `${STORE}/*`],
      ListBundlesAndReceipts: ['s3:ListBucket', BUCKET],
      TakeDeadLetters: [
        'sqs:GetQueueAttributes sqs:ListDeadLetterSourceQueues sqs:ReceiveMessage sqs:ChangeMessageVisibility sqs:DeleteMessage sqs:StartMessageMoveTask sqs:ListMessageMoveTasks',
        DEAD,
      ],
      SendAgain: ['sqs:SendMessage', QUEUE],
      Decrypt: ['kms:Decrypt', KEY],
    });
  });

  it('of CI: its own folder', () => {
    const own = '${StorePrefix}/runs/${SourceFolder}';
    const bucket = 'arn:${AWS::Partition}:s3:::${BucketName}';
    expect(table(statementsOf(ci), 'Role')).toEqual({
      PutNewObjects: ['s3:PutObject', `${bucket}/${own}/*`],
      ListOwnRuns: ['s3:ListBucket', bucket],
      ReadOwnReceipts: [
        's3:GetObject',
        `${bucket}/${own}/*/manifest.json ${bucket}/\${StorePrefix}/receipts/runs/\${SourceFolder}/*`,
      ],
      Encrypt: ['kms:GenerateDataKey', KEY],
      Decrypt: ['kms:Decrypt', KEY],
    });
  });
});

describe('statements', () => {
  it('allow no action by wildcard, but for the one that MiniStack needs', () => {
    const wild = all.filter(
      ({ effect, actions }) => effect === 'Allow' && actions.some((name) => name.includes('*')),
    );
    expect(new Set(wild.flatMap(({ actions }) => actions))).toEqual(new Set(['sqs:SendMessage*']));
  });

  it('allow on every resource only what knows no resources', () => {
    const wide = all.filter(({ effect, resources }) => effect === 'Allow' && resources.includes('*'));
    expect(new Set(wide.map(({ sid }) => sid))).toEqual(new Set(['WriteTraces', 'AttachToTheNetwork']));
  });

  it('let nobody but the workers write without a condition, and nobody delete bundles', () => {
    for (const { of, actions, resources, condition } of all.filter(({ effect }) => effect === 'Allow')) {
      if (actions.includes('s3:PutObject') && of !== 'IngestRole') expect(condition).toEqual(PUT_NEW);
      if (actions.includes('s3:DeleteObject')) {
        expect(resources.every((resource) => resource.includes('/receipts/'))).toBe(true);
      }
      expect(actions).not.toContain('s3:DeleteObjectVersion');
    }
  });

  it('list nothing without a prefix', () => {
    const listing = all.filter(({ actions }) => actions.includes('s3:ListBucket'));
    expect(listing.length).toBe(5);
    for (const { condition } of listing) {
      for (const prefix of [condition.StringLike?.['s3:prefix']].flat()) {
        expect(JSON.stringify(prefix)).toContain('${StorePrefix}/');
      }
    }
  });

  it('use keys only through the services that hold what they encrypt', () => {
    for (const { condition } of all.filter(({ actions }) =>
      actions.some((name) => name.startsWith('kms:')),
    )) {
      expect(Object.keys(condition.StringEquals ?? {})).toEqual(['kms:ViaService']);
    }
  });

  it('refuse plain HTTP at the bucket and both queues', () => {
    const denied = all.filter(({ effect }) => effect === 'Deny');
    expect(denied.map(({ of }) => of).sort()).toEqual([
      'BundleBucketPolicy',
      'DeadLetterQueuePolicy',
      'IngestQueuePolicy',
    ]);
    for (const { condition } of denied)
      expect(condition).toEqual({ Bool: { 'aws:SecureTransport': 'false' } });
  });

  it('let only this bucket, or only this rule, into the queue', () => {
    const senders = statementsOf(main).filter(
      ({ of, effect }) => of === 'IngestQueuePolicy' && effect === 'Allow',
    );
    expect(senders.map(({ sid, actions }) => [sid, actions])).toEqual([
      ['NoticesOfTheBucket', ['sqs:SendMessage']],
      ['NoticesOfTheRule', ['sqs:SendMessage']],
    ]);
    const sources = senders.map(({ condition }) => textOf(condition.ArnEquals?.['aws:SourceArn']));
    expect(sources[0]).toBe(
      `arn:\${AWS::Partition}:s3:::${textOf(main.Resources.BundleBucket?.Properties.BucketName)}`,
    );
    expect(sources[1]).toBe('{"Fn::GetAtt":["ManifestRule","Arn"]}');
  });
});

describe('what no emulator asks for, and what does', () => {
  const rolesWith = (sid: string): string[] =>
    statementsOf(main).flatMap((each) => (each.sid === sid ? [each.of] : []));
  const functions = [
    ['IngestFunction', 'IngestRole'],
    ['WebFunction', 'WebRole'],
  ] as const;
  const { Tracing: tracing, VpcConfig: network } = z
    .object({ Tracing: z.string(), VpcConfig: z.object({ 'Fn::If': z.array(z.unknown()) }) })
    .parse(main.Globals.Function);

  it.each(functions)('%s writes to a log group of its own: WriteOwnLogs', (id, role) => {
    const { LogGroup: group } = z
      .object({ LogGroup: z.object({ Ref: z.string() }) })
      .parse(propertiesOf(main, id).LoggingConfig);
    const statement = statementsOf(main).find(({ of, sid }) => of === role && sid === 'WriteOwnLogs');
    expect(statement?.resources).toEqual([`{"Fn::GetAtt":["${group.Ref}","Arn"]}`]);
  });

  it('functions are traced: WriteTraces', () => {
    expect(tracing).toBe('Active');
    expect(rolesWith('WriteTraces')).toEqual(['IngestRole', 'WebRole']);
  });

  it('functions are in a network, if one is given: AttachToTheNetwork, then alone', () => {
    expect(network['Fn::If'][0]).toBe('InVpc');
    expect(rolesWith('AttachToTheNetwork')).toEqual(['IngestRole', 'WebRole']);
    for (const role of ['IngestRole', 'WebRole']) expect(conditionsOn(role, 'network')).toEqual(['InVpc']);
  });

  it('bucket and secret may be encrypted with a key of the team: statements for it, then alone', () => {
    for (const role of ['IngestRole', 'WebRole']) {
      expect(conditionsOn(role, 'key')).toEqual(['HasKmsKey']);
      expect(conditionsOn(role, 'secret')).toEqual(['HasSecret']);
    }
  });

  it('the bucket, or the rule for one that is there, sends to the queue: each is let in where it is made', () => {
    const { Statement: statements } = z
      .object({ Statement: z.array(z.object({ 'Fn::If': z.array(z.unknown()) })) })
      .parse(propertiesOf(main, 'IngestQueuePolicy').PolicyDocument);
    const [condition, bucket, rule] = statements[1]?.['Fn::If'] ?? [];
    expect(condition).toBe(main.Resources.BundleBucket?.Condition);
    expect(bucket).toMatchObject({ Sid: 'NoticesOfTheBucket' });
    expect(rule).toMatchObject({ Sid: 'NoticesOfTheRule' });
  });

  /** Under which conditions a role has the policy of this name. */
  function conditionsOn(role: string, name: string): unknown[] {
    const policies = z.array(z.record(z.string(), z.unknown())).parse(propertiesOf(main, role).Policies);
    return policies.flatMap((policy) => {
      const [condition, granted] = z.array(z.unknown()).safeParse(policy['Fn::If']).data ?? [
        undefined,
        policy,
      ];
      const { PolicyName: found } = z.object({ PolicyName: z.string() }).parse(granted);
      return found === name ? [condition] : [];
    });
  }
});

describe('who may take a role', () => {
  const trustSchema = z.object({
    Statement: z.array(
      z.object({
        Principal: z.record(z.string(), z.unknown()),
        Action: z.string(),
        Condition: z.record(z.string(), z.record(z.string(), z.unknown())).optional(),
      }),
    ),
  });

  it.each(['IngestRole', 'WebRole'])('%s: Lambda', (id) => {
    const trust = trustSchema.parse(main.Resources[id]?.Properties.AssumeRolePolicyDocument);
    expect(trust.Statement).toEqual([
      { Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' },
    ]);
  });

  it('the CI role: workflows of the one repository, for AWS', () => {
    const [statement] = trustSchema.parse(ci.Resources.Role?.Properties.AssumeRolePolicyDocument).Statement;
    const issuer = 'token.actions.githubusercontent.com';
    expect(statement?.Condition?.StringEquals).toEqual({ [`${issuer}:aud`]: 'sts.amazonaws.com' });
    const subjects = [statement?.Condition?.StringLike?.[`${issuer}:sub`]].flat().map((each) => {
      const [, subject] = z.object({ 'Fn::If': z.tuple([z.string(), z.unknown(), z.unknown()]) }).parse(each)[
        'Fn::If'
      ];
      return textOf(subject);
    });
    expect(subjects).toEqual([
      'repo:${Repository}:ref:refs/heads/${Branch}',
      'repo:${Repository}:environment:${Environment}',
      'repo:${Repository}:pull_request',
    ]);
  });
});
