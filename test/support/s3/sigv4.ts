/**
 * Checks the signature of a request as S3 does, on the raw request, so that a client that signs something else than it
 * sends is refused.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html
 */
import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { S3Refusal } from './answers.ts';

export interface Signer {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
  readonly region: string;
}

const SKEW_MS = 15 * 60_000;

/** @throws S3Refusal */
export function assertSigned(request: IncomingMessage, body: Uint8Array, signer: Signer): void {
  const { authorization } = request.headers;
  if (authorization === undefined) throw new S3Refusal(403, 'AccessDenied');
  const match =
    /^AWS4-HMAC-SHA256 Credential=([^/]+)\/(\d{8})\/([^/]+)\/s3\/aws4_request, ?SignedHeaders=([a-z0-9;-]+), ?Signature=([0-9a-f]{64})$/.exec(
      authorization,
    );
  if (match === null) throw new S3Refusal(400, 'AuthorizationHeaderMalformed');
  const [, keyId = '', date = '', region = '', signedHeaders = '', signature = ''] = match;
  if (keyId !== signer.accessKeyId) throw new S3Refusal(403, 'InvalidAccessKeyId', { AWSAccessKeyId: keyId });
  if (region !== signer.region) {
    throw new S3Refusal(400, 'AuthorizationHeaderMalformed', { Region: signer.region });
  }
  if (header(request, 'x-amz-security-token') !== (signer.sessionToken ?? '')) {
    throw new S3Refusal(400, 'InvalidToken');
  }
  const time = header(request, 'x-amz-date');
  if (!time.startsWith(date) || Math.abs(Date.now() - timeOf(time)) > SKEW_MS) {
    throw new S3Refusal(403, 'RequestTimeTooSkewed');
  }
  const names = signedHeaders.split(';');
  const unsigned = Object.keys(request.headers).filter((name) => /^x-amz-|^host$|^content-md5$/.test(name));
  if (unsigned.some((name) => !names.includes(name))) throw new S3Refusal(403, 'AccessDenied');

  const scope = `${date}/${region}/s3/aws4_request`;
  const canonical = canonicalRequest(request, names);
  const toSign = ['AWS4-HMAC-SHA256', time, scope, sha256(canonical)].join('\n');
  const key = [date, region, 's3', 'aws4_request'].reduce<Buffer | string>(
    (secret, part) => createHmac('sha256', secret).update(part).digest(),
    `AWS4${signer.secretAccessKey}`,
  );
  const expected = createHmac('sha256', key).update(toSign).digest();
  if (!timingSafeEqual(expected, Buffer.from(signature, 'hex'))) {
    throw new S3Refusal(403, 'SignatureDoesNotMatch', { AWSAccessKeyId: keyId, StringToSign: toSign });
  }
  assertBody(header(request, 'x-amz-content-sha256'), body);
}

function assertBody(declared: string, body: Uint8Array): void {
  if (declared === 'UNSIGNED-PAYLOAD') return;
  if (declared.startsWith('STREAMING-')) throw new S3Refusal(501, 'NotImplemented');
  if (declared !== sha256(body)) throw new S3Refusal(400, 'XAmzContentSHA256Mismatch');
}

function canonicalRequest(request: IncomingMessage, names: readonly string[]): string {
  const [path = '', query = ''] = (request.url ?? '').split('?', 2);
  const parameters = query
    .split('&')
    .filter((parameter) => parameter !== '')
    .map((parameter) => (parameter.includes('=') ? parameter : `${parameter}=`))
    .sort();
  const headers = names.map((name) => `${name}:${header(request, name).trim().replaceAll(/ +/g, ' ')}\n`);
  const payload = header(request, 'x-amz-content-sha256');
  return [request.method, path, parameters.join('&'), headers.join(''), names.join(';'), payload].join('\n');
}

function header(request: IncomingMessage, name: string): string {
  const value = request.headers[name];
  return Array.isArray(value) ? value.join(',') : (value ?? '');
}

function timeOf(amzDate: string): number {
  const parts = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(amzDate);
  if (parts === null) return Number.NEGATIVE_INFINITY;
  const [, year, month, day, hour, minute, second] = parts;
  return Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
}

function sha256(data: Uint8Array | string): string {
  return createHash('sha256').update(data).digest('hex');
}
