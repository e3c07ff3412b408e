/**
 * @module
 */
import { randomBytes } from 'node:crypto';
import { CreateAccessKeyCommand, CreateUserCommand, PutUserPolicyCommand } from '@aws-sdk/client-iam';
import { S3Client } from '@aws-sdk/client-s3';
import { lacks } from './capabilities.ts';
import type { Clients } from './clients.ts';
import type { InlinePolicy } from './policies.ts';
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

/** An emulator that does not know a condition denies what depends on it, so there the condition is left out. */
function understood(policy: InlinePolicy): InlinePolicy {
  if (lacks('if-none-match-condition') === undefined) return policy;
  const statements = policy.statements.map((statement) =>
    JSON.stringify(statement.Condition ?? {}).includes('s3:if-none-match')
      ? { ...statement, Condition: undefined }
      : statement,
  );
  return { ...policy, statements };
}
