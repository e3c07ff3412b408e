/**
 * The application with a queue that is a list.
 */
import type { Message } from '../../../core/ingest/messages.ts';
import { createApp } from '../../../core/web/app.ts';
import type { WebEvent, WebPorts } from '../../../core/web/ports.ts';
import { SIGNATURE_HEADER, signCall, TIMESTAMP_HEADER } from '../../../core/webhook/signature.ts';

export const SECRET = '5f0c4a1be2d94f7aa1c2';
export const PLACE = { bucket: 'team-evals', prefix: 'agentv' };
export const PATH = 'runs/shop/2026/11/20/2026-11-20t10-21-37-666z/3f2a9c01b4d7';
export const KEY = `agentv/${PATH}/manifest.json`;
export const BEARER = { Authorization: `Bearer ${SECRET}` };

export interface World {
  readonly app: ReturnType<typeof createApp>;
  readonly sent: Message[];
  readonly events: WebEvent[];
  /** Milliseconds since 1970. */
  time: number;
  /** Thrown by the queue while it is set. */
  queueError: Error | undefined;
  post(path: string, body: string | Uint8Array, headers?: Record<string, string>): Promise<Answer>;
  /** A signed call. */
  call(body: string, at?: number): Promise<Answer>;
}

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: unknown;
}

export function makeWorld(ports: Partial<WebPorts> = {}): World {
  const sent: Message[] = [];
  const events: WebEvent[] = [];
  const clock = { time: Date.parse('2026-11-20T10:21:37.666Z') };
  const world: World = {
    app: createApp({
      version: '1.2.3',
      storeUri: 's3://team-evals/agentv',
      place: PLACE,
      queue: {
        async send(messages) {
          if (world.queueError !== undefined) throw world.queueError;
          sent.push(...messages);
        },
      },
      secret: async () => SECRET,
      now: () => new Date(clock.time),
      log: (event) => events.push(event),
      ...ports,
    }),
    sent,
    events,
    get time() {
      return clock.time;
    },
    set time(time) {
      clock.time = time;
    },
    queueError: undefined,
    async post(path, body, headers = {}) {
      const init = { method: 'POST', body: typeof body === 'string' ? body : Buffer.from(body), headers };
      return answerOf(await world.app.request(path, init));
    },
    call(body, at = Math.floor(world.time / 1000)) {
      return world.post('/webhooks/bundles', body, {
        [TIMESTAMP_HEADER]: String(at),
        [SIGNATURE_HEADER]: signCall(SECRET, at, Buffer.from(body)),
      });
    },
  };
  return world;
}

export async function answerOf(response: Response): Promise<Answer> {
  return { status: response.status, headers: response.headers, body: await response.json() };
}
