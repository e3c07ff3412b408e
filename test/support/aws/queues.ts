/**
 * @module
 */
import {
  DeleteMessageCommand,
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

/** Changes how long a message is hidden from others while a worker has it, and how often it is tried. */
export async function tune(
  { sqs }: Clients,
  url: string,
  settings: { readonly visibilitySeconds: number; readonly redrive: string },
): Promise<void> {
  await sqs.send(
    new SetQueueAttributesCommand({
      QueueUrl: url,
      Attributes: { VisibilityTimeout: String(settings.visibilitySeconds), RedrivePolicy: settings.redrive },
    }),
  );
}
