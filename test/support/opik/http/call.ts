import { failure, refusal } from './reply.ts';

/** One request, decoded as far as all routes need it. */
export interface Call {
  readonly method: string;
  readonly path: string;
  readonly params: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  /** The JSON body, or undefined when there was none. */
  readonly body: unknown;
  /** The author that Opik notes for what this call writes. */
  readonly user: string;
  /** Where the API starts, for Location headers. */
  readonly base: string;
}

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** A UUID in the path. Opik answers 404 without further words when it is malformed. */
export function pathId(call: Call, name = 'id'): string {
  const value = call.params[name] ?? '';
  if (!UUID.test(value)) throw failure(404, 'HTTP 404 Not Found');
  return value.toLowerCase();
}

export interface PageRequest {
  readonly page: number;
  readonly size: number;
}

/** `page` and `size` of a list. @see GET /v1/private/traces */
export function pageOf(call: Call): PageRequest {
  return { page: positive(call, 'page', 1), size: positive(call, 'size', 10) };
}

function positive(call: Call, name: string, fallback: number): number {
  const text = call.query.get(name);
  if (text === null || text === '') return fallback;
  const value = Number(text);
  if (!Number.isInteger(value)) throw failure(404, 'HTTP 404 Not Found');
  if (value < 1) throw refusal(400, `query param ${name} must be greater than or equal to 1`);
  return value;
}

/** One page of rows. A page beyond the end is empty and says `size: 0`. */
export function pageReply<T>(request: PageRequest, rows: readonly T[], show: (row: T) => unknown) {
  const from = (request.page - 1) * request.size;
  const content = rows.slice(from, from + request.size).map(show);
  return { page: request.page, size: content.length, total: rows.length, content, sortable_by: [] };
}
