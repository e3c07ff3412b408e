/**
 * Receipts as JSON objects of a store.
 *
 * @module
 */
import type { z } from 'zod';
import { ObjectNotFoundError } from '../store/errors.ts';
import type { ObjectStore, PutOptions } from '../store/port.ts';
import { InvalidReceiptError } from './errors.ts';

/** Resolves to undefined when there is no such object. @throws InvalidReceiptError */
export async function readJson<Schema extends z.ZodType>(
  store: ObjectStore,
  key: string,
  schema: Schema,
): Promise<z.output<Schema> | undefined> {
  let bytes: Uint8Array;
  try {
    bytes = await store.get(key);
  } catch (error) {
    if (error instanceof ObjectNotFoundError) return undefined;
    throw error;
  }
  try {
    return schema.parse(JSON.parse(Buffer.from(bytes).toString('utf8')));
  } catch (error) {
    throw new InvalidReceiptError(`${store.uri}/${key} is not a receipt of this version`, {
      cause: error,
      hint: 'Ingest again with --force, which writes the receipts anew.',
    });
  }
}

export async function writeJson(store: ObjectStore, key: string, value: unknown): Promise<void> {
  await putJson(store, key, value);
}

export function putJson(
  store: ObjectStore,
  key: string,
  value: unknown,
  options: PutOptions = {},
): Promise<'created' | 'exists'> {
  const body = Buffer.from(`${JSON.stringify(value)}\n`);
  return store.put(key, body, { contentType: 'application/json', ...options });
}
