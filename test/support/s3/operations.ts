/**
 * The operations of the stand-in on its buckets, which live in memory.
 */
import { createHash } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { type Answer, S3Refusal } from './answers.ts';
import { listObjects, type StoredObject } from './listing.ts';

export type Buckets = Map<string, Map<string, StoredObject>>;

/** One request, its path decoded. */
export interface S3Request {
  readonly method: string;
  readonly bucket: string;
  /** Empty for a request about the bucket. */
  readonly key: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingMessage['headers'];
  readonly body: Uint8Array;
}

export interface Limits {
  /** The bucket locks its objects: a write must carry its digest. */
  readonly objectLock: boolean;
  readonly maxObjectBytes: number;
  /** Endpoints differ: S3 honours the condition of a put, some answer 501, some ignore it. */
  readonly conditionalWrites: 'honoured' | 'refused' | 'ignored';
}

const KEY_LIMIT = 1024;
const OBJECT_PARAMETERS: ReadonlySet<string> = new Set(['x-id']);
const LIST_PARAMETERS: ReadonlySet<string> = new Set([
  'list-type',
  'prefix',
  'delimiter',
  'max-keys',
  'encoding-type',
  'continuation-token',
  'start-after',
  'x-id',
]);

/** @throws S3Refusal */
export function operate(buckets: Buckets, request: S3Request, limits: Limits): Answer {
  if (request.bucket === '') throw new S3Refusal(501, 'NotImplemented');
  return request.key === '' ? onBucket(buckets, request) : onObject(buckets, request, limits);
}

function onBucket(buckets: Buckets, { method, bucket, query }: S3Request): Answer {
  if (method === 'GET') {
    assertParameters(query, LIST_PARAMETERS);
    if (query.get('list-type') !== '2') throw new S3Refusal(501, 'NotImplemented');
    return listObjects(bucket, bucketOf(buckets, bucket), query);
  }
  assertParameters(query, OBJECT_PARAMETERS);
  if (method === 'HEAD') {
    bucketOf(buckets, bucket);
    return { status: 200 };
  }
  if (method === 'PUT') {
    if (!/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/.test(bucket)) throw new S3Refusal(400, 'InvalidBucketName');
    if (buckets.has(bucket)) throw new S3Refusal(409, 'BucketAlreadyOwnedByYou');
    buckets.set(bucket, new Map());
    return { status: 200, headers: { location: `/${bucket}` } };
  }
  if (method === 'DELETE') {
    if (bucketOf(buckets, bucket).size > 0) throw new S3Refusal(409, 'BucketNotEmpty');
    buckets.delete(bucket);
    return { status: 204 };
  }
  throw new S3Refusal(405, 'MethodNotAllowed');
}

function onObject(buckets: Buckets, request: S3Request, limits: Limits): Answer {
  const { method, key, query } = request;
  assertParameters(query, OBJECT_PARAMETERS);
  if (Buffer.byteLength(key) > KEY_LIMIT) throw new S3Refusal(400, 'KeyTooLongError');
  const objects = bucketOf(buckets, request.bucket);
  if (method === 'PUT') return putObject(objects, request, limits);
  if (method === 'DELETE') {
    objects.delete(key);
    return { status: 204 };
  }
  if (method !== 'GET' && method !== 'HEAD') throw new S3Refusal(405, 'MethodNotAllowed');
  const object = objects.get(key);
  if (object === undefined) throw new S3Refusal(404, 'NoSuchKey', { Key: key });
  return getObject(object, request.headers.range);
}

function putObject(objects: Map<string, StoredObject>, request: S3Request, limits: Limits): Answer {
  const { key, headers, body } = request;
  if (headers['content-length'] === undefined) throw new S3Refusal(411, 'MissingContentLength');
  if (body.byteLength > limits.maxObjectBytes) throw new S3Refusal(400, 'EntityTooLarge');
  const md5 = createHash('md5').update(body).digest();
  const declared = headers['content-md5'];
  if (limits.objectLock && declared === undefined) throw new S3Refusal(400, 'InvalidRequest');
  if (declared !== undefined && declared !== md5.toString('base64')) throw new S3Refusal(400, 'BadDigest');
  const condition = headers['if-none-match'];
  if (headers['if-match'] !== undefined) throw new S3Refusal(501, 'NotImplemented');
  if (condition !== undefined && limits.conditionalWrites !== 'ignored') {
    if (condition !== '*' || limits.conditionalWrites === 'refused') {
      throw new S3Refusal(501, 'NotImplemented', { Header: 'If-None-Match' });
    }
    if (objects.has(key)) throw new S3Refusal(412, 'PreconditionFailed', { Condition: 'If-None-Match' });
  }
  const etag = `"${md5.toString('hex')}"`;
  const contentType = headers['content-type'] ?? 'binary/octet-stream';
  objects.set(key, { body, contentType, etag, modified: new Date() });
  return { status: 200, headers: { etag } };
}

function getObject({ body, etag, contentType, modified }: StoredObject, range: string | undefined): Answer {
  const headers = {
    etag,
    'content-type': contentType,
    'last-modified': modified.toUTCString(),
    'accept-ranges': 'bytes',
  };
  if (range === undefined) return { status: 200, headers, body };
  const match = /^bytes=(\d+)-(\d*)$/.exec(range);
  const from = Number(match?.[1] ?? Number.NaN);
  const to = Math.min(match?.[2] ? Number(match[2]) : body.byteLength - 1, body.byteLength - 1);
  if (!(from <= to)) throw new S3Refusal(416, 'InvalidRange');
  const part = { ...headers, 'content-range': `bytes ${from}-${to}/${body.byteLength}` };
  return { status: 206, headers: part, body: body.subarray(from, to + 1) };
}

function bucketOf(buckets: Buckets, name: string): Map<string, StoredObject> {
  const objects = buckets.get(name);
  if (objects === undefined) throw new S3Refusal(404, 'NoSuchBucket', { BucketName: name });
  return objects;
}

function assertParameters(query: URLSearchParams, known: ReadonlySet<string>): void {
  for (const name of query.keys()) if (!known.has(name)) throw new S3Refusal(501, 'NotImplemented');
}
