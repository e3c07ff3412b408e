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
