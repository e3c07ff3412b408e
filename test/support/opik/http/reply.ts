/** What a route answers, before it is written to the socket. */
export interface Reply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
}

const JSON_TYPE = { 'content-type': 'application/json' };
const STREAM_TYPE = { 'content-type': 'application/octet-stream' };

export const noContent = (headers: Record<string, string> = {}): Reply => ({
  status: 204,
  headers,
  text: '',
});

export const created = (location: string): Reply => ({ status: 201, headers: { location }, text: '' });

export const json = (body: unknown, headers: Record<string, string> = {}, status = 200): Reply => ({
  status,
  headers: { ...JSON_TYPE, ...headers },
  text: JSON.stringify(body),
});

/** Opik separates the objects of a stream by CR LF. @see POST /v1/private/traces/search */
export const stream = (rows: Iterable<unknown>): Reply => ({
  status: 200,
  headers: STREAM_TYPE,
  text: Array.from(rows, (row) => `${JSON.stringify(row)}\r\n`).join(''),
});

/** The body of an error in the one of Opik's two shapes that this error has. */
export type ErrorBody =
  | { readonly errors: readonly string[] }
  | { readonly code: number; readonly message: string; readonly details?: string };

/** An answer that is not a success. Thrown by routes and checks, caught in one place. */
export class HttpError extends Error {
  readonly status: number;
  readonly body: ErrorBody | string;
  readonly headers: Readonly<Record<string, string>>;

  constructor(status: number, body: ErrorBody | string, headers: Record<string, string> = {}) {
    super(typeof body === 'string' ? body : JSON.stringify(body));
    this.name = 'HttpError';
    this.status = status;
    this.body = body;
    this.headers = headers;
  }
}

/** `{"code","message"}`, the shape of Dropwizard's ErrorMessage. */
export const failure = (status: number, message: string, details?: string): HttpError =>
  new HttpError(
    status,
    details === undefined ? { code: status, message } : { code: status, message, details },
  );

/** `{"errors":[…]}`, the shape of bean validation and of conflicts. */
export const refusal = (status: number, ...errors: string[]): HttpError => new HttpError(status, { errors });

/** What Opik says when its own code threw. */
export const crash = (): HttpError =>
  failure(500, 'There was an error processing your request. It has been logged (ID 0000000000000000).');

export function errorReply(error: HttpError, asStream: boolean): Reply {
  if (typeof error.body === 'string') {
    return {
      status: error.status,
      headers: { 'content-type': 'text/html', ...error.headers },
      text: error.body,
    };
  }
  const type = asStream ? STREAM_TYPE : JSON_TYPE;
  return { status: error.status, headers: { ...type, ...error.headers }, text: JSON.stringify(error.body) };
}
