/**
 * A small strict S3 over node:http: path style, every request signed, in memory.
 *
 * It refuses whatever it does not know, so that a passing test means that the client said what S3 expects. Tests tell
 * it to fail by {@link S3StandIn.inject}.
 */
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Answer, errorAnswer, S3Refusal } from './answers.ts';
import { type Buckets, type Limits, operate, type S3Request } from './operations.ts';
import { assertSigned, type Signer } from './sigv4.ts';

export interface S3StandInOptions extends Partial<Signer>, Partial<Limits> {
  /** Made at once. */
  readonly buckets?: readonly string[];
  /** Default: any free one. */
  readonly port?: number;
}

export type Fault =
  /** Answers an error of S3 (or of a proxy, by a body of its own) and does nothing. */
  | {
      readonly kind: 'error';
      readonly status: number;
      readonly code: string;
      readonly headers?: Readonly<Record<string, string>>;
      readonly details?: Readonly<Record<string, string>>;
    }
  /** Closes the connection and does nothing. */
  | { readonly kind: 'reset' }
  /** Does the work and closes the connection instead of answering. */
  | { readonly kind: 'lost-reply' }
  /** Answers later. */
  | { readonly kind: 'slow'; readonly delayMs: number }
  /** Begins the body and then closes the connection, or stands still with it open. */
  | { readonly kind: 'cut-body' | 'stalled-body'; readonly bytes: number };

export interface Injection {
  /** How many requests it meets. Default 1. */
  readonly times?: number;
  /** Which requests it meets. Default: all. */
  readonly when?: (request: S3Request) => boolean;
}

export interface S3StandIn extends Signer {
  readonly url: string;
  /** What was asked, in order, as `PUT bucket/key`. */
  readonly requests: readonly string[];
  inject(fault: Fault, injection?: Injection): void;
  close(): Promise<void>;
}

export const STAND_IN_CREDENTIALS = {
  accessKeyId: 'STANDINKEY',
  secretAccessKey: 'stand-in-secret',
} as const;

interface ArmedFault {
  readonly fault: Fault;
  readonly when: (request: S3Request) => boolean;
  left: number;
}

export async function startS3StandIn(options: S3StandInOptions = {}): Promise<S3StandIn> {
  const {
    maxObjectBytes = 64 * 1024 * 1024,
    conditionalWrites = 'honoured',
    objectLock = false,
    port = 0,
  } = options;
  const signer: Signer = {
    ...STAND_IN_CREDENTIALS,
    region: options.region ?? 'us-east-1',
    ...(options.accessKeyId === undefined ? {} : { accessKeyId: options.accessKeyId }),
    ...(options.secretAccessKey === undefined ? {} : { secretAccessKey: options.secretAccessKey }),
    ...(options.sessionToken === undefined ? {} : { sessionToken: options.sessionToken }),
  };
  const buckets: Buckets = new Map((options.buckets ?? []).map((name) => [name, new Map()]));
  const armed: ArmedFault[] = [];
  const requests: string[] = [];

  const handle = async (incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> => {
    const body = await readAll(incoming);
    const request = parseRequest(incoming, body);
    requests.push(`${request.method} ${request.bucket}/${request.key}`);
    const fault = takeFault(armed, request);
    if (fault?.kind === 'reset') {
      incoming.socket.destroy();
      return;
    }
    const answer =
      fault?.kind === 'error'
        ? withHeaders(errorAnswer(fault.status, fault.code, fault.details), fault.headers)
        : answerTo(() => {
            assertSigned(incoming, body, signer);
            return operate(buckets, request, { maxObjectBytes, conditionalWrites, objectLock });
          });
    if (fault?.kind === 'slow') await sleep(fault.delayMs, undefined, { ref: false });
    if (fault?.kind === 'lost-reply') incoming.socket.destroy();
    else send(outgoing, request.method, answer, fault);
  };

  const server = createServer((incoming, outgoing) => {
    handle(incoming, outgoing).catch((error: unknown) => {
      // A client that gave up in the middle of its body; anything else is a fault of the stand-in and must be seen.
      if (!incoming.socket.destroyed) send(outgoing, 'GET', errorAnswer(500, 'InternalError'), undefined);
      if (!incoming.destroyed) throw error;
    });
  });
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the stand-in listens on no port');

  return {
    ...signer,
    url: `http://127.0.0.1:${address.port}`,
    requests,
    inject: (fault, { times = 1, when = () => true } = {}) => {
      armed.push({ fault, when, left: times });
    },
    close: async () => {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}

function takeFault(armed: readonly ArmedFault[], request: S3Request): Fault | undefined {
  const found = armed.find(({ left, when }) => left > 0 && when(request));
  if (found !== undefined) found.left--;
  return found?.fault;
}

function parseRequest(incoming: IncomingMessage, body: Uint8Array): S3Request {
  const [path = '', query = ''] = (incoming.url ?? '').split('?', 2);
  // Split first, decoded afterwards: a key may hold an encoded slash. URL would also take out its dots.
  const [, bucket = '', ...segments] = path.split('/').map(decodeURIComponent);
  return {
    method: incoming.method ?? '',
    bucket,
    key: segments.join('/'),
    query: new URLSearchParams(query),
    headers: incoming.headers,
    body,
  };
}

function answerTo(work: () => Answer): Answer {
  try {
    return work();
  } catch (error) {
    if (error instanceof S3Refusal) return error.answer();
    throw error;
  }
}

function withHeaders(answer: Answer, headers: Readonly<Record<string, string>> | undefined): Answer {
  return { ...answer, headers: { ...answer.headers, ...headers } };
}

function send(outgoing: ServerResponse, method: string, answer: Answer, fault: Fault | undefined): void {
  const body = typeof answer.body === 'string' ? Buffer.from(answer.body) : (answer.body ?? Buffer.alloc(0));
  outgoing.writeHead(answer.status, {
    server: 'S3StandIn',
    'x-amz-request-id': 'STANDIN',
    ...answer.headers,
    ...(answer.status === 204 ? {} : { 'content-length': String(body.byteLength) }),
  });
  if (fault?.kind === 'cut-body' || fault?.kind === 'stalled-body') {
    outgoing.write(body.subarray(0, fault.bytes), () => {
      if (fault.kind === 'cut-body') outgoing.destroy();
    });
    return;
  }
  outgoing.end(method === 'HEAD' ? undefined : body);
}

async function readAll(incoming: IncomingMessage): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  const stream: AsyncIterable<unknown> = incoming;
  for await (const chunk of stream) if (chunk instanceof Uint8Array) chunks.push(chunk);
  return Buffer.concat(chunks);
}
