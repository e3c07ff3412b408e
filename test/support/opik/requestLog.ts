import type { IncomingHttpHeaders } from 'node:http';

/** A request as the server saw it. */
export interface RecordedRequest {
  readonly index: number;
  readonly method: string;
  /** Below /api, with the query. */
  readonly path: string;
  /** Lower-case names; the API key is masked. */
  readonly headers: Readonly<Record<string, string>>;
  /** Parsed when it was JSON. */
  readonly body: unknown;
  /** The status that was sent or would have been sent; 0 when the socket was destroyed before that. */
  status: number;
  /** Size of the body on the wire. */
  readonly bytes: number;
}

export interface RequestLog {
  readonly requests: readonly RecordedRequest[];
  begin(
    method: string,
    url: URL,
    headers: IncomingHttpHeaders,
    body: unknown,
    bytes: number,
  ): { status: number };
  clear(): void;
}

export function makeRequestLog(keep: boolean): RequestLog {
  const requests: RecordedRequest[] = [];
  return {
    requests,
    begin(method, url, headers, body, bytes) {
      if (!keep) return { status: 0 };
      const path = url.pathname.replace(/^\/api(?=\/|$)/, '') + url.search;
      const entry = {
        index: requests.length,
        method,
        path,
        headers: masked(headers),
        body,
        status: 0,
        bytes,
      };
      requests.push(entry);
      return entry;
    },
    clear() {
      requests.length = 0;
    },
  };
}

function masked(headers: IncomingHttpHeaders): Record<string, string> {
  const plain: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers)) {
    if (value === undefined) continue;
    plain[name] = name === 'authorization' ? '***' : String(value);
  }
  return plain;
}
