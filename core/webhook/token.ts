/**
 * The shared token, for senders that cannot sign.
 *
 * @module
 */
import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { TokenError } from './errors.ts';

/** Of this process: what is compared are digests under a key that nobody knows. */
const comparisonKey = randomBytes(32);

/**
 * Checks an `Authorization` header: `Bearer <token>`, as MinIO and EventBridge send it, or `Basic` with the token as
 * the password of any user, for a store whose endpoint is only a URL, as Ceph's.
 *
 * Guarantee: compared in constant time, whatever the lengths; no error quotes anything of the header.
 *
 * @see https://github.com/minio/minio/blob/master/internal/event/target/webhook.go `auth_token`
 * @throws TokenError
 */
export function verifyToken(expected: string, authorization: string | undefined): void {
  const token = tokenOf(authorization ?? '');
  if (token !== undefined && isSame(token, expected)) return;
  throw new TokenError(token === undefined ? 'The call carries no token' : 'The token does not match', {
    hint: 'Send the webhook secret of this deployment as "Authorization: Bearer <secret>".',
  });
}

function tokenOf(header: string): string | undefined {
  const [, scheme = '', value = ''] = /^(\S+) +(\S+)$/.exec(header) ?? [];
  if (scheme.toLowerCase() === 'bearer') return value;
  if (scheme.toLowerCase() !== 'basic') return undefined;
  const pair = Buffer.from(value, 'base64').toString('utf8');
  const colon = pair.indexOf(':');
  return colon === -1 ? undefined : pair.slice(colon + 1);
}

function isSame(a: string, b: string): boolean {
  const digest = (text: string) => createHmac('sha256', comparisonKey).update(text).digest();
  return timingSafeEqual(digest(a), digest(b));
}
