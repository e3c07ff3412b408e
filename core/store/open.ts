/**
 * From a store's name to the store.
 *
 * @module
 */
import { createFileStore } from './file.ts';
import { parseStoreUri, type StoreLocation } from './location.ts';
import type { ObjectStore } from './port.ts';
import type { S3Settings } from './s3-client.ts';

export { parseStoreUri, type StoreLocation } from './location.ts';

/** What the URI does not say. */
export type StoreSettings = S3Settings;

/**
 * Opens a store named by a URI, a path or an already parsed location. Nothing is read or written yet.
 *
 * Guarantees: what the URI says wins over `settings`; the AWS SDK is loaded only for an S3 store.
 *
 * @throws InvalidStoreUriError
 *
 * @example
 * const store = await openStore('s3://team-evals/agentv', { region: 'eu-central-1' });
 */
export async function openStore(
  location: StoreLocation | string,
  settings: StoreSettings = {},
): Promise<ObjectStore> {
  const where = typeof location === 'string' ? parseStoreUri(location) : location;
  if (where.kind === 'file') return createFileStore(where.path);
  const { createS3Store } = await import('./s3.ts');
  const { kind, ...named } = where;
  return createS3Store({ ...settings, ...named });
}
