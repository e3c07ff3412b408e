/**
 * @module
 */
import { AgentvOpikError } from '../errors.ts';

/** Thrown when a newer bundle of the same run is in the store: that one is to be ingested, not this. */
export class SupersededError extends AgentvOpikError {
  readonly code = 'SUPERSEDED';
  readonly retryable = false;
  readonly by: string;

  constructor(bundle: string, by: string) {
    super(`${bundle} was superseded by ${by}, a newer state of the same run`, {
      hint: 'Nothing to do: the newer one is ingested in its place.',
    });
    this.by = by;
  }
}

/** Thrown when what the parts' receipts add up to is not what the manifest promises. */
export class SumMismatchError extends AgentvOpikError {
  readonly code = 'SUM_MISMATCH';
  readonly retryable = false;
}

/** Thrown when an ingestion is to be finished while parts of it have no receipt yet. */
export class PartsMissingError extends AgentvOpikError {
  readonly code = 'PARTS_MISSING';
  readonly retryable = true;
}

/** Thrown when a receipt in the store cannot be read as one. */
export class InvalidReceiptError extends AgentvOpikError {
  readonly code = 'INVALID_RECEIPT';
  readonly retryable = false;
}

/** Thrown when a worker's time ends before its step: what is done stays done, and another worker goes on. */
export class TimeUpError extends AgentvOpikError {
  readonly code = 'TIME_UP';
  readonly retryable = true;
}

/** Thrown when the queue does not take a message. */
export class QueueUnavailableError extends AgentvOpikError {
  readonly code = 'QUEUE_UNAVAILABLE';
  readonly retryable = true;
}

/** Thrown for a message that names a part which the bundle does not have. */
export class UnknownPartError extends AgentvOpikError {
  readonly code = 'UNKNOWN_PART';
  readonly retryable = false;
}
