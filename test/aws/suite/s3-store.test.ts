/**
 * The store contract against the endpoint that the environment names, as for the AWS command line:
 * AWS_ENDPOINT_URL_S3 or AWS_ENDPOINT_URL, with AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and AWS_REGION.
 */
import { randomUUID } from 'node:crypto';
import { CreateBucketCommand, DeleteBucketCommand, S3Client } from '@aws-sdk/client-s3';
import { createS3Store } from '../../../core/store/s3.ts';
import { shows } from '../../support/aws/capabilities.ts';
import { describeStoreContract } from '../../support/store/contract.ts';

const endpoint = process.env.AWS_ENDPOINT_URL_S3 ?? process.env.AWS_ENDPOINT_URL;

if (endpoint === undefined) throw new Error('AWS_ENDPOINT_URL names no endpoint to test against');

describeStoreContract(
  `S3 at ${new URL(endpoint).host}`,
  async () => {
    const region = process.env.AWS_REGION ?? 'us-east-1';
    const client = new S3Client({ endpoint, region, forcePathStyle: true });
    const bucket = `agentv-opik-contract-${randomUUID().slice(0, 8)}`;
    await client.send(new CreateBucketCommand({ Bucket: bucket }));
    const open = (prefix: string) => createS3Store({ bucket, prefix, region, endpoint });
    return {
      store: open('agentv'),
      reopen: () => open('agentv'),
      close: async () => {
        const whole = open('');
        for await (const { key } of whole.list('')) await whole.delete(key);
        await client.send(new DeleteBucketCommand({ Bucket: bucket }));
      },
    };
  },
  {
    runs: 10,
    ordersFolders: shows('common-prefix-order', 'folders of any name are listed in the order of their bytes'),
  },
);
