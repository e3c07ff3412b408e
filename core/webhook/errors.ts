/**
 * Why a call of a webhook is not believed or not understood. No message quotes what was sent.
 *
 * @module
 */
import { AgentvOpikError } from '../errors.ts';

/** Thrown when a call carries no signature, or none in a form that is known. */
export class SignatureMissingError extends AgentvOpikError {
  readonly code = 'SIGNATURE_MISSING';
  readonly retryable = false;
}

/** Thrown when a signature is not that of this body and time under this secret. */
export class SignatureWrongError extends AgentvOpikError {
  readonly code = 'SIGNATURE_WRONG';
  readonly retryable = false;
}

/** Thrown when a call was signed too long ago, or in the future. */
export class SignatureStaleError extends AgentvOpikError {
  readonly code = 'SIGNATURE_STALE';
  readonly retryable = false;
}

/** Thrown when the very same signed call was accepted before. */
export class ReplayedCallError extends AgentvOpikError {
  readonly code = 'REPLAYED_CALL';
  readonly retryable = false;
}

/** Thrown when more calls are remembered than there is room for, so that a repeated one could not be told. */
export class TooManyCallsError extends AgentvOpikError {
  readonly code = 'TOO_MANY_CALLS';
  readonly retryable = true;
}

/** Thrown when a call carries no token, or a wrong one. */
export class TokenError extends AgentvOpikError {
  readonly code = 'TOKEN';
  readonly retryable = false;
}

/** Thrown when the body of a call is not what the route takes. */
export class MalformedCallError extends AgentvOpikError {
  readonly code = 'MALFORMED_CALL';
  readonly retryable = false;
}
