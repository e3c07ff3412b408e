/**
 * What Lambda does between the queue and the function: receives, invokes, deletes what was done with.
 */
import { hash } from 'node:crypto';
import type { Context, SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import type { QueueServer, StoredMessage } from './queue-server.ts';

export type Handler = (event: unknown, context: Context) => Promise<SQSBatchResponse>;

export interface MappingOptions {
  readonly batchSize?: number;
  /** Invocations at a time. */
  readonly concurrency?: number;
  /** 0 ≤ random < 1: shuffles what is received. Without it, in order. */
  readonly random?: () => number;
  /** Share of the messages that are delivered twice at once. */
  readonly duplicates?: number;
  /** Milliseconds of each invocation, given its number. Default 60,000. */
  readonly timeMs?: (invocation: number) => number;
  /** Whether an invocation, given its number, ends without an answer: nothing is deleted, and the messages come back. */
  readonly dies?: (invocation: number) => boolean;
  /** Called before each round. */
  readonly onRound?: (round: number) => void | Promise<void>;
}

/** Delivers until the queue is empty. @returns the number of invocations */
export async function deliverAll(
  queue: QueueServer,
  handler: Handler,
  options: MappingOptions = {},
): Promise<number> {
  const { batchSize = 1, concurrency = 1, random, duplicates = 0 } = options;
  let invocations = 0;
  for (let round = 0; ; round += 1) {
    if (round > 10_000) throw new Error('the queue does not get empty');
    await options.onRound?.(round);
    // All that is visible is looked at: a standard queue promises no order.
    const received = queue.receive(random === undefined ? batchSize * concurrency : Number.POSITIVE_INFINITY);
    if (received.length === 0) return invocations;
    const messages = random === undefined ? received : shuffled(received, random);
    const batches: StoredMessage[][] = [];
    for (let start = 0; start < messages.length; start += batchSize) {
      batches.push(messages.slice(start, start + batchSize));
    }
    for (const message of messages) {
      if (random !== undefined && random() < duplicates) batches.push([message]);
    }
    for (let start = 0; start < batches.length; start += concurrency) {
      await Promise.all(
        batches.slice(start, start + concurrency).map(async (batch) => {
          invocations += 1;
          const dies = options.dies?.(invocations) === true;
          const context = makeContext(options.timeMs?.(invocations) ?? 60_000);
          await invoke(queue, handler, batch, context, dies);
        }),
      );
    }
  }
}

async function invoke(
  queue: QueueServer,
  handler: Handler,
  batch: readonly StoredMessage[],
  context: Context,
  dies: boolean,
): Promise<void> {
  const { batchItemFailures } = await handler(eventOf(batch), context);
  if (dies) return;
  const failed = new Set(batchItemFailures.map(({ itemIdentifier }) => itemIdentifier));
  for (const message of batch) if (!failed.has(message.id)) queue.delete(message);
}

/** @see https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html */
export function eventOf(batch: readonly StoredMessage[]): SQSEvent {
  return { Records: batch.map(recordOf) };
}

function recordOf({ id, body, receiptHandle, receives, firstReceivedAt }: StoredMessage): SQSRecord {
  return {
    messageId: id,
    receiptHandle,
    body,
    attributes: {
      ApproximateReceiveCount: String(receives),
      SentTimestamp: '1545082649183',
      SenderId: 'AIDAIENQZJOLO23YVJ4VO',
      ApproximateFirstReceiveTimestamp: String(firstReceivedAt),
    },
    messageAttributes: {},
    md5OfBody: hash('md5', body),
    eventSource: 'aws:sqs',
    eventSourceARN: 'arn:aws:sqs:us-east-1:000000000000:ingest',
    awsRegion: 'us-east-1',
  };
}

/** @param timeMs - until the function would be ended */
export function makeContext(timeMs: number): Context {
  const end = performance.now() + timeMs;
  const unused = (): never => {
    throw new Error('not a call of today');
  };
  return {
    callbackWaitsForEmptyEventLoop: true,
    functionName: 'agentv-opik-ingest',
    functionVersion: '$LATEST',
    invokedFunctionArn: 'arn:aws:lambda:us-east-1:000000000000:function:agentv-opik-ingest',
    memoryLimitInMB: '1024',
    awsRequestId: '00000000-0000-4000-8000-000000000000',
    logGroupName: '/aws/lambda/agentv-opik-ingest',
    logStreamName: '2026/11/20/[$LATEST]0',
    getRemainingTimeInMillis: () => Math.max(0, end - performance.now()),
    done: unused,
    fail: unused,
    succeed: unused,
  };
}

function shuffled<Item>(items: readonly Item[], random: () => number): Item[] {
  return items
    .map((item) => ({ item, rank: random() }))
    .sort((a, b) => a.rank - b.rank)
    .map(({ item }) => item);
}
