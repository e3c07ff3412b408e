/**
 * The queue of an ingestion in SQS.
 *
 * @module
 */
import { setTimeout as sleep } from 'node:timers/promises';
import {
  ChangeMessageVisibilityCommand,
  SendMessageBatchCommand,
  type SendMessageBatchRequestEntry,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { QueueUnavailableError } from '../../core/ingest/errors.ts';
import type { Message } from '../../core/ingest/messages.ts';
import { groupOf, type Queue, type SendOptions } from '../../core/ingest/queue.ts';

/** @see https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessageBatch.html */
const BATCH = 10;
const TRIES = 4;
const PAUSE_MS = 200;
/** A queue that stands still is found out while there is time to report it. Milliseconds. */
const REQUEST_TIMEOUT_MS = 3_000;
const CONNECTION_TIMEOUT_MS = 2_000;

export interface SqsQueueSettings {
  readonly url: string;
  readonly region: string | undefined;
  /** Of an emulator. A queue's URL names AWS's own host, or one that only the emulator knows. */
  readonly endpoint: string | undefined;
}

/** A queue whose messages are received by somebody else: the event source mapping of a function. */
export interface SqsQueue extends Queue {
  /** Hides a received message for some seconds, instead of for the queue's whole visibility time-out. */
  hide(receiptHandle: string, seconds: number): Promise<void>;
}

/**
 * Opens a queue; nothing is sent yet.
 *
 * Guarantee: each message carries its source as message group, by which SQS shares the workers out, so that a source
 * with a million results does not keep another waiting that has three.
 */
export function createSqsQueue({ url, region, endpoint }: SqsQueueSettings): SqsQueue {
  const client = new SQSClient({
    ...(region === undefined ? {} : { region }),
    ...(endpoint === undefined ? {} : { endpoint, useQueueUrlAsEndpoint: false }),
    requestHandler: {
      connectionTimeout: CONNECTION_TIMEOUT_MS,
      requestTimeout: REQUEST_TIMEOUT_MS,
      throwOnRequestTimeout: true,
    },
  });
  return {
    async send(messages, options = {}) {
      for (let start = 0; start < messages.length; start += BATCH) {
        await sendBatch(client, url, messages.slice(start, start + BATCH), options);
      }
    },
    async hide(receiptHandle, seconds) {
      await client.send(
        new ChangeMessageVisibilityCommand({
          QueueUrl: url,
          ReceiptHandle: receiptHandle,
          VisibilityTimeout: seconds,
        }),
      );
    },
  };
}

/** A batch is taken in part, too: what was not is sent again. */
async function sendBatch(
  client: SQSClient,
  url: string,
  messages: readonly Message[],
  { signal, delaySeconds = 0 }: SendOptions,
): Promise<void> {
  let left = messages.map((message, index) => ({
    Id: String(index),
    MessageBody: JSON.stringify(message),
    MessageGroupId: groupOf(message),
    ...(delaySeconds > 0 ? { DelaySeconds: delaySeconds } : {}),
  }));
  for (let attempt = 1; left.length > 0; attempt += 1) {
    const refused = await send(client, url, left, signal);
    left = left.filter(({ Id }) => refused.has(Id));
    if (left.length === 0) return;
    if (attempt === TRIES) {
      throw new QueueUnavailableError(
        `The queue ${url} took ${messages.length - left.length} of ${messages.length}`,
      );
    }
    await sleep(PAUSE_MS * 2 ** attempt, undefined, signal === undefined ? {} : { signal });
  }
}

/** @returns the ids that were not taken */
async function send(
  client: SQSClient,
  url: string,
  entries: SendMessageBatchRequestEntry[],
  signal: AbortSignal | undefined,
): Promise<ReadonlySet<string>> {
  try {
    const { Failed = [] } = await client.send(
      new SendMessageBatchCommand({ QueueUrl: url, Entries: entries }),
      signal === undefined ? {} : { abortSignal: signal },
    );
    return new Set(Failed.map(({ Id }) => Id ?? ''));
  } catch (error) {
    signal?.throwIfAborted();
    throw new QueueUnavailableError(
      `The queue ${url} takes no messages: ${error instanceof Error ? error.name : 'Error'}`,
      { hint: 'Allow sqs:SendMessage on it, and check AGENTV_OPIK_QUEUE_URL.', cause: error },
    );
  }
}
