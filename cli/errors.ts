/**
 * @module
 */
import { AgentvOpikError } from '../core/errors.ts';

/** Thrown for a command line that cannot be understood. */
export class UsageError extends AgentvOpikError {
  readonly code = 'USAGE';
  readonly retryable = false;
}

/** Thrown when a bundle was named by an id or digest and none, or more than one, goes by it. */
export class BundleReferenceError extends AgentvOpikError {
  readonly code = 'BUNDLE_REFERENCE';
  readonly retryable = false;
}

/** Thrown when Opik took a bundle only in part. */
export class PartlyDeliveredError extends AgentvOpikError {
  readonly code = 'PARTLY_DELIVERED';
  readonly retryable = false;
}

/** Thrown when `--wait` finds that the other side gave up on a bundle: it is among the dead letters. */
export class NotDeliveredError extends AgentvOpikError {
  readonly code = 'NOT_DELIVERED';
  readonly retryable = false;
}

/** Thrown when `--wait` ended before the bundle was delivered. */
export class WaitTimeoutError extends AgentvOpikError {
  readonly code = 'WAIT_TIMEOUT';
  readonly retryable = true;
}

/** Thrown by `redact` for bytes that are no text. */
export class NotTextError extends AgentvOpikError {
  readonly code = 'NOT_TEXT';
  readonly retryable = false;
}

/** Thrown by `redact` when the redactor gave up on a text: nothing of it is written. */
export class RedactionFailedError extends AgentvOpikError {
  readonly code = 'REDACTION_FAILED';
  readonly retryable = false;
}

/** The reason of the abort signal when somebody pressed Ctrl-C or the system asked to stop. */
export class InterruptedError extends AgentvOpikError {
  readonly code = 'INTERRUPTED';
  readonly retryable = true;
  readonly signal: 'SIGINT' | 'SIGTERM';

  constructor(signal: 'SIGINT' | 'SIGTERM') {
    super(signal === 'SIGINT' ? 'Interrupted' : 'Asked to stop');
    this.signal = signal;
  }
}
