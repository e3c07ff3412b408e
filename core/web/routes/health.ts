/**
 * @module
 */
import { Hono } from 'hono';
import { MethodNotAllowedError } from '../errors.ts';
import type { WebPorts } from '../ports.ts';

/** `GET /healthz`: whether calls may be sent here. It asks nobody else, so that an Opik that is down stops no upload. */
export function healthRoute({ version, health }: WebPorts): Hono {
  return new Hono()
    .get('/', (context) => {
      const state = health?.() ?? { status: 'ok' };
      return context.json({ ...state, version }, state.status === 'ok' ? 200 : 503);
    })
    .all('/', () => {
      throw new MethodNotAllowedError('GET');
    });
}
