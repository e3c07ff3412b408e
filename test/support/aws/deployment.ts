/**
 * The deployed stack as a test file works with it: its Opik, its bucket, its queues.
 *
 * @module
 */
import { GetQueueAttributesCommand, type QueueAttributeName } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, beforeEach, inject } from 'vitest';
import type { ObjectStore } from '../../../core/store/port.ts';
import { createS3Store } from '../../../core/store/s3.ts';
import { type OpikStandIn, startOpikStandIn } from '../opik/index.ts';
import { type Clients, ownerClients } from './clients.ts';
import { OPIK_API_KEY, OPIK_WORKSPACE } from './keys.ts';
import { PREFIX } from './names.ts';
import { takeAll } from './queues.ts';
import type { Stack } from './stack.ts';
import { REGION, target } from './target.ts';
import { waitFor } from './wait.ts';

export interface Deployment {
  readonly clients: Clients;
  readonly stack: Stack;
  readonly secretArn: string;
  readonly bucket: string;
  readonly queueUrl: string;
  readonly deadLettersUrl: string;
  /** What `--store` takes. */
  readonly storeUri: string;
  readonly store: ObjectStore;
  /** The Opik that the deployed functions send to. */
  readonly opik: OpikStandIn;
  /** Starts Opik again, empty, after `opik.close()`. */
  readonly startOpik: () => Promise<void>;
  /** Waits until nothing is queued, hidden or in work. */
  readonly drained: (timeoutMs?: number) => Promise<void>;
}

/** For the whole of a test file. Each test begins with an empty Opik, an idle queue and no dead letters. */
export function useDeployment(): Deployment {
  const clients = ownerClients();
  const stack = inject('stack');
  const bucket = output(stack, 'BucketName');
  const queueUrl = output(stack, 'QueueUrl');
  const deadLettersUrl = output(stack, 'DeadLetterQueueUrl');
  let opik: OpikStandIn | undefined;
  const startOpik = async (): Promise<void> => {
    opik = await startOpikStandIn({
      port: target().opikPort,
      apiKey: OPIK_API_KEY,
      workspace: OPIK_WORKSPACE,
    });
  };
  const drained = (timeoutMs = 120_000): Promise<void> =>
    waitFor('An empty queue', async () => ((await depth(clients, queueUrl)) === 0 ? true : undefined), {
      timeoutMs,
      report: () => depth(clients, queueUrl),
    }).then(() => undefined);

  beforeAll(startOpik);
  beforeEach(async () => {
    await drained();
    // More than once: a dead letter is hidden while a replay that was refused half-way holds it.
    await waitFor(
      'No dead letters',
      async () => {
        if ((await depth(clients, deadLettersUrl)) === 0) return true;
        await takeAll(clients, deadLettersUrl);
        return undefined;
      },
      { everyMs: 1000, timeoutMs: 240_000 },
    );
    running(opik).reset();
  });
  afterAll(() => opik?.close());
  return {
    clients,
    stack,
    secretArn: inject('secretArn'),
    bucket,
    queueUrl,
    deadLettersUrl,
    storeUri: output(stack, 'StoreUri'),
    store: createS3Store({ bucket, prefix: PREFIX, region: REGION, endpoint: target().endpoint }),
    get opik() {
      return running(opik);
    },
    startOpik,
    drained,
  };
}

export function output(stack: Stack, name: string): string {
  const value = stack.outputs[name];
  if (value === undefined) throw new Error(`The stack has no output ${name}: ${Object.keys(stack.outputs)}`);
  return value;
}

/** Messages of a queue: waiting, hidden until later, and in somebody's hands. */
export async function depth({ sqs }: Clients, url: string): Promise<number> {
  const { Attributes: attributes } = await sqs.send(
    new GetQueueAttributesCommand({ QueueUrl: url, AttributeNames: ['All'] }),
  );
  const count = (name: QueueAttributeName): number => Number(attributes?.[name] ?? 0);
  return (
    count('ApproximateNumberOfMessages') +
    count('ApproximateNumberOfMessagesNotVisible') +
    count('ApproximateNumberOfMessagesDelayed')
  );
}

function running(opik: OpikStandIn | undefined): OpikStandIn {
  if (opik === undefined) throw new Error('Opik is not running: the test has not begun yet');
  return opik;
}
