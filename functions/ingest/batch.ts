/**
 * What SQS hands to the function.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html
 * @module
 */
import { z } from 'zod';
import { UnknownEventError } from '../runtime/errors.ts';

const digits = z.string().regex(/^\d+$/).transform(Number);

const recordSchema = z.object({
  messageId: z.string(),
  receiptHandle: z.string(),
  body: z.string(),
  attributes: z.object({
    ApproximateReceiveCount: digits,
    ApproximateFirstReceiveTimestamp: digits.optional(),
  }),
});
export type QueueRecord = z.infer<typeof recordSchema>;

const eventSchema = z.object({ Records: z.array(recordSchema) });

/** @throws UnknownEventError */
export function readBatch(event: unknown): QueueRecord[] {
  const parsed = eventSchema.safeParse(event);
  if (parsed.success) return parsed.data.Records;
  throw new UnknownEventError('The function was called with something that is no batch of SQS messages', {
    hint: 'Send a message to its queue instead.',
  });
}
