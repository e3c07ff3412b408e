/**
 * @module
 */
import { randomBytes } from 'node:crypto';
import { CreateAccessKeyCommand, CreateUserCommand, PutUserPolicyCommand } from '@aws-sdk/client-iam';
import { S3Client } from '@aws-sdk/client-s3';
import type { Clients } from './clients.ts';
import type { InlinePolicy } from './policies.ts';
import { REGION, target } from './target.ts';

/** S3 as somebody sees it who may do what these policies allow, and nothing else. */
export async function s3With({ iam }: Clients, policies: readonly InlinePolicy[]): Promise<S3Client> {
  const UserName = `somebody-${randomBytes(4).toString('hex')}`;
  await iam.send(new CreateUserCommand({ UserName }));
  for (const { name, statements } of policies) {
    const document = { Version: '2012-10-17', Statement: statements };
    await iam.send(
      new PutUserPolicyCommand({ UserName, PolicyName: name, PolicyDocument: JSON.stringify(document) }),
    );
  }
  const { AccessKey: key } = await iam.send(new CreateAccessKeyCommand({ UserName }));
  return new S3Client({
    endpoint: target().endpoint,
    region: REGION,
    forcePathStyle: true,
    credentials: { accessKeyId: key?.AccessKeyId ?? '', secretAccessKey: key?.SecretAccessKey ?? '' },
  });
}
