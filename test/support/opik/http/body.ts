import type { IncomingMessage } from 'node:http';
import { gunzipSync } from 'node:zlib';
import { duplicateKeyOf } from '../json/duplicateKeys.ts';
import { crash, failure, HttpError } from './reply.ts';

/** A request body read to its end. `tooLarge` bodies are drained but not kept. */
export interface RawBody {
  readonly bytes: number;
  readonly buffer: Buffer;
  readonly tooLarge: boolean;
}

export async function readRaw(request: IncomingMessage, maxBytes: number): Promise<RawBody> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request) {
    if (!Buffer.isBuffer(chunk)) continue;
    bytes += chunk.length;
    if (bytes <= maxBytes) chunks.push(chunk);
    else chunks.length = 0;
  }
  return { bytes, buffer: Buffer.concat(chunks), tooLarge: bytes > maxBytes };
}

/** The parsed body: undefined when empty. Only gzip is decoded, as in Opik; another encoding is read raw and fails as JSON. */
export function parseBody(raw: RawBody, headers: IncomingMessage['headers'], strict: boolean): unknown {
  if (raw.tooLarge)
    throw new HttpError(413, '<html><head><title>413 Request Entity Too Large</title></head></html>');
  if (raw.bytes === 0) return undefined;
  const type = (headers['content-type'] ?? '').split(';')[0]?.trim().toLowerCase();
  if (type !== 'application/json') throw failure(415, 'HTTP 415 Unsupported Media Type');
  return parseJson(decode(raw.buffer, headers['content-encoding']), strict);
}

function decode(buffer: Buffer, encoding: string | undefined): string {
  if (encoding?.trim().toLowerCase() !== 'gzip') return buffer.toString('utf8');
  try {
    return gunzipSync(buffer).toString('utf8');
  } catch (error) {
    if (error instanceof Error) throw crash();
    throw error;
  }
}

function parseJson(text: string, strict: boolean): unknown {
  const plain = text.charCodeAt(0) === 0xfeff ? text.slice(1) : text;
  const value = tryParse(plain);
  if (strict) {
    const duplicate = duplicateKeyOf(plain);
    if (duplicate !== undefined) {
      throw failure(400, `Unable to process JSON. Duplicate Object property "${duplicate}"`);
    }
  }
  return value;
}

function tryParse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw failure(400, `Unable to process JSON. ${reason}`);
  }
}
