/**
 * The stand-in as a process of its own. Prints one JSON line with its `url` and credentials, and ends on SIGTERM.
 *
 * @example
 * node test/support/s3/main.ts --bucket team-evals --port 9000
 */
import { parseArgs } from 'node:util';
import { startS3StandIn } from './stand-in.ts';

const { values } = parseArgs({
  options: {
    bucket: { type: 'string', multiple: true, default: [] },
    port: { type: 'string', default: '0' },
    region: { type: 'string', default: 'us-east-1' },
  },
});

const standIn = await startS3StandIn({
  buckets: values.bucket,
  port: Number(values.port),
  region: values.region,
});
const { url, accessKeyId, secretAccessKey, region } = standIn;
process.stdout.write(
  `${JSON.stringify({ url, access_key_id: accessKeyId, secret_access_key: secretAccessKey, region })}\n`,
);
process.once('SIGTERM', () => void standIn.close());
process.once('SIGINT', () => void standIn.close());
