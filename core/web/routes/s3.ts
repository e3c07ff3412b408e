/**
 * @module
 */
import { Hono } from 'hono';
import { type Notice, readNotices } from '../../ingest/events.ts';
import { bundleMessage, type Message } from '../../ingest/messages.ts';
import { isKey } from '../../store/keys.ts';
import { MalformedCallError } from '../../webhook/errors.ts';
import { verifyToken } from '../../webhook/token.ts';
import { limitBody, readBody } from '../body.ts';
import { MethodNotAllowedError, NoNotificationsError } from '../errors.ts';
import { DEFAULT_LIMITS, type WebPorts } from '../ports.ts';
import type { RateLimit } from '../rate-limit.ts';
import { requireSecret } from '../secret.ts';

/**
 * `POST /webhooks/s3`: the notifications of a store, in the forms of S3, EventBridge, MinIO and Ceph.
 *
 * Answers 202 when everything that asks for work is in the queue, also when nothing does: a store repeats what was not
 * answered so, and other people's objects are no reason to.
 */
export function s3Route(ports: WebPorts, calls: RateLimit): Hono {
  const { place, queue, limits } = ports;
  const maxBytes = limits?.notificationBytes ?? DEFAULT_LIMITS.notificationBytes;
  return new Hono()
    .post('/', limitBody(maxBytes), async (context) => {
      verifyToken(await requireSecret(ports), context.req.header('Authorization'));
      calls.take();
      if (place === undefined) {
        throw new NoNotificationsError('The store is a folder, which sends no notifications', {
          hint: 'Folders are watched: `agentv-opik serve --watch`. Other senders use POST /webhooks/bundles.',
        });
      }
      const text = new TextDecoder().decode(await readBody(context, maxBytes));
      const { messages, ignored, unreadable } = sort(readNotices(text, place));
      if (messages.length === 0 && unreadable > 0) {
        throw new MalformedCallError('The body is no notification of a store', {
          hint: "Send the notifications of S3, MinIO, Ceph or EventBridge as they are. docs/self-hosted.md has each store's settings.",
        });
      }
      if (messages.length > 0) await queue.send(messages);
      const bundles = messages.map(({ bundle }) => bundle);
      ports.log({ event: 'accepted', route: '/webhooks/s3', status: 202, bundles, ignored, unreadable });
      return context.json({ accepted: bundles, ignored, unreadable }, 202);
    })
    .all('/', () => {
      // MinIO looks with HEAD whether somebody is there, and any answer will do.
      throw new MethodNotAllowedError('POST');
    });
}

/** Each bundle once. Only whole bundles are ordered from outside: parts, and the tries so far, are the workers' business. */
function sort(notices: readonly Notice[]) {
  const messages = new Map<string, Message>();
  let ignored = 0;
  let unreadable = 0;
  for (const notice of notices) {
    if (notice.kind === 'ignored') ignored += 1;
    else if (notice.kind === 'unreadable') unreadable += 1;
    else if (notice.message.kind !== 'bundle' || !isKey(notice.message.bundle)) unreadable += 1;
    else messages.set(notice.message.bundle, bundleMessage(notice.message.bundle));
  }
  return { messages: [...messages.values()], ignored, unreadable };
}
