/**
 * A small SQS over node:http, as the function speaks to it: JSON protocol, in memory, one queue with its dead letters.
 * Beside it Secrets Manager's one call that the function makes.
 *
 * Time is virtual: it goes on only when nothing is visible, so that no test waits for a visibility time-out.
 */
import { hash, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { z } from 'zod';

export interface QueueServerOptions {
  /** Receives before a message is a dead letter. Default 5. */
  readonly maxReceives?: number;
  /** Milliseconds, virtual. Default 30 minutes. */
  readonly visibilityMs?: number;
  /** What Secrets Manager answers by name; without one it knows none. */
  readonly secrets?: Readonly<Record<string, string>>;
}

export interface StoredMessage {
  readonly id: string;
  readonly body: string;
  /** Whom a fair queue shares its workers out to; empty for none. */
  readonly group: string;
  receives: number;
  /** Milliseconds since 1970, of the wall clock; 0 before. */
  firstReceivedAt: number;
  /** Virtual time from which it can be received. */
  visibleAt: number;
  receiptHandle: string;
}

/** Meets the next calls of an operation. */
export interface QueueFault {
  readonly operation: string;
  /** `partly` takes the first entry of a batch and refuses the others. */
  readonly kind: 'partly' | 'throttled' | 'denied';
  readonly times?: number;
}

export interface QueueServer {
  /** Of the server. */
  readonly url: string;
  readonly queueUrl: string;
  readonly messages: readonly StoredMessage[];
  readonly deadLetters: readonly StoredMessage[];
  /** Seconds of virtual time that have passed. */
  readonly seconds: number;
  /** Calls, as `SendMessageBatch`. */
  readonly calls: readonly string[];
  put(body: string): void;
  /** Takes visible messages out of sight, or lets time go on until some are; empty when there are none at all. */
  receive(count: number): StoredMessage[];
  delete(message: StoredMessage): void;
  /** Puts the dead letters back, as a redrive does. */
  redrive(): void;
  setSecret(name: string, text: string): void;
  fault(fault: QueueFault): void;
  close(): Promise<void>;
}

const batchSchema = z.object({
  QueueUrl: z.string(),
  Entries: z
    .array(
      z.object({
        Id: z.string(),
        MessageBody: z
          .string()
          .min(1)
          .max(1024 * 1024),
        MessageGroupId: z
          .string()
          .regex(/^[\x21-\x7e]{1,128}$/)
          .optional(),
        DelaySeconds: z.number().int().min(0).max(900).optional(),
      }),
    )
    .min(1)
    .max(10),
});
const visibilitySchema = z.object({
  QueueUrl: z.string(),
  ReceiptHandle: z.string(),
  VisibilityTimeout: z.number().int().min(0).max(43_200),
});
const secretSchema = z.object({ SecretId: z.string() });

class Refusal extends Error {
  readonly type: string;
  constructor(type: string) {
    super(type);
    this.type = type;
  }
}

export async function startQueueServer(options: QueueServerOptions = {}): Promise<QueueServer> {
  const { maxReceives = 5, visibilityMs = 30 * 60_000 } = options;
  const secrets = new Map(Object.entries(options.secrets ?? {}));
  const messages: StoredMessage[] = [];
  const deadLetters: StoredMessage[] = [];
  const calls: string[] = [];
  const faults: { fault: QueueFault; left: number }[] = [];
  let now = 0;

  const put = (body: string, { group = '', delaySeconds = 0 } = {}): string => {
    const id = randomUUID();
    const visibleAt = now + delaySeconds * 1000;
    messages.push({ id, body, group, receives: 0, firstReceivedAt: 0, visibleAt, receiptHandle: '' });
    return id;
  };

  const operations: Readonly<Record<string, (body: unknown, fault: QueueFault | undefined) => unknown>> = {
    'AmazonSQS.SendMessageBatch': (body, fault) => {
      const { QueueUrl, Entries } = batchSchema.parse(body);
      if (QueueUrl !== server.queueUrl) throw new Refusal('com.amazonaws.sqs#QueueDoesNotExist');
      const taken = fault?.kind === 'partly' ? 1 : Entries.length;
      return {
        Successful: Entries.slice(0, taken).map(
          ({ Id, MessageBody, MessageGroupId: group, DelaySeconds: delaySeconds }) => ({
            Id,
            MessageId: put(MessageBody, { group, delaySeconds }),
            MD5OfMessageBody: hash('md5', MessageBody),
          }),
        ),
        Failed: Entries.slice(taken).map(({ Id }) => ({ Id, SenderFault: false, Code: 'InternalError' })),
      };
    },
    'AmazonSQS.ChangeMessageVisibility': (body) => {
      const { ReceiptHandle, VisibilityTimeout } = visibilitySchema.parse(body);
      const message = messages.find(({ receiptHandle }) => receiptHandle === ReceiptHandle);
      if (message === undefined) throw new Refusal('com.amazonaws.sqs#ReceiptHandleIsInvalid');
      message.visibleAt = now + VisibilityTimeout * 1000;
      return {};
    },
    'secretsmanager.GetSecretValue': (body) => {
      const { SecretId } = secretSchema.parse(body);
      const SecretString = secrets.get(SecretId);
      if (SecretString === undefined) throw new Refusal('ResourceNotFoundException');
      return { ARN: SecretId, Name: SecretId, SecretString };
    },
  };

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const target = String(request.headers['x-amz-target'] ?? '');
    const chunks: Uint8Array[] = [];
    const stream: AsyncIterable<unknown> = request;
    for await (const chunk of stream) if (chunk instanceof Uint8Array) chunks.push(chunk);
    const operation = target.split('.')[1] ?? '';
    calls.push(operation);
    const armed = faults.find(({ fault, left }) => left > 0 && fault.operation === operation);
    if (armed !== undefined) armed.left -= 1;
    try {
      if (armed?.fault.kind === 'throttled') throw new Refusal('com.amazonaws.sqs#RequestThrottled');
      if (armed?.fault.kind === 'denied') throw new Refusal('AccessDeniedException');
      const work = operations[target];
      if (work === undefined) throw new Refusal('UnknownOperationException');
      reply(response, 200, work(JSON.parse(Buffer.concat(chunks).toString('utf8')), armed?.fault));
    } catch (error) {
      reply(response, 400, {
        __type: error instanceof Refusal ? error.type : 'InvalidParameterValue',
        message: String(error),
      });
    }
  }

  const http = createServer((request, response) => {
    answer(request, response).catch(() => response.destroy());
  });
  http.listen(0, '127.0.0.1');
  await once(http, 'listening');
  const address = http.address();
  if (address === null || typeof address === 'string') throw new Error('the queue listens on no port');
  const url = `http://127.0.0.1:${address.port}`;

  const server: QueueServer = {
    url,
    queueUrl: `${url}/000000000000/ingest`,
    messages,
    deadLetters,
    calls,
    get seconds() {
      return now / 1000;
    },
    put: (body) => {
      put(body);
    },
    receive(count) {
      for (;;) {
        const due = messages.filter(({ visibleAt }) => visibleAt <= now);
        for (const message of due.filter(({ receives }) => receives >= maxReceives)) {
          messages.splice(messages.indexOf(message), 1);
          deadLetters.push(message);
        }
        const received = due.filter((message) => messages.includes(message)).slice(0, count);
        for (const message of received) {
          message.receives += 1;
          if (message.firstReceivedAt === 0) message.firstReceivedAt = Date.now();
          message.visibleAt = now + visibilityMs;
          message.receiptHandle = randomUUID();
        }
        if (received.length > 0 || messages.length === 0) return received;
        now = Math.max(now, Math.min(...messages.map(({ visibleAt }) => visibleAt)));
      }
    },
    delete(message) {
      const index = messages.indexOf(message);
      if (index !== -1) messages.splice(index, 1);
    },
    redrive() {
      for (const { body } of deadLetters.splice(0)) put(body);
    },
    setSecret: (name, text) => {
      secrets.set(name, text);
    },
    fault: (fault) => {
      faults.push({ fault, left: fault.times ?? 1 });
    },
    close: async () => {
      http.close();
      http.closeAllConnections();
      await once(http, 'close');
    },
  };
  return server;
}

function reply(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/x-amz-json-1.0' });
  response.end(JSON.stringify(body));
}
