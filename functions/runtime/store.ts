/**
 * @module
 */

import type { StorePlace } from '../../core/ingest/events.ts';
import { type ObjectStore, openStore } from '../../core/store/index.ts';
import type { FunctionEnvironment } from './environment.ts';
import { EnvironmentError } from './errors.ts';

/** A function has minutes, not hours: an S3 that stands still is tried again from the queue. Milliseconds. */
const REQUEST_TIMEOUT_MS = 20_000;

/** Opens the environment's store. */
export function openEnvironmentStore({
  store,
  region,
  s3Endpoint,
}: FunctionEnvironment): Promise<ObjectStore> {
  return openStore(store, {
    requestTimeoutMs: REQUEST_TIMEOUT_MS,
    ...(region === undefined ? {} : { region }),
    ...(s3Endpoint === undefined ? {} : { endpoint: s3Endpoint }),
  });
}

/** Where notifications of the environment's store come from. @throws EnvironmentError for a store that sends none */
export function placeOf({ store }: Pick<FunctionEnvironment, 'store'>): StorePlace {
  if (store.kind === 's3') return store;
  throw new EnvironmentError('AGENTV_OPIK_STORE must be s3://bucket/prefix', {
    hint: 'Only S3 sends notifications of its objects.',
  });
}
