/**
 * @module
 */
import { AgentvOpikError } from '../errors.ts';

/** Thrown when there is no manifest where a bundle was named. */
export class BundleNotFoundError extends AgentvOpikError {
  readonly code = 'BUNDLE_NOT_FOUND';
  readonly retryable = false;
}

/** Thrown when a manifest is not JSON, or not one of ours, or its digest does not match its contents. */
export class InvalidManifestError extends AgentvOpikError {
  readonly code = 'INVALID_MANIFEST';
  readonly retryable = false;
}

/** Thrown for a manifest of a schema that this version does not know. */
export class UnsupportedManifestError extends AgentvOpikError {
  readonly code = 'UNSUPPORTED_MANIFEST';
  readonly retryable = false;
}

/** Thrown when a stored object is missing, or its size or SHA-256 is not the manifest's. */
export class CorruptObjectError extends AgentvOpikError {
  readonly code = 'CORRUPT_OBJECT';
  readonly retryable = false;
}

/** Thrown when `pull` would write over files that are there. */
export class PullTargetError extends AgentvOpikError {
  readonly code = 'PULL_TARGET';
  readonly retryable = false;
}

/** Thrown when a bundle holds nothing to deliver. */
export class EmptyBundleError extends AgentvOpikError {
  readonly code = 'EMPTY_BUNDLE';
  readonly retryable = false;
}
