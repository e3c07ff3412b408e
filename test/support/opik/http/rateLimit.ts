import type { RateLimitOptions } from '../options.ts';
import type { RateCount } from '../router.ts';
import { HttpError } from './reply.ts';

interface Bucket {
  readonly name: string;
  readonly capacity: number;
  used: number;
  endsAt: number;
}

export interface RateLimiter {
  /** The headers of a request that is let through; throws 429 for one that is not. */
  take(count: RateCount | undefined, body: unknown): Record<string, string>;
  reset(): void;
}

/** Windows of a fixed length that count events, not requests. A batch larger than the bucket never passes. @see RateLimitInterceptor */
export function makeRateLimiter(options: RateLimitOptions | undefined): RateLimiter {
  if (options === undefined) return { take: () => ({}), reset: () => undefined };
  const bucket = (name: string, capacity: number): Bucket => ({ name, capacity, used: 0, endsAt: 0 });
  const events = bucket('Workspace', options.eventsPerWindow);
  const reads = bucket('Search-Traces', options.readsPerWindow ?? Number.POSITIVE_INFINITY);
  return {
    take(count, body) {
      if (count === undefined) return {};
      if (count !== 'read') return takeFrom(events, count(body), options.windowMs);
      return Number.isFinite(reads.capacity) ? takeFrom(reads, 1, options.windowMs) : {};
    },
    reset() {
      for (const each of [events, reads]) {
        each.used = 0;
        each.endsAt = 0;
      }
    },
  };
}

function takeFrom(bucket: Bucket, events: number, windowMs: number): Record<string, string> {
  const now = Date.now();
  if (now >= bucket.endsAt) {
    bucket.used = 0;
    bucket.endsAt = now + windowMs;
  }
  const leftMs = bucket.endsAt - now;
  if (bucket.used + events > bucket.capacity) {
    throw tooMany(bucket.name, bucket.capacity, Math.max(0, bucket.capacity - bucket.used), leftMs);
  }
  bucket.used += events;
  return limitHeaders(bucket.name, bucket.capacity, bucket.capacity - bucket.used, leftMs);
}

/** Opik's 429: `RateLimit-Reset` in whole seconds, at least 1, and no Retry-After. */
export function tooMany(bucket: string, capacity: number, left: number, leftMs: number): HttpError {
  const body = {
    code: 429,
    message: `Too Many Requests: You have exceeded the rate limit for ${bucket.toLowerCase()} events.`,
  };
  const seconds = Math.max(1, Math.ceil(leftMs / 1000));
  const headers = limitHeaders(bucket, capacity, left, leftMs);
  return new HttpError(429, body, { 'RateLimit-Reset': String(seconds), ...headers });
}

function limitHeaders(
  bucket: string,
  capacity: number,
  left: number,
  leftMs: number,
): Record<string, string> {
  return {
    [`Opik-${bucket}-Limit`]: String(capacity),
    [`Opik-${bucket}-Remaining-Limit`]: String(left),
    [`Opik-${bucket}-Remaining-Limit-TTL-Millis`]: String(leftMs),
  };
}
