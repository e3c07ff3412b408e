/**
 * ListObjectsV2 of the stand-in.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjectsV2.html
 */
import { type Answer, element, S3Refusal, textElements, xml } from './answers.ts';

export interface StoredObject {
  readonly body: Uint8Array;
  readonly contentType: string;
  readonly etag: string;
  readonly modified: Date;
}

const PAGE_LIMIT = 1000;

export function listObjects(
  bucket: string,
  objects: ReadonlyMap<string, StoredObject>,
  query: URLSearchParams,
): Answer {
  const prefix = query.get('prefix') ?? '';
  const delimiter = query.get('delimiter') ?? '';
  const maxKeys = parseMaxKeys(query.get('max-keys'));
  const encode = parseEncoding(query.get('encoding-type'));
  const after = parseToken(query.get('continuation-token')) ?? query.get('start-after') ?? '';

  const items = new Map<string, StoredObject | undefined>();
  let truncated = false;
  const found = [...objects].filter(([key]) => key.startsWith(prefix));
  for (const [key, object] of found.sort(([a], [b]) => utf8Order(a, b))) {
    const cut = delimiter === '' ? -1 : key.indexOf(delimiter, prefix.length);
    const name = cut === -1 ? key : key.slice(0, cut + delimiter.length);
    // A token stands for a key or for a common prefix, of which all keys have been told.
    if (after !== '' && utf8Order(name, after) <= 0) continue;
    if (items.has(name)) continue;
    if (items.size === maxKeys) {
      truncated = true;
      break;
    }
    items.set(name, cut === -1 ? object : undefined);
  }

  const last = [...items.keys()].at(-1);
  const next = truncated && last !== undefined ? Buffer.from(last).toString('base64url') : undefined;
  const head = {
    Name: bucket,
    Prefix: encode(prefix),
    KeyCount: String(items.size),
    MaxKeys: String(maxKeys),
    IsTruncated: String(truncated),
    ...(delimiter === '' ? {} : { Delimiter: encode(delimiter) }),
    ...(query.has('encoding-type') ? { EncodingType: 'url' } : {}),
    ...(next === undefined ? {} : { NextContinuationToken: next }),
  };
  const members = [...items].map(([name, object]) => item(encode(name), object));
  return xml(200, element('ListBucketResult', textElements(head) + members.join('')));
}

function item(name: string, object: StoredObject | undefined): string {
  if (object === undefined) return element('CommonPrefixes', { Prefix: name });
  return element('Contents', {
    Key: name,
    LastModified: object.modified.toISOString(),
    ETag: object.etag,
    Size: String(object.body.byteLength),
    StorageClass: 'STANDARD',
  });
}

function parseMaxKeys(text: string | null): number {
  if (text === null) return PAGE_LIMIT;
  if (!/^\d+$/.test(text)) throw new S3Refusal(400, 'InvalidArgument');
  return Math.min(Number(text), PAGE_LIMIT);
}

function parseEncoding(text: string | null): (name: string) => string {
  if (text === null) return (name) => name;
  if (text !== 'url') throw new S3Refusal(400, 'InvalidArgument');
  // As forms are encoded, but for the slash.
  return (name) => new URLSearchParams([['', name]]).toString().slice(1).replaceAll('%2F', '/');
}

function parseToken(token: string | null): string | undefined {
  if (token === null) return undefined;
  const text = Buffer.from(token, 'base64url').toString();
  if (Buffer.from(text).toString('base64url') !== token) throw new S3Refusal(400, 'InvalidArgument');
  return text;
}

function utf8Order(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}
