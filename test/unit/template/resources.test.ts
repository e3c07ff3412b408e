// biome-ignore-all lint/suspicious/noTemplateCurlyInString: CloudFormation writes its references so
/**
 * What is deployed: kept, encrypted, bounded in time.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { LIST_KEYS } from '../../../core/config/redaction.ts';
import { SETTING_KEYS, variableOf } from '../../../core/config/schema.ts';
import { readEnvironment } from '../../../functions/runtime/environment.ts';
import { branches, loadTemplate, propertiesOf, ROOT, resourcesOfType, textOf } from './load.ts';

const template = loadTemplate('template.yaml');
const { Mappings, Parameters, Resources } = template;

const properties = (id: string) => propertiesOf(template, id);
const ofType = (type: string) => resourcesOfType(template, type);

const FUNCTION_VARIABLES = readFileSync(join(ROOT, 'functions/runtime/environment.ts'), 'utf8');
const FUNCTIONS = ofType('AWS::Serverless::Function');

describe('the bucket', () => {
  const bucket = properties('BundleBucket');

  it('is closed to the public and to ACLs', () => {
    expect(bucket.PublicAccessBlockConfiguration).toEqual({
      BlockPublicAcls: true,
      BlockPublicPolicy: true,
      IgnorePublicAcls: true,
      RestrictPublicBuckets: true,
    });
    expect(bucket.OwnershipControls).toEqual({ Rules: [{ ObjectOwnership: 'BucketOwnerEnforced' }] });
  });

  it('is encrypted, with or without a key of the team', () => {
    const [rule] = z
      .object({ ServerSideEncryptionConfiguration: z.array(z.unknown()) })
      .parse(bucket.BucketEncryption).ServerSideEncryptionConfiguration;
    const algorithms = [...branches(rule)].map(
      (each) =>
        z.object({ ServerSideEncryptionByDefault: z.object({ SSEAlgorithm: z.string() }) }).parse(each)
          .ServerSideEncryptionByDefault.SSEAlgorithm,
    );
    expect(algorithms).toEqual(['aws:kms', 'AES256']);
  });

  it('keeps versions, outlives the stack, and clears away what nobody needs', () => {
    expect(bucket.VersioningConfiguration).toEqual({ Status: 'Enabled' });
    expect(Resources.BundleBucket).toMatchObject({
      DeletionPolicy: 'RetainExceptOnCreate',
      UpdateReplacePolicy: 'Retain',
    });
    expect(JSON.stringify(bucket.LifecycleConfiguration)).toContain('AbortIncompleteMultipartUpload');
    expect(JSON.stringify(bucket.LifecycleConfiguration)).toContain('NoncurrentVersionExpiration');
  });

  it('tells of manifests alone, after the queue lets it in', () => {
    expect(Resources.BundleBucket?.DependsOn).toBe('IngestQueuePolicy');
    const { QueueConfigurations: queues } = z
      .object({
        QueueConfigurations: z.array(
          z.object({
            Event: z.string(),
            Filter: z.object({
              S3Key: z.object({ Rules: z.array(z.object({ Name: z.string(), Value: z.unknown() })) }),
            }),
          }),
        ),
      })
      .parse(bucket.NotificationConfiguration);
    expect(
      queues.map(({ Event, Filter }) => [Event, ...Filter.S3Key.Rules.map(({ Value }) => textOf(Value))]),
    ).toEqual([['s3:ObjectCreated:*', '${StorePrefix}/runs/', '/manifest.json']]);
    expect(JSON.stringify(properties('ManifestRule').EventPattern)).toContain(
      '${StorePrefix}/runs/*/manifest.json',
    );
  });
});

describe('the queues', () => {
  const seconds = z.object({ MessageRetentionPeriod: z.number() });

  it('are encrypted, and what fails for good goes to the dead letters', () => {
    for (const id of ofType('AWS::SQS::Queue')) expect(properties(id).SqsManagedSseEnabled).toBe(true);
    expect(properties('IngestQueue').RedrivePolicy).toEqual({
      deadLetterTargetArn: { 'Fn::GetAtt': ['DeadLetterQueue', 'Arn'] },
      maxReceiveCount: { Ref: 'MaxAttempts' },
    });
  });

  it('give a message up after as many tries as the workers believe', () => {
    const redrive = z.object({ maxReceiveCount: z.unknown() }).parse(properties('IngestQueue').RedrivePolicy);
    const { Variables: variables } = z
      .object({ Variables: z.record(z.string(), z.unknown()) })
      .parse(properties('IngestFunction').Environment);
    expect(variables.AGENTV_OPIK_MAX_RECEIVES).toEqual(redrive.maxReceiveCount);
  });

  it('keep a dead letter longer than a live one, for its age is counted from the beginning', () => {
    const live = seconds.parse(properties('IngestQueue')).MessageRetentionPeriod;
    const dead = seconds.parse(properties('DeadLetterQueue')).MessageRetentionPeriod;
    expect(dead).toBeGreaterThanOrEqual(2 * live);
    expect(Parameters.MaxMessageAgeSeconds?.MaxValue).toBe(live);
  });

  it.each(Parameters.FunctionTimeout?.AllowedValues ?? [])(
    'hide a message for six time-outs of %s s',
    (timeout) => {
      const visibility = Mappings.Visibility?.[String(timeout)]?.Seconds ?? 0;
      expect(visibility).toBeGreaterThan(6 * Number(timeout));
      expect(visibility).toBeLessThanOrEqual(43_200);
    },
  );

  it('map every number of workers to itself', () => {
    const workers = Object.entries(Mappings.Workers ?? {}).map(([name, { AtATime }]) => [name, AtATime]);
    expect(workers.map(([name]) => name)).toEqual(Parameters.MaximumConcurrency?.AllowedValues);
    for (const [name, count] of workers) expect(count).toBe(Number(name));
  });
});

