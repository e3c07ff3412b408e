/**
 * @module
 */
import { randomBytes } from 'node:crypto';
import { CreateAccessKeyCommand, CreateUserCommand, PutUserPolicyCommand } from '@aws-sdk/client-iam';
import { S3Client } from '@aws-sdk/client-s3';
import { lacks } from './capabilities.ts';
import type { Clients } from './clients.ts';
import type { InlinePolicy, Statement } from './policies.ts';
import { REGION, target } from './target.ts';

export interface Keys {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

/** The keys of somebody who may do what these policies allow, and nothing else. */
export async function userWith({ iam }: Clients, policies: readonly InlinePolicy[]): Promise<Keys> {
  const UserName = `somebody-${randomBytes(4).toString('hex')}`;
  await iam.send(new CreateUserCommand({ UserName }));
  for (const { name, statements } of policies.map(understood)) {
    const document = { Version: '2012-10-17', Statement: statements };
    await iam.send(
      new PutUserPolicyCommand({ UserName, PolicyName: name, PolicyDocument: JSON.stringify(document) }),
    );
  }
  const { AccessKey: key } = await iam.send(new CreateAccessKeyCommand({ UserName }));
  return { accessKeyId: key?.AccessKeyId ?? '', secretAccessKey: key?.SecretAccessKey ?? '' };
}

/** S3 as its user sees it. */
export function s3As(credentials: Keys): S3Client {
  return new S3Client({ endpoint: target().endpoint, region: REGION, forcePathStyle: true, credentials });
}

/** For the command line. */
export function environmentOf({ accessKeyId, secretAccessKey }: Keys): Record<string, string> {
  return { AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey };
}

/** The policy as the emulator understands it. */
function understood(policy: InlinePolicy): InlinePolicy {
  return { ...policy, statements: policy.statements.map(knownConditions).map(namedBatches) };
}

/** An emulator that does not know a condition denies what depends on it, so there the condition is left out. */
function knownConditions(statement: Statement): Statement {
  const known = !JSON.stringify(statement.Condition ?? {}).includes('s3:if-none-match');
  return known || lacks('if-none-match-condition') === undefined
    ? statement
    : { ...statement, Condition: undefined };
}

/** On AWS an action of SQS is the same for one message and for ten. */
function namedBatches(statement: Statement): Statement {
  if (lacks('batch-actions') === undefined) return statement;
  const batches = statement.Action.filter((action) => BATCHED.test(action)).map((action) => `${action}Batch`);
  return { ...statement, Action: [...statement.Action, ...batches] };
}

const BATCHED = /^sqs:(?:SendMessage|DeleteMessage|ChangeMessageVisibility)$/;
