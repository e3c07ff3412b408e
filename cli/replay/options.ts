/**
 * @module
 */
import { z } from 'zod';
import { UsageError } from '../errors.ts';

/** What is to be delivered again: exactly one of the three. */
export type Selection =
  | { readonly kind: 'dead-letters'; readonly url: string }
  | { readonly kind: 'bundle'; readonly reference: string }
  | { readonly kind: 'since'; readonly time: Date };

export interface ReplayOptions {
  readonly selection: Selection;
  /** Where to send; without one bundles are ingested here. */
  readonly queueUrl: string | undefined;
  /** Named for this very call: then it is where dead letters go, wherever they came from. */
  readonly isQueueAsked: boolean;
  readonly limit: number | undefined;
  readonly dryRun: boolean;
}

/** Credentials do not belong in it, and would be printed. */
const queueUrl = z
  .url({ protocol: /^https?$/ })
  .refine((text) => URL.canParse(text) && new URL(text).username === '');
const optionsSchema = z.object({
  dlq: queueUrl.optional(),
  queue: queueUrl.optional(),
  since: z.string().optional(),
  limit: z
    .string()
    .regex(/^[1-9]\d{0,6}$/)
    .transform(Number)
    .optional(),
  dryRun: z.boolean().default(false),
});

const WRONG: Readonly<Record<string, string>> = {
  dlq: '--dlq is no URL of a queue',
  queue: '--queue is no URL of a queue',
  limit: '--limit must be a whole number above 0',
};

/** @throws UsageError */
export function readReplayOptions(
  reference: string | undefined,
  options: unknown,
  env: Readonly<Record<string, string | undefined>>,
  now: Date,
): ReplayOptions {
  const parsed = optionsSchema.safeParse(options);
  if (!parsed.success) {
    const name = String(parsed.error.issues[0]?.path[0] ?? '');
    throw new UsageError(WRONG[name] ?? `--${name} has a wrong value`, {
      hint: 'For example https://sqs.eu-central-1.amazonaws.com/123456789012/agentv-opik-dlq.',
    });
  }
  const { dlq, queue, since, limit, dryRun } = parsed.data;
  const selections: Selection[] = [];
  if (dlq !== undefined) selections.push({ kind: 'dead-letters', url: dlq });
  if (reference !== undefined) selections.push({ kind: 'bundle', reference });
  if (since !== undefined) selections.push({ kind: 'since', time: readTime(since, now) });
  const [selection, another] = selections;
  if (selection === undefined || another !== undefined) {
    throw new UsageError('Name what to deliver again: <bundle>, --dlq <url> or --since <time>, one of them', {
      hint: 'With --dry-run it only tells what would be done.',
    });
  }
  const fromEnv = env.AGENTV_OPIK_QUEUE_URL?.trim() || undefined;
  return { selection, queueUrl: queue ?? fromEnv, isQueueAsked: queue !== undefined, limit, dryRun };
}

const UNIT_MS: Readonly<Record<string, number>> = { m: 60_000, h: 3_600_000, d: 86_400_000 };

/** A day, an instant, or how long ago. A time without a zone is UTC, as all times in bundles and receipts. */
function readTime(text: string, now: Date): Date {
  const [, amount, unit = ''] = /^(\d{1,5})([mhd])$/.exec(text) ?? [];
  if (amount !== undefined) return new Date(now.getTime() - Number(amount) * (UNIT_MS[unit] ?? 0));
  if (/^\d{4}-\d\d-\d\d(?:T\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:\d\d)?)?$/.test(text)) {
    const zoned = /T/.test(text) && !/(?:Z|[+-]\d\d:\d\d)$/.test(text) ? `${text}Z` : text;
    const time = new Date(zoned);
    if (!Number.isNaN(time.getTime())) return time;
  }
  throw new UsageError(`--since is no time: ${JSON.stringify(text)}`, {
    hint: 'Write 2026-11-20, 2026-11-20T10:00Z, 90m, 24h or 7d.',
  });
}
