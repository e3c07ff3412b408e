/**
 * The built function between a caller and SQS: what is deployed, as Lambda calls it.
 */
import { pathToFileURL } from 'node:url';
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { bundleMessage } from '../../core/ingest/messages.ts';
import { signCall } from '../../core/webhook/signature.ts';
import { type SqsStandIn, startSqsStandIn } from '../support/sqs-api/stand-in.ts';

const SECRET = '5f0c4a1be2d94f7aa1c2';
const ARN = 'arn:aws:secretsmanager:us-east-1:000000000000:secret:agentv-opik';
const PATH = 'runs/shop/2026/11/20/2026-11-20t10-21-37-666z/3f2a9c01b4d7';
const ARTIFACT = pathToFileURL('dist/functions/web/index.mjs').href;

type Handler = (event: APIGatewayProxyEventV2, context: object) => Promise<APIGatewayProxyStructuredResultV2>;

let sqs: SqsStandIn;
let handler: Handler;
const env = { ...process.env };

beforeAll(async () => {
  sqs = await startSqsStandIn({
    deadLetterQueues: { ingest: 'ingest-dlq' },
    secrets: { [ARN]: JSON.stringify({ webhook_secret: SECRET, opik_api_key: 'not-for-here' }) },
  });
  Object.assign(process.env, {
    AGENTV_OPIK_STORE: 's3://team-evals/agentv',
    AGENTV_OPIK_QUEUE_URL: sqs.queueUrl('ingest'),
    AGENTV_OPIK_SECRET_ARN: ARN,
    AWS_ENDPOINT_URL: sqs.url,
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: 'key',
    AWS_SECRET_ACCESS_KEY: 'secret',
  });
  // A data: URL, for Vitest would transform a file, and what is tested is the very artifact.
  const source = `export * from ${JSON.stringify(ARTIFACT)};`;
  ({ handler } = await import(`data:text/javascript,${encodeURIComponent(source)}`));
});
afterAll(async () => {
  process.env = env;
  await sqs.close();
});
beforeEach(() => {
  sqs.operations.length = 0;
});

/** @see https://docs.aws.amazon.com/lambda/latest/dg/urls-invocation.html */
function eventOf(
  method: string,
  path: string,
  headers: Record<string, string> = {},
  body?: string,
): APIGatewayProxyEventV2 {
  return {
    version: '2.0',
    routeKey: '$default',
    rawPath: path,
    rawQueryString: '',
    headers: { host: 'abc.lambda-url.us-east-1.on.aws', ...headers },
    requestContext: {
      accountId: 'anonymous',
      apiId: 'abc',
      domainName: 'abc.lambda-url.us-east-1.on.aws',
      domainPrefix: 'abc',
      http: { method, path, protocol: 'HTTP/1.1', sourceIp: '127.0.0.1', userAgent: 'test' },
      requestId: 'id',
      routeKey: '$default',
      stage: '$default',
      time: '20/Nov/2026:10:21:37 +0000',
      timeEpoch: 1_795_170_097_000,
    },
    ...(body === undefined ? {} : { body: Buffer.from(body).toString('base64') }),
    isBase64Encoded: body !== undefined,
  };
}

async function call(...event: Parameters<typeof eventOf>) {
  const { statusCode, body, headers } = await handler(eventOf(...event), {});
  return { status: statusCode, body: JSON.parse(body ?? ''), headers };
}

function signed(body: string): Record<string, string> {
  const at = Math.floor(Date.now() / 1000);
  return {
    'x-agentv-opik-timestamp': String(at),
    'x-agentv-opik-signature': signCall(SECRET, at, Buffer.from(body)),
  };
}

describe('the function', () => {
  it('answers /healthz and strangers without asking AWS for anything but the secret', async () => {
    expect(await call('GET', '/healthz')).toMatchObject({ status: 200, body: { status: 'ok' } });
    expect(sqs.operations).toEqual([]);
    expect(await call('POST', '/webhooks/s3', {}, '{}')).toMatchObject({ status: 401 });
    expect(sqs.operations).toEqual(['GetSecretValue']);
  });

  it('puts the bundle of a signed call into the queue, and knows the secret from then on', async () => {
    const body = JSON.stringify({ bundle: PATH });
    expect(await call('POST', '/webhooks/bundles', signed(body), body)).toMatchObject({
      status: 202,
      body: { accepted: [PATH] },
    });
    expect(sqs.operations).toEqual(['SendMessageBatch']);
    expect(sqs.bodies('ingest').map((text) => JSON.parse(text))).toEqual([bundleMessage(PATH)]);
  });

  it('puts those of a notification into the queue, in batches of ten', async () => {
    const keys = Array.from({ length: 23 }, (_, n) => PATH.replace(/[^/]+$/, String(n).padStart(12, '0')));
    const Records = keys.map((key) => ({
      eventName: 's3:ObjectCreated:Put',
      s3: {
        bucket: { name: 'team-evals' },
        object: { key: encodeURIComponent(`agentv/${key}/manifest.json`) },
      },
    }));
    const headers = { authorization: `Bearer ${SECRET}` };
    expect(await call('POST', '/webhooks/s3', headers, JSON.stringify({ Records }))).toMatchObject({
      status: 202,
      body: { accepted: keys },
    });
    expect(sqs.operations).toEqual(['SendMessageBatch', 'SendMessageBatch', 'SendMessageBatch']);
    const bundles = sqs
      .bodies('ingest')
      .map((text) => z.object({ bundle: z.string() }).parse(JSON.parse(text)).bundle);
    expect(bundles.slice(-23)).toEqual(keys);
  });

  it('answers 503 while SQS refuses, and takes the same call when it does not', async () => {
    const body = JSON.stringify({ bundle: PATH.replace('shop', 'tools') });
    const headers = signed(body);
    sqs.fail('SendMessageBatch', 'AccessDenied');
    expect(await call('POST', '/webhooks/bundles', headers, body)).toMatchObject({
      status: 503,
      body: { error: { code: 'UNAVAILABLE' } },
    });
    expect(await call('POST', '/webhooks/bundles', headers, body)).toMatchObject({ status: 202 });
  });

  it('refuses a body over the limit', async () => {
    const body = ' '.repeat(300 * 1024);
    expect(await call('POST', '/webhooks/s3', { authorization: `Bearer ${SECRET}` }, body)).toMatchObject({
      status: 413,
      body: { error: { code: 'BODY_TOO_LARGE' } },
    });
  });
});
