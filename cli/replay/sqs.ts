/**
 * SQS as a person's credentials reach it.
 *
 * @module
 */
import { SendMessageBatchCommand, SQSClient } from '@aws-sdk/client-sqs';
import { QueueUnavailableError } from '../../core/ingest/errors.ts';
import { messageSchema } from '../../core/ingest/messages.ts';
import { groupOf, type Queue } from '../../core/ingest/queue.ts';
import type { CliContext } from '../context.ts';

/** @see https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessageBatch.html */
export const BATCH = 10;

/** A client for the queue of this URL; its region is the URL's, where that is one of AWS's own. */
export function sqsClient({ env }: CliContext, url: string): SQSClient {
  const endpoint = env.AWS_ENDPOINT_URL_SQS || env.AWS_ENDPOINT_URL || undefined;
  const region = regionOf(url) ?? (env.AWS_REGION || env.AWS_DEFAULT_REGION || undefined);
  return new SQSClient({
    ...(region === undefined ? {} : { region }),
    // An emulator's queue URL may name a host that only the emulator knows.
    ...(endpoint === undefined ? {} : { endpoint, useQueueUrlAsEndpoint: false }),
  });
}

/** https://sqs.eu-central-1.amazonaws.com/123456789012/name */
function regionOf(url: string): string | undefined {
  return /^sqs\.([a-z0-9-]+)\.amazonaws\.com(?:\.cn)?$/.exec(new URL(url).hostname)?.[1];
}

/** Sends up to {@link BATCH} bodies. @returns the places of those that were not taken */
export async function sendBatch(
  client: SQSClient,
  url: string,
  bodies: readonly string[],
): Promise<ReadonlySet<number>> {
  const { Failed = [] } = await client.send(
    new SendMessageBatchCommand({
      QueueUrl: url,
      Entries: bodies.map((body, index) => ({
        Id: String(index),
        MessageBody: body,
        ...groupIn(body),
      })),
    }),
  );
  return new Set(Failed.map(({ Id }) => Number(Id)));
}

/** A store's notification belongs to no group, as when the store sent it. */
function groupIn(body: string): { MessageGroupId?: string } {
  let value: unknown;
  try {
    value = JSON.parse(body);
  } catch {
    // It goes back as it came.
    return {};
  }
  const parsed = messageSchema.safeParse(value);
  return parsed.success ? { MessageGroupId: groupOf(parsed.data) } : {};
}

export function* batchesOf<Item>(items: readonly Item[]): Generator<readonly Item[]> {
  for (let start = 0; start < items.length; start += BATCH) yield items.slice(start, start + BATCH);
}

/** The queue of an ingestion, to send to. */
export function openSqsQueue(context: CliContext, url: string): Queue {
  const client = sqsClient(context, url);
  return {
    async send(messages) {
      for (const batch of batchesOf(messages)) {
        const refused = await attempt(
          url,
          sendBatch(
            client,
            url,
            batch.map((message) => JSON.stringify(message)),
          ),
        );
        if (refused.size > 0) {
          throw new QueueUnavailableError(
            `The queue ${url} took ${batch.length - refused.size} of ${batch.length} messages`,
            { hint: 'Run the same command again: what is delivered twice changes nothing.' },
          );
        }
      }
    },
  };
}

/** @throws QueueUnavailableError */
async function attempt<Value>(url: string, sending: Promise<Value>): Promise<Value> {
  try {
    return await sending;
  } catch (cause) {
    throw new QueueUnavailableError(
      `The queue ${url} takes no messages: ${cause instanceof Error ? cause.name : 'Error'}`,
      { hint: 'Check --queue (or AGENTV_OPIK_QUEUE_URL), and allow sqs:SendMessage on it.', cause },
    );
  }
}
