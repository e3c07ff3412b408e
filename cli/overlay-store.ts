/**
 * @module
 */
import { ObjectNotFoundError } from '../core/store/errors.ts';
import { compareKeys } from '../core/store/keys.ts';
import type { ObjectInfo, ObjectStore } from '../core/store/port.ts';

/**
 * A store that reads through to another and keeps what is written for itself: for a dry run, which must see everything
 * and change nothing.
 *
 * Guarantee: `lower` is never written to.
 */
export function overlayStore(lower: ObjectStore, upper: ObjectStore): ObjectStore {
  const removed = new Set<string>();
  return {
    uri: lower.uri,
    async get(key, options) {
      if ((await upper.head(key)) !== undefined) return upper.get(key, options);
      if (removed.has(key)) throw new ObjectNotFoundError(`${lower.uri}/${key} is not there`);
      return lower.get(key, options);
    },
    async head(key, options) {
      return (await upper.head(key, options)) ?? (removed.has(key) ? undefined : lower.head(key, options));
    },
    async put(key, body, options) {
      const isThere = !removed.has(key) && (await lower.head(key)) !== undefined;
      if (options?.ifAbsent === true && isThere) return 'exists';
      return upper.put(key, body, options);
    },
    async delete(key) {
      removed.add(key);
      await upper.delete(key);
    },
    async *list(prefix, options) {
      const objects = new Map<string, ObjectInfo>();
      for await (const object of lower.list(prefix, options)) {
        if (!removed.has(object.key)) objects.set(object.key, object);
      }
      for await (const object of upper.list(prefix, options)) objects.set(object.key, object);
      yield* [...objects.values()].sort((a, b) => compareKeys(a.key, b.key));
    },
    async *listFolders(prefix, options) {
      const folders = new Set<string>();
      for await (const folder of lower.listFolders(prefix, options)) folders.add(folder);
      for await (const folder of upper.listFolders(prefix, options)) folders.add(folder);
      yield* [...folders].sort((a, b) => compareKeys(`${a}/`, `${b}/`));
    },
  };
}
