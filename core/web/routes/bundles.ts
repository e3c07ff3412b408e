/**
 * @module
 */
import { Hono } from 'hono';
import { readBundleCall } from '../../webhook/bundle-call.ts';
import { ReplayGuard } from '../../webhook/replay-guard.ts';
import { SIGNATURE_HEADER, TIMESTAMP_HEADER, verifyCall } from '../../webhook/signature.ts';
import { limitBody, readBody } from '../body.ts';
import { MethodNotAllowedError } from '../errors.ts';
import { DEFAULT_LIMITS, type WebPorts } from '../ports.ts';
import type { RateLimit } from '../rate-limit.ts';
import { requireSecret } from '../secret.ts';

/**
 * `POST /webhooks/bundles`: "this bundle is in the store", signed.
 *
 * Answers 202 when the bundle is in the queue. Whether it is in the store is seen when its turn comes.
 */
export function bundlesRoute(ports: WebPorts, calls: RateLimit): Hono {
  const { queue, storeUri, limits, now } = ports;
  const maxBytes = limits?.callBytes ?? DEFAULT_LIMITS.callBytes;
  const guard = new ReplayGuard({ capacity: limits?.rememberedCalls ?? DEFAULT_LIMITS.rememberedCalls });
  return new Hono()
    .post('/', limitBody(maxBytes), async (context) => {
      const secret = await requireSecret(ports);
      const body = await readBody(context, maxBytes);
      const signed = {
        timestamp: context.req.header(TIMESTAMP_HEADER),
        signature: context.req.header(SIGNATURE_HEADER),
        body,
      };
      const call = verifyCall(secret, signed, now());
      calls.take();
      const message = readBundleCall(body, storeUri);
      guard.admit(call, now());
      try {
        await queue.send([message]);
      } catch (error) {
        guard.forget(call);
        throw error;
      }
      const bundles = [message.bundle];
      ports.log({ event: 'accepted', route: '/webhooks/bundles', status: 202, bundles });
      return context.json({ accepted: bundles }, 202);
    })
    .all('/', () => {
      throw new MethodNotAllowedError('POST');
    });
}
