/**
 * @module
 */
import { z } from 'zod';
import {
  OpikAuthError,
  OpikConflictError,
  OpikNotFoundError,
  OpikQuotaError,
  OpikRateLimitError,
  OpikRefusedError,
  type OpikRequestError,
  OpikServerError,
  OpikTooLargeError,
} from './errors.ts';
import { OPIK_ROUTES, type OpikRoute } from './wire.ts';

export interface RefusingReply {
  readonly route: OpikRoute;
  readonly url: string;
  readonly status: number;
  readonly body: unknown;
  readonly headers: Headers | undefined;
  readonly redact: (text: string) => string;
}

const MAX_WORDS = 500;

/**
 * A refusal as an error of its own class, with the server's words, redacted and shortened.
 *
 * @see Opik `RateLimitInterceptor`: 429 carries `RateLimit-Reset` in seconds; proxies send `Retry-After`
 */
export function errorOfReply(reply: RefusingReply): OpikRequestError {
  const { route, url, status, headers } = reply;
  const { method, path } = OPIK_ROUTES[route];
  const message = `Opik answered ${status} to ${method} ${path}: ${wordsOf(reply)}`;
  const retryAfterMs = retryAfter(headers);
  const details = { route, status, ...(retryAfterMs === undefined ? {} : { retryAfterMs }) };
  switch (status) {
    case 401:
    case 403:
      return new OpikAuthError(message, {
        ...details,
        hint: `Check OPIK_API_KEY and OPIK_WORKSPACE for ${url}.`,
      });
    case 402:
      return new OpikQuotaError(message, { ...details, hint: "The Opik plan's quota is used up." });
    case 404:
      return new OpikNotFoundError(message, {
        ...details,
        hint: `Check OPIK_WORKSPACE and OPIK_URL_OVERRIDE (${url}); an open-source Opik knows only the workspace "default".`,
      });
    case 408:
      return new OpikServerError(message, details);
    case 409:
      return new OpikConflictError(message, details);
    case 413:
      return new OpikTooLargeError(message, {
        ...details,
        hint: 'A proxy before Opik limits the size of requests.',
      });
    case 429:
      return new OpikRateLimitError(message, details);
    default:
      return status >= 500
        ? new OpikServerError(message, details)
        : new OpikRefusedError(message, { ...details, hint: 'Please report this with the line above.' });
  }
}

function retryAfter(headers: Headers | undefined): number | undefined {
  const text = headers?.get('ratelimit-reset') ?? headers?.get('retry-after');
  if (text === null || text === undefined || text === '') return undefined;
  const seconds = Number(text);
  if (Number.isFinite(seconds)) return Math.max(0, seconds * 1000);
  const date = Date.parse(text);
  return Number.isNaN(date) ? undefined : Math.max(0, date - Date.now());
}

/** Opik's two shapes of an error body. */
const errorBody = z.union([
  z.object({ errors: z.array(z.string()) }).transform(({ errors }) => errors.join('; ')),
  z
    .object({ message: z.string(), details: z.string().optional() })
    .transform(({ message, details }) => (details === undefined ? message : `${message} (${details})`)),
  z.string(),
]);

function wordsOf({ body, redact }: RefusingReply): string {
  const parsed = errorBody.safeParse(body);
  const words = redact(parsed.success ? parsed.data : 'no explanation')
    .replace(/\s+/g, ' ')
    .trim();
  if (words === '') return 'no explanation';
  return words.length > MAX_WORDS ? `${words.slice(0, MAX_WORDS)}…` : words;
}
