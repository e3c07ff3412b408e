/**
 * @module
 */
import { AgentvOpikError } from '../../core/errors.ts';

/** Thrown at a cold start when a variable of the function is missing or cannot be what it is. */
export class EnvironmentError extends AgentvOpikError {
  readonly code = 'ENVIRONMENT';
  readonly retryable = false;
}

/** Thrown when the function's secret cannot be read just now: Secrets Manager is throttling or cannot be reached. */
export class SecretUnavailableError extends AgentvOpikError {
  readonly code = 'SECRET_UNAVAILABLE';
  readonly retryable = true;
}

/** Thrown when the function's secret is not there, not allowed, or not the JSON object that it has to be. */
export class SecretError extends AgentvOpikError {
  readonly code = 'SECRET';
  readonly retryable = false;
}

/** Thrown when the function was called with something that is no batch of SQS messages. */
export class UnknownEventError extends AgentvOpikError {
  readonly code = 'UNKNOWN_EVENT';
  readonly retryable = false;
}
