/**
 * Bundles put straight into the deployed bucket, and what becomes of them.
 *
 * @module
 */
import { randomUUID } from 'node:crypto';
import { MANIFEST_NAME } from '../../../core/bundle/keys.ts';
import { openBundle } from '../../../core/bundle/read.ts';
import { createCapture } from '../../../core/capture/index.ts';
import type { CaptureMode } from '../../../core/capture/mode.ts';
import { redactYaml } from '../../../core/capture/yaml.ts';
import { type Failure, FailureStore } from '../../../core/ingest/failure.ts';
import { ingestBundle } from '../../../core/ingest/ingest.ts';
import { bundleMessage } from '../../../core/ingest/messages.ts';
import type { Receipt } from '../../../core/ingest/receipt.ts';
import { receiptsOf } from '../../../core/ingest/receipt-store.ts';
import { createOpikClient } from '../../../core/opik/client.ts';
import type { ObjectStore } from '../../../core/store/index.ts';
import { startOpikStandIn } from '../opik/index.ts';
import { makeWorkspace, type UploadOptions, uploadRun } from '../pipeline.ts';
import type { Deployment } from './deployment.ts';
import { OPIK_API_KEY, OPIK_WORKSPACE, REDACTION_KEY } from './keys.ts';
import { send } from './queues.ts';
import { type WaitOptions, waitFor } from './wait.ts';

/** A repository that no other test uploads from. */
export function someSource(): string {
  return `github.com/acme/${randomUUID()}`;
}

/** Builds and publishes a run, and gives the bundle's path. The bucket's notice sets the workers going. */
export async function publish(
  { store }: Pick<Deployment, 'store'>,
  run: string,
  options: UploadOptions = {},
): Promise<string> {
  const workspace = await makeWorkspace();
  try {
    const { path } = await uploadRun(run, { ...workspace, store }, { source: someSource(), ...options });
    return path;
  } finally {
    await workspace.remove();
  }
}

/** Asks for a bundle as a replay does. */
export function ask(deployment: Deployment, path: string): Promise<void> {
  return send(deployment.clients, deployment.queueUrl, [JSON.stringify(bundleMessage(path))]);
}

/** Waits for a bundle's receipt. */
export function delivered(
  { store }: Pick<Deployment, 'store'>,
  path: string,
  options?: WaitOptions,
): Promise<Receipt> {
  return waitFor(`Delivery of ${path}`, () => receiptOf(store, path), {
    report: () => failureOf(store, path),
    ...options,
  });
}

export async function receiptOf(store: ObjectStore, path: string): Promise<Receipt | undefined> {
  for await (const receipt of receiptsOf(store, path)) return receipt;
  return undefined;
}

/** Waits until a bundle is given up, and gives the reason that is kept beside its receipts. */
export function givenUp(
  { store }: Pick<Deployment, 'store'>,
  path: string,
  options?: WaitOptions,
): Promise<Failure> {
  return waitFor(
    `Giving up on ${path}`,
    async () => {
      const failure = await failureOf(store, path);
      return failure?.final === true ? failure : undefined;
    },
    { report: () => failureOf(store, path), ...options },
  );
}

async function failureOf(store: ObjectStore, path: string): Promise<Failure | undefined> {
  for await (const failure of new FailureStore(store, path).all()) return failure;
  return undefined;
}

/** What an Opik holds to which the bundles were delivered in one go, by one process. */
export async function directState(
  { store }: Pick<Deployment, 'store'>,
  paths: readonly string[],
  mode: CaptureMode = 'metadata-only',
): Promise<string> {
  const opik = await startOpikStandIn({
    apiKey: OPIK_API_KEY,
    workspace: OPIK_WORKSPACE,
    recordRequests: false,
  });
  const receipts = await makeWorkspace();
  const client = createOpikClient({
    url: opik.url,
    apiKey: OPIK_API_KEY,
    workspace: OPIK_WORKSPACE,
    redact: (text) => text,
  });
  try {
    for (const path of paths) {
      await ingestBundle({
        bundle: await openBundle(store, path),
        receipts: receipts.store,
        opik: client,
        workspace: OPIK_WORKSPACE,
        capture: createCapture({ mode, hmacKey: Buffer.from(REDACTION_KEY), yaml: redactYaml }),
        now: () => new Date(),
      });
    }
    return opik.snapshot();
  } finally {
    await receipts.remove();
    await opik.close();
  }
}

export function manifestKey(path: string): string {
  return `${path}/${MANIFEST_NAME}`;
}
