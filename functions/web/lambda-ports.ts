/**
 * The application's ports on AWS: SQS and Secrets Manager, each loaded when first used.
 *
 * @module
 */
import type { Queue } from '../../core/ingest/queue.ts';
import type { WebPorts } from '../../core/web/ports.ts';
import type { SecretSource } from '../runtime/secrets.ts';

export interface LambdaPortSettings {
  readonly queueUrl: string;
  readonly secretArn: string | undefined;
  readonly region: string | undefined;
  /** Of an emulator. */
  readonly endpoint: string | undefined;
}

/** Nothing is loaded or sent before a call needs it. */
export function createLambdaPorts(settings: LambdaPortSettings): Pick<WebPorts, 'queue' | 'secret'> {
  const queue = once(() => openQueue(settings));
  const secrets = once(() => openSecrets(settings));
  return {
    queue: { send: async (messages, options) => (await queue()).send(messages, options) },
    secret: async () => (await (await secrets()).read()).webhook_secret,
  };
}

async function openQueue({ queueUrl: url, region, endpoint }: LambdaPortSettings): Promise<Queue> {
  const { createSqsQueue } = await import('../runtime/sqs-queue.ts');
  return createSqsQueue({ url, region, endpoint });
}

async function openSecrets({ secretArn: arn, region }: LambdaPortSettings): Promise<SecretSource> {
  const { createSecretSource } = await import('../runtime/secrets.ts');
  return createSecretSource({ arn, region, now: Date.now });
}

/** A chunk that could not be loaded is not remembered as such. */
function once<Value>(open: () => Promise<Value>): () => Promise<Value> {
  let opened: Promise<Value> | undefined;
  return () => {
    opened ??= open().catch((error: unknown) => {
      opened = undefined;
      throw error;
    });
    return opened;
  };
}
