/**
 * @module
 */
import { addAbortSignal, Readable } from 'node:stream';
import type { GetObjectCommandOutput } from '@aws-sdk/client-s3';
import { ObjectTooLargeError, StoreUnavailableError } from './errors.ts';

/**
 * The whole body of an answer.
 *
 * @throws ObjectTooLargeError - it is, or says to be, longer than `maxBytes`
 * @throws StoreUnavailableError - it is shorter than the answer said
 */
export async function readBody(
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
