/**
 * @module
 */
import {
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  type QueueAttributeName,
  ReceiveMessageCommand,
  SendMessageCommand,
  SetQueueAttributesCommand,
} from '@aws-sdk/client-sqs';
import type { Clients } from './clients.ts';
import { PREFIX } from './names.ts';

/** Puts messages into a queue, one after another. */
export async function send({ sqs }: Clients, url: string, bodies: readonly string[]): Promise<void> {
  for (const body of bodies) await sqs.send(new SendMessageCommand({ QueueUrl: url, MessageBody: body }));
}

/** What S3 says when an object was put. @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-content-structure.html */
export function s3Notice(bucket: string, key: string): string {
  const object = { key: encodeURIComponent(`${PREFIX}/${key}`).replaceAll('%20', '+') };
  const record = {
    eventSource: 'aws:s3',
    eventName: 'ObjectCreated:Put',
    s3: { bucket: { name: bucket }, object },
  };
  return JSON.stringify({ Records: [record] });
}

/** Takes every message out of a queue, and gives their bodies. */
export async function takeAll({ sqs }: Clients, url: string): Promise<string[]> {
  const bodies: string[] = [];
  for (;;) {
    const { Messages: messages = [] } = await sqs.send(
      new ReceiveMessageCommand({ QueueUrl: url, MaxNumberOfMessages: 10, WaitTimeSeconds: 1 }),
    );
    if (messages.length === 0) return bodies;
    for (const { Body: body = '', ReceiptHandle: handle } of messages) {
      bodies.push(body);
      await sqs.send(new DeleteMessageCommand({ QueueUrl: url, ReceiptHandle: handle }));
    }
  }
}

export interface Tuning {
  /** How long a message is hidden from others while a worker has it. */
  readonly visibilitySeconds: number;
  /** How often a message is tried. Default as it is. */
  readonly tries?: number;
}

/** Changes a queue, and gives what changes it back. */
export async function tune(
  { sqs }: Clients,
  url: string,
  { visibilitySeconds, tries }: Tuning,
): Promise<() => Promise<void>> {
  const names: QueueAttributeName[] = ['VisibilityTimeout', 'RedrivePolicy'];
  const { Attributes: usual = {} } = await sqs.send(
    new GetQueueAttributesCommand({ QueueUrl: url, AttributeNames: names }),
  );
  const set = async (Attributes: Record<string, string>): Promise<void> => {
    await sqs.send(new SetQueueAttributesCommand({ QueueUrl: url, Attributes }));
  };
  const redrive = JSON.parse(usual.RedrivePolicy ?? '{}');
  await set({
    VisibilityTimeout: String(visibilitySeconds),
    RedrivePolicy: JSON.stringify({ ...redrive, ...(tries === undefined ? {} : { maxReceiveCount: tries }) }),
  });
  return () => set(usual);
}
