/**
 * What workers say to each other over the queue.
 *
 * @module
 */
import { z } from 'zod';
import { isBundlePath } from '../bundle/keys.ts';

export const MESSAGE_SCHEMA = 'agentv-opik.message.v1';

const schema = z.literal(MESSAGE_SCHEMA);
const bundle = z
  .string()
  .max(1024)
  .refine(isBundlePath, { error: 'must be runs/<source>/<yyyy>/<mm>/<dd>/<run>/<digest>' });
const destination = z.string().regex(/^[0-9a-f]{12}$/);

/** One step of an ingestion. A message is an order, never content: it names a bundle of the one store of its queue. */
export const messageSchema = z.discriminatedUnion('kind', [
  /** This bundle is to be in Opik: plan it and send out what is missing. */
  z.object({ schema, kind: z.literal('bundle'), bundle }),
  z.object({
    schema,
    kind: z.literal('part'),
    bundle,
    /** Its place among the manifest's parts. */
    part: z.number().int().nonnegative(),
    /** The destination that was planned, so that a worker with other settings notices. */
    destination,
  }),
  z.object({ schema, kind: z.literal('finish'), bundle, destination }),
]);
export type Message = z.infer<typeof messageSchema>;

export function bundleMessage(path: string): Message {
  return { schema: MESSAGE_SCHEMA, kind: 'bundle', bundle: path };
}
