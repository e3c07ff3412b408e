import { setTimeout as sleep } from 'node:timers/promises';

/** An answer read to its end. `body` is the parsed JSON, or undefined when it is none. */
export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  readonly body: unknown;
}

export interface SendOptions {
  readonly headers?: Record<string, string>;
  /** The body as it is to go over the wire. */
  readonly raw?: string | Uint8Array<ArrayBuffer>;
}

export interface Client {
  get(path: string): Promise<Answer>;
  post(path: string, body?: unknown, options?: SendOptions): Promise<Answer>;
  put(path: string, body: unknown, options?: SendOptions): Promise<Answer>;
  patch(path: string, body: unknown): Promise<Answer>;
  delete(path: string): Promise<Answer>;
}

export interface ClientOptions {
  readonly apiKey?: string | undefined;
  readonly workspace?: string | undefined;
  /** Waited once between a write and the next read, for servers whose storage needs it. */
  readonly settleMs?: number;
}

/** Plain fetch against `/v1/private` below the API base, so that no client library hides what the server does. */
export function makeClient(url: string, options: ClientOptions = {}): Client {
  let settle = false;
  async function send(method: string, path: string, body: unknown, extra: SendOptions = {}): Promise<Answer> {
    const reads = method === 'GET' || /\/(search|stream|retrieve)$/.test(path);
    if (reads && settle) await sleep(options.settleMs ?? 0);
    settle = !reads;
    const payload = extra.raw ?? (body === undefined ? undefined : JSON.stringify(body));
    const response = await fetch(`${url}/v1/private${path}`, {
      method,
      headers: {
        ...(payload === undefined ? {} : { 'content-type': 'application/json' }),
        ...(options.apiKey === undefined ? {} : { authorization: options.apiKey }),
        ...(options.workspace === undefined ? {} : { 'comet-workspace': options.workspace }),
        ...extra.headers,
      },
      ...(payload === undefined ? {} : { body: payload }),
    });
    const text = await response.text();
    return { status: response.status, headers: response.headers, text, body: parsed(text) };
  }
  return {
    get: (path) => send('GET', path, undefined),
    post: (path, body, extra) => send('POST', path, body, extra),
    put: (path, body, extra) => send('PUT', path, body, extra),
    patch: (path, body) => send('PATCH', path, body),
    delete: (path) => send('DELETE', path, undefined),
  };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** The objects of a stream: JSON texts separated by CR LF. */
export function lines(answer: Answer): unknown[] {
  return answer.text
    .split('\r\n')
    .filter((line) => line !== '')
    .map((line): unknown => JSON.parse(line));
}

/** A member of JSON that is known only at run time. */
export function at(value: unknown, ...path: (string | number)[]): unknown {
  return path.reduce<unknown>((inner, step) => {
    if (inner === null || typeof inner !== 'object') return undefined;
    return Reflect.get(inner, step);
  }, value);
}

export function textAt(value: unknown, ...path: (string | number)[]): string {
  const found = at(value, ...path);
  if (typeof found !== 'string') throw new Error(`No text at ${path.join('.')} of ${JSON.stringify(value)}`);
  return found;
}

export function listAt(value: unknown, ...path: (string | number)[]): unknown[] {
  const found = at(value, ...path);
  if (!Array.isArray(found)) throw new Error(`No list at ${path.join('.')} of ${JSON.stringify(value)}`);
  return found;
}
