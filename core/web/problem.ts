/**
 * From anything thrown to an answer and a line of the log.
 *
 * @module
 */
import type { Context } from 'hono';
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import { AgentvOpikError } from '../errors.ts';
import { causeCode } from '../ingest/cause.ts';
import { MethodNotAllowedError, RateLimitError } from './errors.ts';
import type { WebEvent } from './ports.ts';

/** By code and not by class, for the classes of what is loaded when first used are not here. */
const STATUS_OF_CODE: Readonly<Record<string, ContentfulStatusCode>> = {
  MALFORMED_CALL: 400,
  SIGNATURE_MISSING: 401,
  SIGNATURE_WRONG: 401,
  SIGNATURE_STALE: 401,
  TOKEN: 401,
  NO_SUCH_ROUTE: 404,
  METHOD_NOT_ALLOWED: 405,
  REPLAYED_CALL: 409,
  NO_NOTIFICATIONS: 409,
  BODY_TOO_LARGE: 413,
  TOO_MANY_CALLS: 429,
  RATE_LIMIT: 429,
};

const RETRY_AFTER_S = 5;

/**
 * Answers an error: `{"error":{"code","message","hint"}}`.
 *
 * Guarantee: of an error that is not the caller's, neither message nor hint leaves, for they may name what is inside.
 */
export function answerProblem(context: Context, error: Error): Response {
  const known = error instanceof AgentvOpikError ? error : undefined;
  const status = known === undefined ? undefined : STATUS_OF_CODE[known.code];
  if (known !== undefined && status !== undefined) {
    if (status === 401) context.header('WWW-Authenticate', 'Bearer');
    if (known instanceof MethodNotAllowedError) context.header('Allow', known.allowed);
    if (known.retryable) context.header('Retry-After', String(retryAfter(known)));
    return context.json(body(known.code, known.message, known.hint), status);
  }
  if (known?.code === 'WEBHOOKS_OFF') return context.json(body(known.code, known.message, known.hint), 503);
  if (known?.retryable === true) {
    context.header('Retry-After', String(RETRY_AFTER_S));
    return context.json(body('UNAVAILABLE', 'The work cannot be taken just now', 'Try again later.'), 503);
  }
  return context.json(
    body('INTERNAL', 'The request failed here', 'The log of agentv-opik says what failed.'),
    500,
  );
}

function retryAfter(error: AgentvOpikError): number {
  return error instanceof RateLimitError ? error.retryAfterS : RETRY_AFTER_S;
}

function body(code: string, message: string, hint: string | undefined): object {
  return { error: { code, message, ...(hint === undefined ? {} : { hint }) } };
}

/** What a log may say of an error. */
export function eventOf(error: Error, route: string, status: number): WebEvent {
  const code = error instanceof AgentvOpikError ? error.code : 'UNEXPECTED';
  const event = status < 500 ? 'refused' : 'failed';
  if (error instanceof AgentvOpikError) {
    const cause = causeCode(error);
    return { event, route, status, code, ...(cause === undefined ? {} : { cause }) };
  }
  // A stack begins with the message, which may quote anything.
  const frames = (error.stack ?? '').split('\n').filter((line) => /^\s+at /.test(line));
  return {
    event,
    route,
    status,
    code,
    error: error.name,
    stack: frames.map((line) => line.trim()).join('; '),
  };
}
