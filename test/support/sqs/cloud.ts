/**
 * The built function with all it speaks to: S3, SQS, Secrets Manager and Opik on loopback.
 */
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { ObjectStore } from '../../../core/store/port.ts';
import { createS3Store } from '../../../core/store/s3.ts';
import { type OpikStandIn, type OpikStandInOptions, startOpikStandIn } from '../opik/index.ts';
import { type S3StandIn, startS3StandIn } from '../s3/stand-in.ts';
import { s3Notification } from './events.ts';
import { deliverAll, type Handler, type MappingOptions } from './mapping.ts';
import { type QueueServer, type QueueServerOptions, startQueueServer } from './queue-server.ts';

export const BUCKET = 'team-evals';
export const PREFIX = 'agentv';

export interface Cloud {
  readonly s3: S3StandIn;
  readonly sqs: QueueServer;
  readonly opik: OpikStandIn;
  /** The bundles' store, as the tests look into it. */
  readonly store: ObjectStore;
  /** A cold start of the built function with these variables over the usual ones. */
  start(env?: Readonly<Record<string, string>>): Promise<Handler>;
  /** Tells the queue of an uploaded bundle, as S3 does. */
  notify(bundle: string): void;
  deliver(handler: Handler, options?: MappingOptions): Promise<number>;
  close(): Promise<void>;
}

export const ARTIFACT = resolve('dist/functions/ingest/index.mjs');
let starts = 0;

export interface CloudOptions extends QueueServerOptions {
  readonly opik?: OpikStandInOptions;
}

export async function startCloud(options: CloudOptions = {}): Promise<Cloud> {
  if (!existsSync(ARTIFACT)) throw new Error(`${ARTIFACT} is not built`);
  const s3 = await startS3StandIn({ buckets: [BUCKET] });
  const sqs = await startQueueServer(options);
  const opik = await startOpikStandIn(options.opik);
  const { accessKeyId, secretAccessKey, region } = s3;
  const store = createS3Store({
    bucket: BUCKET,
    prefix: PREFIX,
    endpoint: s3.url,
    region,
    credentials: { accessKeyId, secretAccessKey },
  });
  const usual = {
    AGENTV_OPIK_STORE: `s3://${BUCKET}/${PREFIX}`,
    AGENTV_OPIK_QUEUE_URL: sqs.queueUrl,
    AGENTV_OPIK_BACKOFF_SECONDS: '30',
    AWS_ACCESS_KEY_ID: accessKeyId,
    AWS_SECRET_ACCESS_KEY: secretAccessKey,
    AWS_REGION: region,
    AWS_ENDPOINT_URL_S3: s3.url,
    AWS_ENDPOINT_URL: sqs.url,
    OPIK_URL_OVERRIDE: opik.url,
    POWERTOOLS_SERVICE_NAME: 'ingest',
    POWERTOOLS_METRICS_NAMESPACE: 'AgentvOpik',
  };
  return {
    s3,
    sqs,
    opik,
    store,
    async start(env = {}) {
      for (const name of Object.keys(process.env)) {
        if (/^(?:AGENTV_OPIK|AWS|OPIK|POWERTOOLS|_X_AMZN|LAMBDA)_/.test(name)) delete process.env[name];
      }
      Object.assign(process.env, usual, env);
      starts += 1;
      // A module is started once: another address makes another cold start. A data: URL, for Vitest would transform a
      // file, and what is tested here is the very artifact.
      const source = `export * from ${JSON.stringify(`${pathToFileURL(ARTIFACT).href}?start=${starts}`)};`;
      const { handler } = await import(`data:text/javascript,${encodeURIComponent(source)}`);
      return handler;
    },
    notify: (bundle) =>
      sqs.put(s3Notification([{ bucket: BUCKET, key: `${PREFIX}/${bundle}/manifest.json` }])),
    deliver: (handler, mapping) => deliverAll(sqs, handler, mapping),
    close: async () => {
      await Promise.all([s3.close(), sqs.close(), opik.close()]);
    },
  };
}
