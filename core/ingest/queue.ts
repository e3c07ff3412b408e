/**
 * @module
 */
import { hash } from 'node:crypto';
import type { Message } from './messages.ts';

export interface SendOptions {
  readonly signal?: AbortSignal;
  /**
   * Seconds before which no worker shall get the messages, at most {@link MAX_DELAY_SECONDS}. A queue that cannot hold
   * them back delivers at once, which is early and not wrong.
   */
  readonly delaySeconds?: number;
}

/** As SQS has it. @see https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessageBatchRequestEntry.html */
export const MAX_DELAY_SECONDS = 900;

/**
 * Where the steps put the work that follows from theirs: SQS, or a list in this process.
 *
 * Guarantee of every implementation: when `send` resolves, each message will be delivered at least once; when it rejects,
 * any of them may be.
 *
 * @throws QueueUnavailableError
 */
export interface Queue {
  send(messages: readonly Message[], options?: SendOptions): Promise<void>;
}

const MAX_GROUP_LENGTH = 128;

/**
 * Whose work a message is: the source of its bundle, for a queue that shares its workers out between sources. SQS does
 * so with a standard queue's message group, in which nothing is serialized.
 *
 * Guarantee: 1 to 128 characters of visible ASCII, the same for all bundles of a source.
 *
 * @see https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-fair-queues.html
 */
export function groupOf({ bundle }: Pick<Message, 'bundle'>): string {
  const [, source = ''] = bundle.split('/');
  const isGroup = source.length <= MAX_GROUP_LENGTH && /^[\x21-\x7e]+$/.test(source);
  return isGroup ? source : hash('sha256', source);
}
