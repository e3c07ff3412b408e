/**
 * The store in an S3 bucket, or in a bucket of anything that speaks S3: MinIO, Garage, Ceph, R2, LocalStack.
 *
 * The only file of the domain that knows the AWS SDK; {@link core/store/open} loads it when an S3 store is opened.
 *
 * @module
 */

import { hash } from 'node:crypto';
import { addAbortSignal, Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  DeleteObjectCommand,
  GetObjectCommand,
  type GetObjectCommandOutput,
  HeadBucketCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  type ListObjectsV2CommandOutput,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { AgentvOpikError } from '../errors.ts';
import {
  InvalidKeyError,
  ObjectNotFoundError,
  ObjectTooLargeError,
  StoreAccessError,
  StoreUnavailableError,
} from './errors.ts';
import { assertFolder, assertKey, assertKeyPrefix, compareKeys, isKey, MAX_KEY_BYTES } from './keys.ts';
import { parseEndpoint } from './location.ts';
import type { ObjectInfo, ObjectStore, PutOptions, ReadOptions } from './port.ts';
import {
  failureOf,
  isConflict,
  isNotFound,
  isNotImplemented,
  isPreconditionFailed,
  noConditionalWritesError,
  noSuchBucketError,
  type S3Permission,
  s3StoreError,
} from './s3-errors.ts';

export interface S3Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

/** How to reach S3. What is left out, the SDK finds as the AWS command line does. */
export interface S3Settings {
  readonly region?: string;
  /** Of a store other than AWS, such as `http://127.0.0.1:9000`. */
  readonly endpoint?: string;
  /** `endpoint/bucket` instead of `bucket.endpoint`. Default: true where an endpoint is given. */
  readonly forcePathStyle?: boolean;
  readonly credentials?: S3Credentials;
  /** Tries of one request, the first included. Default 5. */
  readonly maxAttempts?: number;
  /** Milliseconds until the answer begins, and those a body may stand still. Default 60,000. */
  readonly requestTimeoutMs?: number;
}

export interface S3StoreOptions extends S3Settings {
  readonly bucket: string;
  /** Without slashes around it; empty or absent for the whole bucket. */
  readonly prefix?: string;
}

const MAX_ATTEMPTS = 5;
const REQUEST_TIMEOUT_MS = 60_000;
const CONNECTION_TIMEOUT_MS = 10_000;
const CONFLICT_ATTEMPTS = 8;
const CONFLICT_PAUSE_MS = 25;
const CONFLICT_PAUSE_MAX_MS = 1000;

/**
 * Opens the store in a bucket. Nothing is sent yet.
 *
 * Guarantees, beside the port's:
 * - `put` with `ifAbsent` is one conditional request. A repeated one whose first reply was lost may report `exists` for
 *   the object that it wrote itself: a caller to whom that matters compares the contents;
 * - an endpoint without conditional writes is refused. One that ignores the condition instead of answering 501 is found
 *   out by repeating the first `ifAbsent` put with the same body; endpoints of AWS are not asked;
 * - no message carries credentials, signatures or the query of a URL.
 *
 * `listFolders` gives `a-b` before `a`, for S3 orders folders with their slash. An aborted call rejects with the reason
 * of its signal. A folder marker, as the AWS console makes, is not listed: its key ends in `/` and is no key of this
 * port.
 *
 * @throws InvalidStoreUriError - the endpoint is no http or https URL, or carries credentials.
 * @throws InvalidKeyError - the prefix is not valid.
 */
export function createS3Store(options: S3StoreOptions): ObjectStore {
  return new S3Store(options);
}

class S3Store implements ObjectStore {
  readonly uri: string;
  readonly #client: S3Client;
  readonly #bucket: string;
  /** Empty, or ending in `/`. */
  readonly #prefix: string;
  readonly #endpoint: string | undefined;
  readonly #maxAttempts: number;
  #honoursConditions: boolean;
  #sawBucket = false;

  constructor({ bucket, prefix = '', endpoint, maxAttempts = MAX_ATTEMPTS, ...settings }: S3StoreOptions) {
    if (prefix !== '') assertKey(prefix);
    this.#bucket = bucket;
    this.#prefix = prefix === '' ? '' : `${prefix}/`;
    this.uri = `s3://${bucket}${prefix === '' ? '' : `/${prefix}`}`;
    this.#endpoint = endpoint === undefined ? undefined : parseEndpoint(endpoint);
    this.#maxAttempts = maxAttempts;
    this.#honoursConditions = endpoint === undefined;
    const { region = endpoint === undefined ? undefined : 'us-east-1', credentials } = settings;
    const { requestTimeoutMs = REQUEST_TIMEOUT_MS } = settings;
    this.#client = new S3Client({
      ...(region === undefined ? {} : { region }),
      ...(credentials === undefined ? {} : { credentials }),
      ...(this.#endpoint === undefined ? {} : { endpoint: this.#endpoint }),
      forcePathStyle: settings.forcePathStyle ?? endpoint !== undefined,
      maxAttempts,
      // The SDK's own CRCs, on by default, are refused by stores older than 2025. Bodies are checked by digest above.
      requestChecksumCalculation: 'WHEN_REQUIRED',
      responseChecksumValidation: 'WHEN_REQUIRED',
      requestHandler: {
        connectionTimeout: Math.min(requestTimeoutMs, CONNECTION_TIMEOUT_MS),
        requestTimeout: requestTimeoutMs,
        throwOnRequestTimeout: true,
        socketTimeout: requestTimeoutMs,
      },
    });
  }

  async get(key: string, { maxBytes, signal }: ReadOptions = {}): Promise<Uint8Array> {
    const command = new GetObjectCommand(this.#address(key));
    return this.#call('s3:GetObject', `read ${key} in ${this.uri}`, key, signal, async () => {
      for (let attempt = 1; ; attempt++) {
        const answer = await this.#client.send(command, sendOptions(signal));
        try {
          return await readBody(answer, key, maxBytes, signal);
        } catch (error) {
          // The SDK repeats requests, not bodies that break off.
          const final = error instanceof AgentvOpikError || signal?.aborted || attempt >= this.#maxAttempts;
          if (final) throw error;
        }
      }
    });
  }

  async head(key: string, { signal }: { signal?: AbortSignal } = {}): Promise<ObjectInfo | undefined> {
    const command = new HeadObjectCommand(this.#address(key));
    try {
      return await this.#call('s3:GetObject', `look at ${key} in ${this.uri}`, key, signal, async () => {
        const { ContentLength: size } = await this.#client.send(command, sendOptions(signal));
        this.#sawBucket = true;
        if (size === undefined)
          throw new StoreUnavailableError(`${this.uri} does not tell the size of ${key}.`);
        return { key, size };
      });
    } catch (error) {
      if (!(error instanceof ObjectNotFoundError)) throw error;
      await this.#assertBucket(signal);
      return undefined;
    }
  }

  async put(key: string, body: Uint8Array, options: PutOptions = {}): Promise<'created' | 'exists'> {
    const { ifAbsent = false, contentType, signal } = options;
    const command = new PutObjectCommand({
      ...this.#address(key),
      Body: body,
      ContentLength: body.byteLength,
      // Buckets with object lock take no write without it, and every S3 there is checks it.
      ContentMD5: hash('md5', body, 'base64'),
      ...(contentType === undefined ? {} : { ContentType: contentType }),
      ...(ifAbsent ? { IfNoneMatch: '*' } : {}),
    });
    return this.#call('s3:PutObject', `write ${key} in ${this.uri}`, undefined, signal, async () => {
      if (ifAbsent) return this.#putIfAbsent(key, command, signal);
      await this.#client.send(command, sendOptions(signal));
      return 'created';
    });
  }

  async delete(key: string): Promise<void> {
    const command = new DeleteObjectCommand(this.#address(key));
    try {
      await this.#call('s3:DeleteObject', `delete ${key} in ${this.uri}`, key, undefined, () =>
        this.#client.send(command),
      );
    } catch (error) {
      // S3 answers 204 for a missing object; some others 404.
      if (!(error instanceof ObjectNotFoundError)) throw error;
    }
  }

  async *list(prefix: string, { signal }: { signal?: AbortSignal } = {}): AsyncGenerator<ObjectInfo> {
    assertKeyPrefix(prefix);
    let last: string | undefined;
    for await (const page of this.#pages(prefix, undefined, signal)) {
      for (const { Key: stored, Size: size } of page.Contents ?? []) {
        if (stored === undefined || size === undefined) continue;
        const key = this.#keyOf(stored, page);
        if (!isKey(key)) continue;
        this.#assertOrder(last, key);
        last = key;
        yield { key, size };
      }
    }
  }

  async *listFolders(prefix: string, { signal }: { signal?: AbortSignal } = {}): AsyncGenerator<string> {
    assertFolder(prefix);
    let last: string | undefined;
    for await (const page of this.#pages(prefix, '/', signal)) {
      for (const { Prefix: stored } of page.CommonPrefixes ?? []) {
        if (stored === undefined) continue;
        const folder = this.#keyOf(stored, page);
        if (!isKey(folder.slice(0, -1))) continue;
        this.#assertOrder(last, folder);
        last = folder;
        yield folder.slice(prefix.length, -1);
      }
    }
  }

  async #putIfAbsent(
    key: string,
    command: PutObjectCommand,
    signal: AbortSignal | undefined,
  ): Promise<'created' | 'exists'> {
    for (let attempt = 1; ; attempt++) {
      try {
        await this.#client.send(command, sendOptions(signal));
        if (!this.#honoursConditions) await this.#proveConditions(command, signal);
        return 'created';
      } catch (error) {
        if (error instanceof AgentvOpikError) throw error;
        const failure = failureOf(error);
        if (isPreconditionFailed(failure)) {
          this.#honoursConditions = true;
          return 'exists';
        }
        if (isNotImplemented(failure)) throw noConditionalWritesError(this.uri);
        // Not looked at, which takes a permission that a writer need not have: the next try tells whether it is there.
        if (!isConflict(failure)) throw error;
        if (attempt === CONFLICT_ATTEMPTS) throw conflictError(key, this.uri);
        await sleep(conflictPause(attempt), undefined, sendSignal(signal));
      }
    }
  }

  /** Repeats a put that created its object. Only a store that ignores the condition writes, and then the same bytes. */
  async #proveConditions(command: PutObjectCommand, signal: AbortSignal | undefined): Promise<void> {
    try {
      await this.#client.send(command, sendOptions(signal));
    } catch (error) {
      const failure = failureOf(error);
      this.#honoursConditions = isPreconditionFailed(failure) || isConflict(failure);
      // Any other failure says nothing about conditions, and the put itself was done: the next one asks again.
      return;
    }
    throw noConditionalWritesError(this.uri);
  }

  /** HEAD has no body to tell a missing bucket from a missing object, so that the first 404 asks for the bucket. */
  async #assertBucket(signal: AbortSignal | undefined): Promise<void> {
    if (this.#sawBucket) return;
    try {
      await this.#client.send(new HeadBucketCommand({ Bucket: this.#bucket }), sendOptions(signal));
    } catch (error) {
      signal?.throwIfAborted();
      if (isNotFound(failureOf(error)) || failureOf(error).code === 'NoSuchBucket') {
        throw noSuchBucketError(this.#bucket);
      }
      // Permission to read objects does not include that to look at the bucket.
    }
    this.#sawBucket = true;
  }

  async *#pages(
    prefix: string,
    delimiter: string | undefined,
    signal: AbortSignal | undefined,
  ): AsyncGenerator<ListObjectsV2CommandOutput> {
    let token: string | undefined;
    do {
      const command = new ListObjectsV2Command({
        Bucket: this.#bucket,
        Prefix: this.#prefix + prefix,
        // Without it a key may hold what XML cannot.
        EncodingType: 'url',
        ...(delimiter === undefined ? {} : { Delimiter: delimiter }),
        ...(token === undefined ? {} : { ContinuationToken: token }),
      });
      const page = await this.#call('s3:ListBucket', `list ${this.uri}`, undefined, signal, () =>
        this.#client.send(command, sendOptions(signal)),
      );
      yield page;
      const next = page.IsTruncated ? page.NextContinuationToken : undefined;
      if (page.IsTruncated && (next === undefined || next === token)) {
        throw new StoreUnavailableError(`Cannot list ${this.uri}: the store broke off in the middle.`);
      }
      token = next;
    } while (token !== undefined);
  }

  #address(key: string): { readonly Bucket: string; readonly Key: string } {
    assertKey(key);
    const stored = this.#prefix + key;
    if (Buffer.byteLength(stored) > MAX_KEY_BYTES) {
      throw new InvalidKeyError(
        `A key is longer than ${MAX_KEY_BYTES} bytes with the prefix of ${this.uri}.`,
        {
          hint: 'Use a store with a shorter prefix.',
        },
      );
    }
    return { Bucket: this.#bucket, Key: stored };
  }

  #keyOf(stored: string, page: ListObjectsV2CommandOutput): string {
    // Not every store does as EncodingType asks; each says what it did.
    const plain = page.EncodingType === 'url' ? decodeURIComponent(stored.replaceAll('+', ' ')) : stored;
    return plain.slice(this.#prefix.length);
  }

  #assertOrder(last: string | undefined, next: string): void {
    if (last === undefined || compareKeys(last, next) < 0) return;
    throw new StoreAccessError(`${this.uri} does not list its objects in the order of their keys.`, {
      hint: 'S3 Express directory buckets do not; use a general purpose bucket.',
    });
  }

  async #call<T>(
    permission: S3Permission,
    doing: string,
    key: string | undefined,
    signal: AbortSignal | undefined,
    work: () => Promise<T>,
  ): Promise<T> {
    signal?.throwIfAborted();
    try {
      return await work();
    } catch (error) {
      signal?.throwIfAborted();
      if (error instanceof AgentvOpikError) throw error;
      throw s3StoreError(error, {
        doing,
        permission,
        bucket: this.#bucket,
        prefix: this.#prefix,
        endpoint: this.#endpoint,
        ...(key === undefined ? {} : { key }),
      });
    }
  }
}

