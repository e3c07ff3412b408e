/**
 * Deploying templates by the SAM CLI, and finding what a stack made.
 *
 * @module
 */
import { DescribeStacksCommand, paginateListStackResources } from '@aws-sdk/client-cloudformation';
import { CreateBucketCommand } from '@aws-sdk/client-s3';
import { emptyBucket } from './bucket.ts';
import type { Clients } from './clients.ts';
import { sam } from './sam.ts';
import { awsEnvironment, REGION, target } from './target.ts';

const ARTIFACTS = 'agentv-opik-test-artifacts';

export interface Deployment {
  readonly template: string;
  readonly stack: string;
  readonly parameters: Readonly<Record<string, string>>;
}

export interface Stack {
  readonly name: string;
  readonly outputs: Readonly<Record<string, string>>;
  /** Physical ids by logical ones. */
  readonly resources: Readonly<Record<string, string>>;
}

/** Creates or updates a stack by `sam deploy`. @throws Error with what the CLI printed */
export async function deployStack(
  clients: Clients,
  { template, stack, parameters }: Deployment,
): Promise<Stack> {
  await clients.s3.send(new CreateBucketCommand({ Bucket: ARTIFACTS }));
  const overrides = Object.entries(parameters).map(([name, value]) => `${name}=${value}`);
  await run([
    'deploy',
    ...['--template-file', template, '--stack-name', stack, '--region', REGION],
    ...['--s3-bucket', ARTIFACTS, '--s3-prefix', stack],
    ...['--capabilities', 'CAPABILITY_IAM', 'CAPABILITY_NAMED_IAM', 'CAPABILITY_AUTO_EXPAND'],
    ...['--no-confirm-changeset', '--no-fail-on-empty-changeset', '--no-progressbar'],
    ...(overrides.length === 0 ? [] : ['--parameter-overrides', ...overrides]),
  ]);
  return describeStack(clients, stack);
}

/** Deletes a stack; its buckets are emptied first, for CloudFormation deletes no full one. */
export async function deleteStack(clients: Clients, { name }: Pick<Stack, 'name'>): Promise<void> {
  for (const bucket of await resourcesOf(clients, name, 'AWS::S3::Bucket')) {
    await emptyBucket(clients.s3, bucket);
  }
  await run(['delete', '--stack-name', name, '--region', REGION, '--no-prompts']);
}

export async function describeStack(clients: Clients, name: string): Promise<Stack> {
  const { Stacks: stacks } = await clients.cloudFormation.send(
    new DescribeStacksCommand({ StackName: name }),
  );
  const outputs = stacks?.[0]?.Outputs ?? [];
  const resources: Record<string, string> = {};
  for await (const { StackResourceSummaries: page } of paginateListStackResources(
    { client: clients.cloudFormation },
    { StackName: name },
  )) {
    for (const { LogicalResourceId: logical, PhysicalResourceId: physical } of page ?? []) {
      if (logical !== undefined && physical !== undefined) resources[logical] = physical;
    }
  }
  return {
    name,
    outputs: Object.fromEntries(
      outputs.map(({ OutputKey: key = '', OutputValue: value = '' }) => [key, value]),
    ),
    resources,
  };
}

async function resourcesOf(clients: Clients, stack: string, type: string): Promise<string[]> {
  const found: string[] = [];
  for await (const { StackResourceSummaries: page } of paginateListStackResources(
    { client: clients.cloudFormation },
    { StackName: stack },
  )) {
    for (const { ResourceType: is, PhysicalResourceId: id } of page ?? []) {
      if (is === type && id !== undefined) found.push(id);
    }
  }
  return found;
}

async function run(argv: readonly string[]): Promise<void> {
  const { code, stdout, stderr } = await sam(target().samPython, argv, awsEnvironment());
  if (code !== 0) throw new Error(`sam ${argv[0]} failed (${code}):\n${stdout}${stderr}`);
}
