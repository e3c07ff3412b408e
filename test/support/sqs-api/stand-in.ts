/**
 * A small strict SQS, and Secrets Manager beside it, over node:http: their JSON protocol, in memory.
 *
 * It knows the operations that the project uses, and refuses any other.
 */
import { createHash, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { z } from 'zod';

export interface SqsStandInOptions {
  /** Of the queue with dead letters, its dead-letter queue. Both are made at once. */
  readonly deadLetterQueues?: Readonly<Record<string, string>>;
  /**
   * Whether StartMessageMoveTask exists. Where it does not, an emulator refuses it by name, or (as moto does) answers 500
   * with a page that is not the protocol's.
   */
  readonly moveTasks?: 'yes' | 'refused' | 'page';
  /** False: ListDeadLetterSourceQueues does not exist. */
  readonly listSources?: boolean;
  /** Secrets by ARN. */
  readonly secrets?: Readonly<Record<string, string>>;
}

export interface SqsStandIn {
  readonly url: string;
  queueUrl(name: string): string;
  /** Bodies of what is in a queue, held back or not. */
  bodies(name: string): string[];
  put(name: string, ...bodies: string[]): void;
  /** Operations asked for, in order. */
  readonly operations: string[];
  /** Answers the next requests of an operation with an error, after so many that succeed. */
  fail(operation: string, error: string, times?: number, after?: number): void;
  /** Takes all letters out of sight, as somebody who looks at them. */
  hold(name: string): void;
  close(): Promise<void>;
}

interface Letter {
  readonly id: string;
  readonly body: string;
  visibleAt: number;
  receipt: string;
}

class Refusal extends Error {
  readonly type: string;
  constructor(type: string) {
    super(type);
    this.type = type;
  }
}

const entries = <Shape extends z.ZodRawShape>(shape: Shape) =>
  z
    .array(z.object({ Id: z.string(), ...shape }))
    .min(1)
    .max(10);
const queueOf = z.object({ QueueUrl: z.string() });
const SCHEMAS = {
  SendMessageBatch: queueOf.extend({
    Entries: entries({
      MessageBody: z.string().min(1),
      MessageGroupId: z
        .string()
        .regex(/^[\x21-\x7e]{1,128}$/)
        .optional(),
      DelaySeconds: z.number().int().min(0).max(900).optional(),
    }),
  }),
  ReceiveMessage: queueOf.extend({
    MaxNumberOfMessages: z.number().int().min(1).max(10),
    VisibilityTimeout: z.number(),
    WaitTimeSeconds: z.number().max(20),
  }),
  ChangeMessageVisibilityBatch: queueOf.extend({
    Entries: entries({ ReceiptHandle: z.string(), VisibilityTimeout: z.number() }),
  }),
  DeleteMessageBatch: queueOf.extend({ Entries: entries({ ReceiptHandle: z.string() }) }),
  GetQueueAttributes: queueOf.extend({ AttributeNames: z.array(z.string()) }),
  ListDeadLetterSourceQueues: queueOf,
  StartMessageMoveTask: z.object({ SourceArn: z.string() }),
  ListMessageMoveTasks: z.object({ SourceArn: z.string(), MaxResults: z.number() }),
  GetSecretValue: z.object({ SecretId: z.string() }),
} as const;

const ARN = 'arn:aws:sqs:us-east-1:000000000000:';

export async function startSqsStandIn(options: SqsStandInOptions = {}): Promise<SqsStandIn> {
  const { deadLetterQueues = {}, moveTasks = 'yes', listSources = true, secrets = {} } = options;
  const queues = new Map<string, Letter[]>();
  for (const [source, dead] of Object.entries(deadLetterQueues)) queues.set(source, []).set(dead, []);
  const operations: string[] = [];
  const failures = new Map<string, { error: string; times: number; after: number }>();
  let moved = 0;

  const lettersOf = (name: string): Letter[] => {
    const letters = queues.get(name);
    if (letters === undefined) throw new Refusal('QueueDoesNotExist');
    return letters;
  };
  const nameOf = (url: string): string => url.split('/').at(-1) ?? '';
  const put = (name: string, body: string): Letter => {
    const letter = { id: randomUUID(), body, visibleAt: 0, receipt: '' };
    lettersOf(name).push(letter);
    return letter;
  };
  const successful = (list: readonly { Id: string }[]) => ({
    Successful: list.map(({ Id }) => ({ Id })),
    Failed: [],
  });
  const urlOf = (name: string): string => `${base}/000000000000/${name}`;

  const operate = (operation: string, body: unknown): object => {
    const failure = failures.get(operation);
    if (failure !== undefined && failure.after > 0) failure.after -= 1;
    else if (failure !== undefined && failure.times > 0) {
      failure.times -= 1;
      throw new Refusal(failure.error);
    }
    switch (operation) {
      case 'SendMessageBatch': {
        const { QueueUrl, Entries } = SCHEMAS[operation].parse(body);
        const Successful = Entries.map(({ Id, MessageBody }) => ({
          Id,
          MessageId: put(nameOf(QueueUrl), MessageBody).id,
          MD5OfMessageBody: md5(MessageBody),
        }));
        return { Successful, Failed: [] };
      }
      case 'ReceiveMessage': {
        const { QueueUrl, MaxNumberOfMessages, VisibilityTimeout } = SCHEMAS[operation].parse(body);
        const visible = lettersOf(nameOf(QueueUrl)).filter(({ visibleAt }) => visibleAt <= Date.now());
        const Messages = visible.slice(0, MaxNumberOfMessages).map((letter) => {
          letter.visibleAt = Date.now() + VisibilityTimeout * 1000;
          letter.receipt = randomUUID();
          return {
            MessageId: letter.id,
            Body: letter.body,
            ReceiptHandle: letter.receipt,
            MD5OfBody: md5(letter.body),
          };
        });
        return { Messages };
      }
      case 'ChangeMessageVisibilityBatch': {
        const { QueueUrl, Entries } = SCHEMAS[operation].parse(body);
        for (const { ReceiptHandle, VisibilityTimeout } of Entries) {
          const letter = lettersOf(nameOf(QueueUrl)).find(({ receipt }) => receipt === ReceiptHandle);
          if (letter === undefined) throw new Refusal('ReceiptHandleIsInvalid');
          letter.visibleAt = Date.now() + VisibilityTimeout * 1000;
        }
        return successful(Entries);
      }
      case 'DeleteMessageBatch': {
        const { QueueUrl, Entries } = SCHEMAS[operation].parse(body);
        const gone = new Set(Entries.map(({ ReceiptHandle }) => ReceiptHandle));
        const name = nameOf(QueueUrl);
        queues.set(
          name,
          lettersOf(name).filter(({ receipt }) => !gone.has(receipt)),
        );
        return successful(Entries);
      }
      case 'GetQueueAttributes': {
        const name = nameOf(SCHEMAS[operation].parse(body).QueueUrl);
        const letters = lettersOf(name);
        const visible = letters.filter(({ visibleAt }) => visibleAt <= Date.now()).length;
        return {
          Attributes: {
            QueueArn: `${ARN}${name}`,
            ApproximateNumberOfMessages: String(visible),
            ApproximateNumberOfMessagesNotVisible: String(letters.length - visible),
          },
        };
      }
      case 'ListDeadLetterSourceQueues': {
        if (!listSources) throw new Refusal('InvalidAction');
        const dead = nameOf(SCHEMAS[operation].parse(body).QueueUrl);
        const sources = Object.entries(deadLetterQueues).filter(([, each]) => each === dead);
        return { queueUrls: sources.map(([source]) => urlOf(source)) };
      }
      case 'StartMessageMoveTask': {
        if (moveTasks === 'refused') throw new Refusal('InvalidAction');
        const dead = SCHEMAS[operation].parse(body).SourceArn.slice(ARN.length);
        const source = Object.entries(deadLetterQueues).find(([, each]) => each === dead)?.[0];
        if (source === undefined) throw new Refusal('ResourceNotFoundException');
        // What somebody holds is not moved.
        const visible = lettersOf(dead).filter(({ visibleAt }) => visibleAt <= Date.now());
        queues.set(
          dead,
          lettersOf(dead).filter((letter) => !visible.includes(letter)),
        );
        lettersOf(source).push(...visible);
        moved = visible.length;
        return { TaskHandle: 'task' };
      }
      case 'ListMessageMoveTasks':
        if (moveTasks !== 'yes') throw new Refusal('InvalidAction');
        return { Results: [{ Status: 'COMPLETED', ApproximateNumberOfMessagesMoved: moved }] };
      case 'GetSecretValue': {
        const SecretString = secrets[SCHEMAS[operation].parse(body).SecretId];
        if (SecretString === undefined) throw new Refusal('ResourceNotFoundException');
        return { SecretString };
      }
      default:
        throw new Refusal('InvalidAction');
    }
  };

  const server = createServer((incoming, outgoing) => {
    handle(incoming, outgoing).catch(() => answer(outgoing, 500, { __type: 'InternalFailure' }));
  });
  const handle = async (incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> => {
    const chunks: Buffer[] = [];
    for await (const chunk of incoming) chunks.push(chunk);
    const operation =
      String(incoming.headers['x-amz-target'] ?? '')
        .split('.')
        .at(-1) ?? '';
    operations.push(operation);
    try {
      if (!String(incoming.headers.authorization).startsWith('AWS4-HMAC-SHA256 ')) {
        throw new Refusal('MissingAuthenticationToken');
      }
      if (operation === 'StartMessageMoveTask' && moveTasks === 'page') {
        outgoing.writeHead(500, { 'content-type': 'text/html' }).end('<h1>Internal Server Error</h1>');
        return;
      }
      answer(outgoing, 200, operate(operation, JSON.parse(Buffer.concat(chunks).toString('utf8'))));
    } catch (error) {
      const type = error instanceof Refusal ? error.type : 'InvalidParameterValue';
      answer(outgoing, 400, { __type: `com.amazonaws.sqs#${type}`, message: type });
    }
  };
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the stand-in listens on no port');
  const base = `http://127.0.0.1:${address.port}`;

  return {
    url: base,
    queueUrl: urlOf,
    bodies: (name) => lettersOf(name).map(({ body }) => body),
    put: (name, ...bodies) => {
      for (const body of bodies) put(name, body);
    },
    operations,
    fail: (operation, error, times = 1, after = 0) => {
      failures.set(operation, { error, times, after });
    },
    hold: (name) => {
      for (const letter of lettersOf(name)) letter.visibleAt = Date.now() + 120_000;
    },
    close: async () => {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}

function answer(outgoing: ServerResponse, status: number, body: object): void {
  outgoing.writeHead(status, { 'content-type': 'application/x-amz-json-1.0' });
  outgoing.end(JSON.stringify(body));
}

function md5(text: string): string {
  return createHash('md5').update(text).digest('hex');
}
