/**
 * What workers say to each other over the queue.
 *
 * @module
 */
import { z } from 'zod';
import { isBundlePath } from '../bundle/keys.ts';

export const MESSAGE_SCHEMA = 'agentv-opik.message.v1';

const count = z.number().int().nonnegative();

/** What a step's earlier workers took. A queue counts a message's deliveries, and a fresh one begins with none. */
const handedOnSchema = z.object({
  /** How many workers handed the step on. */
  times: count,
  /** Tries that were used up; that of a worker who handed it on is none. */
  attempts: count,
  /** When the step was first asked for. */
  first_seen_at: z.iso.datetime(),
  /** Dataset items that were put, by which a plan that is stopped again shows that it came further. */
  items_done: count.optional(),
});

const common = {
  schema: z.literal(MESSAGE_SCHEMA),
  bundle: z
    .string()
    .max(1024)
    .refine(isBundlePath, { error: 'must be runs/<source>/<yyyy>/<mm>/<dd>/<run>/<digest>' }),
  handed_on: handedOnSchema.optional(),
};
/** The destination that was planned, so that a worker with other settings notices. */
const destination = z.string().regex(/^[0-9a-f]{12}$/);

/** One step of an ingestion. A message is an order, never content: it names a bundle of the one store of its queue. */
export const messageSchema = z.discriminatedUnion('kind', [
  /** This bundle is to be in Opik: plan it and send out what is missing. */
  z.object({ ...common, kind: z.literal('bundle') }),
  z.object({
    ...common,
    kind: z.literal('part'),
    /** Its place among the manifest's parts. */
    part: count,
    destination,
  }),
  z.object({ ...common, kind: z.literal('finish'), destination }),
]);
export type Message = z.infer<typeof messageSchema>;

export function bundleMessage(path: string): Message {
  return { schema: MESSAGE_SCHEMA, kind: 'bundle', bundle: path };
}
