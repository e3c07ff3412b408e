/**
 * @module
 */
import type { ObjectStore } from '../store/port.ts';

/** A store of which every call but `delete` ends when the signal does. */
export function signalled(store: ObjectStore, signal: AbortSignal): ObjectStore {
  return {
    uri: store.uri,
    get: (key, options) => store.get(key, { signal, ...options }),
    head: (key, options) => store.head(key, { signal, ...options }),
    put: (key, body, options) => store.put(key, body, { signal, ...options }),
    list: (prefix, options) => store.list(prefix, { signal, ...options }),
    listFolders: (prefix, options) => store.listFolders(prefix, { signal, ...options }),
    delete: (key) => store.delete(key),
  };
}
