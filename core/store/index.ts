/**
 * Object storage: the port, its file implementation, and how a store is named and opened. The S3 implementation is
 * reached by {@link openStore} alone, so that users of a folder never load the AWS SDK.
 *
 * @module
 */
export {
  InvalidKeyError,
  InvalidStoreUriError,
  ObjectNotFoundError,
  ObjectTooLargeError,
  StoreAccessError,
  StoreUnavailableError,
} from './errors.ts';
export { createFileStore, type FileStoreOptions } from './file.ts';
export { assertKey, compareKeys, encodeSegment, isKey, MAX_KEY_BYTES, MAX_SEGMENT_BYTES } from './keys.ts';
export { type FileLocation, parseStoreUri, type S3Location, type StoreLocation } from './location.ts';
export { openStore, type StoreSettings } from './open.ts';
export type { ObjectInfo, ObjectStore, PutOptions, ReadOptions } from './port.ts';
