/**
 * The one port behind which bundles and receipts live.
 *
 * Keys are relative to the store's prefix, use `/`, and are made only of segments from {@link core/bundle/keys}; an
 * implementation refuses any other key, so that no name can climb out of the prefix.
 *
 * @module
 */

/** What a listing or a look at one object tells. */
export interface ObjectInfo {
  readonly key: string;
  /** Stored bytes. */
  readonly size: number;
}

export interface PutOptions {
  /**
   * Create only: atomically refuse to replace. Exactly one of several concurrent writers gets `created`.
   * Without it an existing object is replaced as a whole.
   */
  readonly ifAbsent?: boolean;
  readonly contentType?: string;
  readonly signal?: AbortSignal;
}

export interface ReadOptions {
  /** Refuse, before reading the body, an object larger than this many bytes. */
  readonly maxBytes?: number;
  readonly signal?: AbortSignal;
}

/**
 * Object storage as this project needs it.
 *
 * Guarantees of every implementation:
 * - a reader sees an object whole or not at all, however the writer dies;
 * - `put` with `ifAbsent` is atomic across processes;
 * - after `put` resolves, `get`, `head` and `list` of any process see the object.
 */
export interface ObjectStore {
  /** `s3://bucket/prefix` or `file:///dir`, without a trailing slash and without credentials. */
  readonly uri: string;
  /** @throws ObjectNotFoundError, ObjectTooLargeError, StoreAccessError, StoreUnavailableError */
  get(key: string, options?: ReadOptions): Promise<Uint8Array>;
  /** Resolves to undefined when there is no such object. */
  head(key: string, options?: { readonly signal?: AbortSignal }): Promise<ObjectInfo | undefined>;
  /** Resolves to `exists`, writing nothing, only under `ifAbsent`. */
  put(key: string, body: Uint8Array, options?: PutOptions): Promise<'created' | 'exists'>;
  /** All objects whose key starts with `prefix`, in ascending order of their keys' UTF-8 bytes, read page by page. */
  list(prefix: string, options?: { readonly signal?: AbortSignal }): AsyncIterable<ObjectInfo>;
  /** Removes an object; no error if there is none. Only receipts and staging are ever removed. */
  delete(key: string): Promise<void>;
  /** Names the immediate "folders" under `prefix` (which ends with `/` or is empty), ascending, without the slash. */
  listFolders(prefix: string, options?: { readonly signal?: AbortSignal }): AsyncIterable<string>;
}
