/**
 * The web application on Node.
 *
 * @module
 */
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { createAdaptorServer } from '@hono/node-server';
import type { Hono } from 'hono';

export interface ListenSettings {
  readonly host: string;
  /** 0 for any free one. */
  readonly port: number;
}

export interface Listening {
  readonly url: string;
  /** Takes no more connections; requests that are there may end within the time. */
  close(graceMs: number): Promise<void>;
}

/** A webhook's call is small: whoever takes longer to send it holds a connection for nothing. Milliseconds. */
const HEADERS_TIMEOUT_MS = 10_000;
const REQUEST_TIMEOUT_MS = 15_000;
const KEEP_ALIVE_MS = 5_000;
const MAX_CONNECTIONS = 1000;

/**
 * Serves the application.
 *
 * @throws the system's error, with its `code`, when the address is taken or not allowed
 */
export async function listen(app: Hono, { host, port }: ListenSettings): Promise<Listening> {
  const server = createAdaptorServer({
    fetch: app.fetch,
    serverOptions: {
      headersTimeout: HEADERS_TIMEOUT_MS,
      requestTimeout: REQUEST_TIMEOUT_MS,
      keepAliveTimeout: KEEP_ALIVE_MS,
      connectionsCheckingInterval: 1000,
    },
  });
  server.maxConnections = MAX_CONNECTIONS;
  server.listen(port, host);
  // `once` rejects when the server says `error` instead.
  await once(server, 'listening');
  return {
    url: urlOf(server.address()),
    async close(graceMs) {
      const closed = once(server, 'close');
      server.close();
      if ('closeIdleConnections' in server) server.closeIdleConnections();
      const cut = setTimeout(() => {
        if ('closeAllConnections' in server) server.closeAllConnections();
      }, graceMs);
      await closed;
      clearTimeout(cut);
    },
  };
}

function urlOf(address: AddressInfo | string | null): string {
  if (address === null || typeof address === 'string') throw new TypeError('the server listens on no port');
  const host = address.family === 'IPv6' ? `[${address.address}]` : address.address;
  return `http://${host}:${address.port}`;
}