async function readBody(
  { Body: body, ContentLength: length }: GetObjectCommandOutput,
  key: string,
  maxBytes: number | undefined,
  signal: AbortSignal | undefined,
): Promise<Uint8Array> {
  if (!(body instanceof Readable)) throw new TypeError('the body of the answer is no stream');
  if (maxBytes !== undefined && length !== undefined && length > maxBytes) {
    body.destroy();
    throw tooLargeError(key, length, maxBytes);
  }
  const chunks: Uint8Array[] = [];
  let total = 0;
  const stream: AsyncIterable<unknown> = signal === undefined ? body : addAbortSignal(signal, body);
  for await (const chunk of stream) {
    if (!(chunk instanceof Uint8Array)) throw new TypeError('the body of the answer is no stream of bytes');
    total += chunk.byteLength;
    if (maxBytes !== undefined && total > maxBytes) throw tooLargeError(key, total, maxBytes);
    chunks.push(chunk);
  }
  if (length !== undefined && total !== length) {
    throw new StoreUnavailableError(`${key} broke off after ${total} of ${length} bytes.`);
  }
  return Buffer.concat(chunks, total);
}

function tooLargeError(key: string, size: number, maxBytes: number): ObjectTooLargeError {
  return new ObjectTooLargeError(`${key} has at least ${size} bytes, more than the ${maxBytes} allowed.`, {
    hint: 'It was not written by this program, or with another limit.',
  });
}

function conflictError(key: string, uri: string): StoreUnavailableError {
  return new StoreUnavailableError(`Cannot write ${key} in ${uri}: other writers keep getting in the way.`, {
    hint: 'Try again; everything already written stays.',
  });
}

/** Milliseconds before the next try, by chance so that two writers do not meet again. */
function conflictPause(attempt: number): number {
  return Math.random() * Math.min(CONFLICT_PAUSE_MAX_MS, CONFLICT_PAUSE_MS * 2 ** attempt);
}

function sendOptions(signal: AbortSignal | undefined): { abortSignal?: AbortSignal } {
  return signal === undefined ? {} : { abortSignal: signal };
}

function sendSignal(signal: AbortSignal | undefined): { signal?: AbortSignal } {
  return signal === undefined ? {} : { signal };
}
