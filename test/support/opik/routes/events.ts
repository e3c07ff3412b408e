import type { RateCount } from '../router.ts';

function sizeOf(value: unknown): number {
  return Array.isArray(value) ? value.length : 0;
}

function member(value: unknown, name: string): unknown {
  return value !== null && typeof value === 'object' ? Reflect.get(value, name) : undefined;
}

/** A batch of N counts as N events. @see RateLimitInterceptor */
export const eventsIn =
  (list: string): RateCount =>
  (body) =>
    sizeOf(member(body, list));

export const oneEvent: RateCount = () => 1;

/** A bulk call counts two events an item, and its spans and scores. */
export const bulkEvents: RateCount = (body) => {
  const items = member(body, 'items');
  if (!Array.isArray(items)) return 0;
  return items.reduce<number>(
    (sum, item) => sum + 2 + sizeOf(member(item, 'spans')) + sizeOf(member(item, 'feedback_scores')),
    0,
  );
};
