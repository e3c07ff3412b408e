/**
 * Opening stores as a person names them.
 *
 * @module
 */
import { resolve } from 'node:path';
import { openStore, parseStoreUri, type StoreLocation } from '../core/store/index.ts';
import type { ObjectStore } from '../core/store/port.ts';
import { UsageError } from './errors.ts';
import type { Session } from './session.ts';
import type { LoadedSettings } from './settings.ts';

/**
 * The store that `--store` or the settings name.
 *
 * @throws UsageError when none is named; InvalidStoreUriError
 */
export async function requiredStore(session: Session, settings: LoadedSettings): Promise<ObjectStore> {
  const location = namedLocation(session, settings);
  if (location === undefined) {
    throw new UsageError('No store is named', {
      hint: 'Give --store s3://bucket/prefix or --store ./bundles, set AGENTV_OPIK_STORE, or write `store:` in .agentv/opik.yaml.',
    });
  }
  return openAt(session, location);
}

/** What the settings say of the store; a relative path in the file starts from the file's project. */
export function namedLocation({ context }: Session, settings: LoadedSettings): StoreLocation | undefined {
  const { store } = settings.values;
  if (store === undefined) return undefined;
  const location = parseStoreUri(store);
  if (location.kind !== 'file') return location;
  const from = settings.origins.store === 'file' ? settings.fileFolder : context.cwd;
  return { kind: 'file', path: resolve(from, location.path) };
}

/** Opens a store; what its URI leaves out comes from the `AWS_*` variables. */
export function openAt({ context }: Session, location: StoreLocation): Promise<ObjectStore> {
  const { env } = context;
  const endpoint = given(env.AWS_ENDPOINT_URL_S3) ?? given(env.AWS_ENDPOINT_URL);
  const region = given(env.AWS_REGION) ?? given(env.AWS_DEFAULT_REGION);
  return openStore(location, {
    ...(endpoint === undefined ? {} : { endpoint }),
    ...(region === undefined ? {} : { region }),
  });
}

function given(value: string | undefined): string | undefined {
  return value === undefined || value === '' ? undefined : value;
}
