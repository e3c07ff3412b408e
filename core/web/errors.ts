/**
 * What goes wrong with a request itself, whatever the route.
 *
 * @module
 */
import { AgentvOpikError } from '../errors.ts';

/** Thrown for a path that has no route. */
export class NoSuchRouteError extends AgentvOpikError {
  readonly code = 'NO_SUCH_ROUTE';
  readonly retryable = false;
}

/** Thrown for a route that is not called in this way. */
export class MethodNotAllowedError extends AgentvOpikError {
  readonly code = 'METHOD_NOT_ALLOWED';
  readonly retryable = false;
  readonly allowed: string;

  constructor(allowed: string) {
    super(`This route takes only ${allowed}`);
    this.allowed = allowed;
  }
}

/** Thrown for a body larger than the route takes. */
export class BodyTooLargeError extends AgentvOpikError {
  readonly code = 'BODY_TOO_LARGE';
  readonly retryable = false;

  constructor(maxBytes: number) {
    super(`The body is larger than ${maxBytes} bytes`, {
      hint: 'A webhook names bundles; their contents go into the store.',
    });
  }
}

/** Thrown when a caller sends more than is taken at a time. */
export class RateLimitError extends AgentvOpikError {
  readonly code = 'RATE_LIMIT';
  readonly retryable = true;
  readonly retryAfterS: number;

  constructor(retryAfterS: number) {
    super('Too many requests', { hint: `Try again in ${retryAfterS} s.` });
    this.retryAfterS = retryAfterS;
  }
}

/** Thrown for a webhook while no secret is configured: without one nobody can be believed. */
export class WebhooksOffError extends AgentvOpikError {
  readonly code = 'WEBHOOKS_OFF';
  readonly retryable = false;
}

/** Thrown for a store's notification where the store is a folder. */
export class NoNotificationsError extends AgentvOpikError {
  readonly code = 'NO_NOTIFICATIONS';
  readonly retryable = false;
}
