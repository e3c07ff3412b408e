/**
 * @module
 */
import { type Capture, refuseLeak } from '../capture/index.ts';
import type { OpikPort } from '../opik/port.ts';
import type { OpikRoute } from '../opik/wire.ts';

/** What these carry has been looked at result by result, when it was mapped, so that one can go without its content. */
const CHECKED_BEFORE: ReadonlySet<OpikRoute> = new Set<OpikRoute>([
  'traces.batch',
  'spans.batch',
  'scores.put',
  'assertion-results.put',
  'experiment-items.create',
]);

/** A port that lets no request pass in which the last check finds a secret: `send` throws LeakFoundError. */
export function withLastCheck(port: OpikPort, capture: Capture): OpikPort {
  if (capture.mode === 'full') return port;
  return {
    url: port.url,
    send: async (route, body, options) => {
      if (!CHECKED_BEFORE.has(route)) {
        refuseLeak(capture, JSON.stringify(body), `a request to Opik (${route})`);
      }
      return port.send(route, body, options);
    },
  };
}
