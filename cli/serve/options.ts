/**
 * @module
 */
import { z } from 'zod';
import { UsageError } from '../errors.ts';

const whole = (min: number, max: number) =>
  z
    .string()
    .regex(/^\d{1,6}$/)
    .transform(Number)
    .pipe(z.number().min(min).max(max));

const optionsSchema = z.object({
  host: z.string().min(1).default('127.0.0.1'),
  port: whole(0, 65_535).default(8080),
  watch: z.boolean().default(false),
  pollInterval: whole(1, 86_400).optional(),
  concurrency: whole(1, 64).default(4),
  attempts: whole(1, 100).default(8),
});

export interface ServeOptions extends Omit<z.output<typeof optionsSchema>, 'pollInterval'> {
  /** Milliseconds between two looks into the store. */
  readonly pollMs: number;
}

/** Without `--watch` a look now and then finds what a store forgot to tell. Seconds. */
const POLL_S = { folder: 5, bucket: 60, safety: 900 } as const;

/** @throws UsageError */
export function readServeOptions(options: unknown, store: 'folder' | 'bucket'): ServeOptions {
  const parsed = optionsSchema.safeParse(options);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    const name = String(issue?.path[0] ?? '').replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
    throw new UsageError(`--${name} has a wrong value`, { hint: LIMITS[name] ?? 'See --help.' });
  }
  const { pollInterval, ...rest } = parsed.data;
  const seconds = pollInterval ?? (rest.watch ? POLL_S[store] : POLL_S.safety);
  return { ...rest, pollMs: seconds * 1000 };
}

const LIMITS: Readonly<Record<string, string>> = {
  port: 'A whole number from 0 (any free port) to 65535.',
  'poll-interval': 'A whole number of seconds from 1 to 86400.',
  concurrency: 'A whole number from 1 to 64.',
  attempts: 'A whole number from 1 to 100.',
};

const MIN_SECRET = 16;

/** The secret of the webhooks, from the environment alone. @throws UsageError when a guess could find it */
export function webhookSecret(env: Readonly<Record<string, string | undefined>>): string | undefined {
  const secret = env.AGENTV_OPIK_WEBHOOK_SECRET?.trim();
  if (secret === undefined || secret === '') return undefined;
  if (secret.length >= MIN_SECRET && !/\s/.test(secret)) return secret;
  throw new UsageError(
    `AGENTV_OPIK_WEBHOOK_SECRET must have at least ${MIN_SECRET} characters and no blanks`,
    {
      hint: 'Make one with: openssl rand -hex 32',
    },
  );
}