describe('the functions', () => {
  const globals = z
    .object({
      Runtime: z.string(),
      Architectures: z.array(z.string()),
      Handler: z.string(),
      Tracing: z.string(),
      Environment: z.object({ Variables: z.record(z.string(), z.unknown()) }),
    })
    .parse(template.Globals.Function);

  it('run on Node 24 and arm64, traced', () => {
    expect(globals).toMatchObject({
      Runtime: 'nodejs24.x',
      Architectures: ['arm64'],
      Handler: 'index.handler',
      Tracing: 'Active',
    });
  });

  it.each(FUNCTIONS)('%s is what the build writes, with a role and logs of its own', (id) => {
    const own = properties(id);
    const name = id === 'IngestFunction' ? 'ingest' : 'web';
    const logs = id.replace('Function', 'Logs');
    expect(own.CodeUri).toBe(`dist/functions/${name}`);
    expect(own.Role).toEqual({ 'Fn::GetAtt': [id.replace('Function', 'Role'), 'Arn'] });
    expect(own.LoggingConfig).toEqual({ LogFormat: 'JSON', LogGroup: { Ref: logs } });
    expect(properties(logs).RetentionInDays).toEqual({ Ref: 'LogRetentionDays' });
    for (const key of ['Policies', 'Runtime', 'Architectures']) expect(own[key]).toBeUndefined();
  });

  it('take messages in a bounded number at a time, and hand back only those that failed', () => {
    expect(properties('IngestFunction').Events).toEqual({
      Queue: {
        Type: 'SQS',
        Properties: {
          Queue: { 'Fn::GetAtt': ['IngestQueue', 'Arn'] },
          BatchSize: { Ref: 'BatchSize' },
          FunctionResponseTypes: ['ReportBatchItemFailures'],
          ScalingConfig: {
            MaximumConcurrency: { 'Fn::FindInMap': ['Workers', { Ref: 'MaximumConcurrency' }, 'AtATime'] },
          },
        },
      },
    });
    expect(properties('WebFunction').ReservedConcurrentExecutions).toBeDefined();
  });

  it.each(FUNCTIONS)('%s understands its environment, which holds no key', (id) => {
    const { Variables: own } = z
      .object({ Variables: z.record(z.string(), z.unknown()) })
      .parse(properties(id).Environment);
    const env = Object.fromEntries(
      Object.entries({ ...globals.Environment.Variables, ...own }).map(([name, value]) => [
        name,
        sample(name, value),
      ]),
    );
    expect(readEnvironment(env)).toMatchObject({
      store: { kind: 's3', bucket: 'bucket', prefix: 'agentv' },
      capture: 'metadata-only',
    });
    const lists = LIST_KEYS.map(variableOf);
    const settings = [...SETTING_KEYS.map(variableOf), ...lists];
    const others = Object.keys(env).filter(
      (name) => name.startsWith('AGENTV_OPIK_') && !settings.includes(name),
    );
    for (const name of others) expect(FUNCTION_VARIABLES).toContain(`${name}:`);
    const secretive = Object.keys(env).filter(
      (name) => /KEY|SECRET|TOKEN|PASSWORD/.test(name) && !lists.includes(name),
    );
    expect(secretive).toEqual(['AGENTV_OPIK_SECRET_ARN']);
  });

  /** The value that a parameter's default, or what a resource gives, makes of a variable. */
  function sample(name: string, value: unknown): string {
    const [first] = branches(value);
    const reference = z.object({ Ref: z.string() }).safeParse(first).data?.Ref;
    if (reference !== undefined && Parameters[reference] !== undefined) {
      const given = String(Parameters[reference].Default ?? '');
      return given === '' && name === 'OPIK_URL_OVERRIDE' ? 'https://opik.example.com/api' : given;
    }
    if (name === 'AGENTV_OPIK_QUEUE_URL')
      return 'https://sqs.eu-central-1.amazonaws.com/123456789012/agentv-opik-ingest';
    return textOf(first)
      .replace('${Bucket}', 'bucket')
      .replace('${StorePrefix}', String(Parameters.StorePrefix?.Default))
      .replace('${AWS::StackName}', 'agentv-opik');
  }
});
