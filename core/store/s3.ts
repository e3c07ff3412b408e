/**
 * The store in an S3 bucket, or in a bucket of anything that speaks S3: MinIO, Garage, Ceph, R2, LocalStack.
 *
 * The only files of the domain that know the AWS SDK are this one and those beside it whose names begin with `s3-`;
 * {@link core/store/open} loads them when an S3 store is opened.
 *
 * @module
 */

import { hash } from 'node:crypto';
import {
  DeleteObjectCommand,
  GetObjectCommand,
  HeadBucketCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  type ListObjectsV2CommandOutput,
  PutObjectCommand,
  type S3Client,
} from '@aws-sdk/client-s3';
import { AgentvOpikError } from '../errors.ts';
import { InvalidKeyError, ObjectNotFoundError, StoreAccessError, StoreUnavailableError } from './errors.ts';
import { assertFolder, assertKey, assertKeyPrefix, compareKeys, isKey, MAX_KEY_BYTES } from './keys.ts';
import { parseEndpoint } from './location.ts';
import type { ObjectInfo, ObjectStore, PutOptions, ReadOptions } from './port.ts';
import { readBody } from './s3-body.ts';
import { createS3Client, type S3Settings } from './s3-client.ts';
import { ConditionalWrites } from './s3-conditions.ts';
import { failureOf, isNotFound, noSuchBucketError, type S3Permission, s3StoreError } from './s3-errors.ts';

export interface S3StoreOptions extends S3Settings {
  readonly bucket: string;
  /** Without slashes around it; empty or absent for the whole bucket. */
  readonly prefix?: string;
}

const MAX_ATTEMPTS = 5;

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
  readonly #conditions: ConditionalWrites;
  #sawBucket = false;

  constructor({ bucket, prefix = '', endpoint, maxAttempts = MAX_ATTEMPTS, ...settings }: S3StoreOptions) {
    if (prefix !== '') assertKey(prefix);
    this.#bucket = bucket;
    this.#prefix = prefix === '' ? '' : `${prefix}/`;
    this.uri = `s3://${bucket}${prefix === '' ? '' : `/${prefix}`}`;
    this.#endpoint = endpoint === undefined ? undefined : parseEndpoint(endpoint);
    this.#maxAttempts = maxAttempts;
    this.#conditions = new ConditionalWrites(this.uri, endpoint === undefined);
    this.#client = createS3Client({
      ...settings,
      ...(this.#endpoint === undefined ? {} : { endpoint: this.#endpoint }),
      maxAttempts,
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
      const send = () => this.#client.send(command, sendOptions(signal));
      if (ifAbsent) return this.#conditions.put(key, send, signal);
      await send();
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

function sendOptions(signal: AbortSignal | undefined): { abortSignal?: AbortSignal } {
  return signal === undefined ? {} : { abortSignal: signal };
}
