/**
 * @module
 */
import { AgentvOpikError, type ErrorDetails } from '../errors.ts';
import type { OpikRoute } from './wire.ts';

export interface OpikErrorDetails extends ErrorDetails {
  readonly route: OpikRoute;
  readonly status?: number;
  /** What the server asks to wait before the next try, in milliseconds. */
  readonly retryAfterMs?: number;
}

/** Base of what a call to Opik can end in. */
export abstract class OpikRequestError extends AgentvOpikError {
  readonly route: OpikRoute;
  readonly status: number | undefined;
  readonly retryAfterMs: number | undefined;

  constructor(message: string, details: OpikErrorDetails) {
    super(message, details);
    this.route = details.route;
    this.status = details.status;
    this.retryAfterMs = details.retryAfterMs;
  }
}

/** Thrown when Opik answered 429: too many events in its window. */
export class OpikRateLimitError extends OpikRequestError {
  readonly code = 'OPIK_RATE_LIMIT';
  readonly retryable = true;
}

/** Thrown when Opik, or a proxy before it, answered 408 or 5xx. */
export class OpikServerError extends OpikRequestError {
  readonly code = 'OPIK_SERVER';
  readonly retryable = true;
}

/**
 * Thrown when no whole answer came: refused, reset, timed out. The request may or may not have been carried out, which
 * matters to the one call that is not idempotent (`experiments.finish`).
 */
export class OpikNetworkError extends OpikRequestError {
  readonly code = 'OPIK_NETWORK';
  readonly retryable = true;
}

/** Thrown for 401 and 403: the key or the workspace is wrong. */
export class OpikAuthError extends OpikRequestError {
  readonly code = 'OPIK_AUTH';
  readonly retryable = false;
}

/** Thrown for 402: the plan's quota is used up. */
export class OpikQuotaError extends OpikRequestError {
  readonly code = 'OPIK_QUOTA';
  readonly retryable = false;
}

/** Thrown for 404: the workspace or the entity does not exist. */
export class OpikNotFoundError extends OpikRequestError {
  readonly code = 'OPIK_NOT_FOUND';
  readonly retryable = false;
}

/** Thrown for 409: the name is taken or the entity belongs elsewhere. */
export class OpikConflictError extends OpikRequestError {
  readonly code = 'OPIK_CONFLICT';
  readonly retryable = false;
}

/** Thrown for 413: a proxy refused the size of the body. */
export class OpikTooLargeError extends OpikRequestError {
  readonly code = 'OPIK_TOO_LARGE';
  readonly retryable = false;
}

/** Thrown for 400, 422 and every other refusal: the request itself is wrong. */
export class OpikRefusedError extends OpikRequestError {
  readonly code = 'OPIK_REFUSED';
  readonly retryable = false;
}

/** Thrown when the dataset's name already belongs to another project, where our items would land silently. */
export class DatasetProjectError extends AgentvOpikError {
  readonly code = 'DATASET_PROJECT';
  readonly retryable = false;
}

/** Thrown when the retry policy's deadline passed while an error was still retryable. */
export class OpikDeadlineError extends OpikRequestError {
  readonly code = 'OPIK_DEADLINE';
  readonly retryable = true;
}
