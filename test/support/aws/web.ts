/**
 * The deployed webhooks, called as a sender calls them.
 *
 * @module
 */
import { once } from 'node:events';
import { request } from 'node:http';
import { json } from 'node:stream/consumers';
import { InvokeCommand } from '@aws-sdk/client-lambda';
import { z } from 'zod';
import { SIGNATURE_HEADER, signCall, TIMESTAMP_HEADER } from '../../../core/webhook/signature.ts';
import { lacks } from './capabilities.ts';
import { type Deployment, output } from './deployment.ts';
import { WEBHOOK_SECRET } from './keys.ts';
import { REGION, target } from './target.ts';
import { waitFor } from './wait.ts';

export interface WebCall {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

export interface WebAnswer {
  readonly status: number;
  readonly body: unknown;
}

/** By the function's URL; where the emulator serves none, by what a URL makes of the call. */
export function callWeb(deployment: Deployment, call: WebCall): Promise<WebAnswer> {
  return lacks('function-url') === undefined ? overHttp(deployment, call) : invoke(deployment, call);
}

/** A call that is signed as docs/self-hosted.md tells senders to. */
export function signed(bundle: string, timestamp: number = Math.floor(Date.now() / 1000)): WebCall {
  const body = JSON.stringify({ bundle });
  return {
    method: 'POST',
    path: '/webhooks/bundles',
    body,
    headers: {
      [TIMESTAMP_HEADER]: String(timestamp),
      [SIGNATURE_HEADER]: signCall(WEBHOOK_SECRET, timestamp, Buffer.from(body)),
    },
  };
}

async function overHttp({ stack }: Deployment, { method, path, headers, body }: WebCall): Promise<WebAnswer> {
  // The emulator's names lead nowhere without a resolver: the name goes into the header, and the call to the emulator. Not
  // the name as it is, which ends in 127.0.0.1 and is none to `URL`.
  const [, id = ''] = /^https?:\/\/([^.]+)\./.exec(output(stack, 'WebUrl')) ?? [];
  const host = `${id}.lambda-url.${REGION}.localhost.localstack.cloud`;
  const { hostname, port } = new URL(target().endpoint);
  const sent = request({ hostname, port, method, path, headers: { ...headers, host } });
  sent.end(body);
  const [response] = await once(sent, 'response');
  return { status: response.statusCode, body: await json(response) };
}

const answerSchema = z.object({ statusCode: z.number(), body: z.string() });

/** @see https://docs.aws.amazon.com/lambda/latest/dg/urls-invocation.html#urls-payloads */
async function invoke(
  { clients, stack }: Deployment,
  { method, path, headers, body }: WebCall,
): Promise<WebAnswer> {
  const host = 'web.lambda-url.us-east-1.on.aws';
  const lower = Object.entries({ ...headers, host }).map(([name, value]) => [name.toLowerCase(), value]);
  const event = {
    version: '2.0',
    routeKey: '$default',
    rawPath: path,
    rawQueryString: '',
    headers: Object.fromEntries(lower),
    requestContext: {
      accountId: 'anonymous',
      apiId: 'web',
      domainName: host,
      domainPrefix: 'web',
      http: { method, path, protocol: 'HTTP/1.1', sourceIp: '127.0.0.1', userAgent: 'test' },
      requestId: 'a-call-of-the-tests',
      routeKey: '$default',
      stage: '$default',
      time: '20/Nov/2026:10:21:37 +0000',
      timeEpoch: 1_795_170_097_000,
    },
    ...(body === undefined ? {} : { body }),
    isBase64Encoded: false,
  };
  const call = new InvokeCommand({
    FunctionName: output(stack, 'WebFunctionName'),
    Payload: JSON.stringify(event),
  });
  const text = await waitFor('A worker that lives', async () => {
    const { Payload: payload, FunctionError: failed } = await clients.lambda.send(call);
    const answered = Buffer.from(payload ?? []).toString('utf8');
    // Seen on MiniStack just after a function's role changed: the call goes to a worker that is being ended.
    if (answered.includes('Worker process died')) return undefined;
    if (failed !== undefined) throw new Error(`The function failed: ${answered}`);
    return answered;
  });
  const { statusCode: status, body: answer } = answerSchema.parse(JSON.parse(text));
  return { status, body: JSON.parse(answer) };
}
