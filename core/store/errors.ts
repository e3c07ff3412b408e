/**
 * @module
 */
import { AgentvOpikError } from '../errors.ts';

/** Thrown when a key that must exist does not. */
export class ObjectNotFoundError extends AgentvOpikError {
  readonly code = 'OBJECT_NOT_FOUND';
  readonly retryable = false;
}

/** Thrown before the body is read when an object exceeds the reader's limit. */
export class ObjectTooLargeError extends AgentvOpikError {
  readonly code = 'OBJECT_TOO_LARGE';
  readonly retryable = false;
}

/** Thrown for a key with empty, `.` or `..` segments, control characters, or over 1,024 bytes. */
export class InvalidKeyError extends AgentvOpikError {
  readonly code = 'INVALID_KEY';
  readonly retryable = false;
}

/** Thrown when the store refuses: no permission, wrong credentials, no such bucket, read-only folder. */
export class StoreAccessError extends AgentvOpikError {
  readonly code = 'STORE_ACCESS';
  readonly retryable = false;
}

/** Thrown when the store cannot be reached or keeps failing after the client's own retries. */
export class StoreUnavailableError extends AgentvOpikError {
  readonly code = 'STORE_UNAVAILABLE';
  readonly retryable = true;
}

/** Thrown for a `--store` value that names no store this project knows. */
export class InvalidStoreUriError extends AgentvOpikError {
  readonly code = 'INVALID_STORE_URI';
  readonly retryable = false;
}
