import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import { type Fault, type FaultPlan, makeFaultPlan } from './faults.ts';
import { authenticate } from './http/auth.ts';
import { parseBody, readRaw } from './http/body.ts';
import { makeRateLimiter, type RateLimiter, tooMany } from './http/rateLimit.ts';
import { crash, errorReply, HttpError, type Reply } from './http/reply.ts';
import type { Settings } from './options.ts';
import type { RequestLog } from './requestLog.ts';
import type { Match, Router } from './router.ts';

const MAX_URL = 16 * 1024;
const MIN_GZIP_BYTES = 256;

/** One received request. The body is a problem of its route only: what cannot be parsed is thrown there. */
interface Incoming {
  readonly method: string;
  readonly url: URL;
  readonly path: string;
  readonly base: string;
  readonly headers: IncomingHttpHeaders;
  readonly bytes: number;
  readonly body: { readonly value: unknown } | { readonly error: unknown };
}

export interface Engine {
  readonly faults: FaultPlan;
  readonly limiter: RateLimiter;
  listen(): Promise<number>;
  close(): Promise<void>;
}

/** Answers before Opik's routes are looked at: the control API of a stand-in that runs as its own process. */
export type SideDoor = (method: string, path: string, body: unknown) => Reply | undefined;

export function makeEngine(
  settings: Settings,
  router: Router,
  log: RequestLog,
  sideDoor: SideDoor | undefined,
): Engine {
  const faults = makeFaultPlan();
  const limiter = makeRateLimiter(settings.rateLimit);
  const closing = new AbortController();

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const incoming = await receive(request, settings);
    const value = 'value' in incoming.body ? incoming.body.value : undefined;
    const side = sideDoor?.(incoming.method, incoming.path, value);
    if (side !== undefined) return send(response, side, request.headers);
    const fault = faults.next({ method: incoming.method, path: incoming.path, body: value });
    const entry = log.begin(incoming.method, incoming.url, incoming.headers, value, incoming.bytes);
    if (fault?.kind === 'reset') {
      response.destroy();
      return;
    }
    if (fault?.kind === 'hang') await sleep(fault.ms, undefined, { signal: closing.signal });
    const reply = planned(fault) ?? (await answer(incoming));
    entry.status = reply.status;
    if (fault?.kind === 'lost-reply') response.destroy();
    else send(response, reply, request.headers);
  }

  async function answer(incoming: Incoming): Promise<Reply> {
    let match: Match | undefined;
    try {
      if (incoming.url.href.length - incoming.url.origin.length > MAX_URL) {
        throw new HttpError(414, '<h1>Bad Message 414</h1><pre>reason: URI Too Long</pre>');
      }
      const alive = incoming.path.startsWith('/is-alive/');
      const user = alive ? '' : authenticate(settings, incoming.headers);
      match = router(incoming.method, incoming.path);
      if ('error' in incoming.body) throw incoming.body.error;
      const body = incoming.body.value;
      const limits = limiter.take(match.route.limit, body);
      const { method, path, url, base } = incoming;
      const reply = await match.route.handle({
        method,
        path,
        params: match.params,
        query: url.searchParams,
        body,
        user,
        base,
      });
      return { ...reply, headers: { ...reply.headers, ...limits } };
    } catch (error) {
      if (error instanceof HttpError) return errorReply(error, match?.route.streams === true);
      if (error instanceof URIError) return errorReply(crash(), false);
      throw error;
    }
  }

  const server = createServer({ maxHeaderSize: 64 * 1024 }, (request, response) => {
    serve(request, response).catch((error: unknown) => {
      if (closing.signal.aborted || request.destroyed) {
        response.destroy();
        return;
      }
      const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
      if (!response.headersSent) response.writeHead(500, { 'x-stand-in-bug': 'true' });
      response.end(`The stand-in itself failed: ${text}`);
    });
  });

  return {
    faults,
    limiter,
    listen: () =>
      new Promise((resolve, reject) => {
        server.once('error', reject);
        server.listen(settings.port, '127.0.0.1', () => resolve(portOf(server.address())));
      }),
    close: () =>
      new Promise((resolve) => {
        closing.abort();
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function portOf(address: string | AddressInfo | null): number {
  if (address === null || typeof address === 'string') throw new Error('The stand-in has no TCP address.');
  return address.port;
}

async function receive(request: IncomingMessage, settings: Settings): Promise<Incoming> {
  const url = new URL(request.url ?? '/', `http://${request.headers.host ?? '127.0.0.1'}`);
  const prefixed = url.pathname === '/api' || url.pathname.startsWith('/api/');
  const raw = await readRaw(request, settings.maxBodyBytes);
  return {
    method: request.method ?? 'GET',
    url,
    path: prefixed ? url.pathname.slice('/api'.length) : url.pathname,
    base: prefixed ? `${url.origin}/api` : url.origin,
    headers: request.headers,
    bytes: raw.bytes,
    body: attempt(() => parseBody(raw, request.headers, !settings.discardBodies)),
  };
}

function attempt(parse: () => unknown): Incoming['body'] {
  try {
    return { value: parse() };
  } catch (error) {
    return { error };
  }
}

/** The reply that a fault gives instead of the server's own. */
function planned(fault: Fault | undefined): Reply | undefined {
  if (fault?.kind === 'rate-limit') {
    const error = tooMany('Workspace', 5000, 0, fault.resetSeconds * 1000);
    return errorReply(error, false);
  }
  if (fault?.kind !== 'status') return undefined;
  const plain = typeof fault.body === 'string';
  const type = plain ? 'text/html' : 'application/json';
  const body = fault.body ?? { code: fault.status, message: `Injected fault ${fault.status}` };
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  return { status: fault.status, headers: { 'content-type': type, ...fault.headers }, text };
}

function send(response: ServerResponse, reply: Reply, asked: IncomingHttpHeaders): void {
  if (response.destroyed) return;
  const plain = Buffer.from(reply.text, 'utf8');
  const zip = plain.length >= MIN_GZIP_BYTES && /\bgzip\b/.test(String(asked['accept-encoding'] ?? ''));
  const bytes = zip ? gzipSync(plain, { level: 1 }) : plain;
  const encoding = zip ? { 'content-encoding': 'gzip' } : {};
  const length = reply.status === 204 ? {} : { 'content-length': String(bytes.length) };
  response.writeHead(reply.status, { ...reply.headers, ...encoding, ...length });
  response.end(bytes.length === 0 ? undefined : bytes);
}
