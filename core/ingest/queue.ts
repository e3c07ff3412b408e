/**
 * @module
 */
import type { Message } from './messages.ts';

/**
 * Where the steps put the work that follows from theirs: SQS, or a list in this process.
 *
 * Guarantee of every implementation: when `send` resolves, each message will be delivered at least once; when it rejects,
 * any of them may be.
 *
 * @throws QueueUnavailableError
 */
export interface Queue {
  send(messages: readonly Message[], options?: { readonly signal?: AbortSignal }): Promise<void>;
}
