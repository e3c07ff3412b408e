/**
 * The main job as the tests run it: the product's own functions, with a store in a temporary folder.
 *
 * @module
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { buildBundle } from '../../core/bundle/build.ts';
import type { Destination } from '../../core/bundle/manifest.ts';
import { type PublishOutcome, publishBundle } from '../../core/bundle/publish.ts';
import { openBundle } from '../../core/bundle/read.ts';
import { type Capture, createCapture } from '../../core/capture/index.ts';
import type { CaptureMode } from '../../core/capture/mode.ts';
import { redactYaml } from '../../core/capture/yaml.ts';
import type { DestinationOverrides } from '../../core/ingest/context.ts';
import { ingestBundle } from '../../core/ingest/ingest.ts';
import type { Receipt } from '../../core/ingest/receipt.ts';
import { createOpikClient } from '../../core/opik/client.ts';
import type { OpikPort } from '../../core/opik/port.ts';
import { DEFAULT_RETRY, type RetryPolicy, withRetry } from '../../core/opik/retry.ts';
import { findRun, openRun } from '../../core/run/index.ts';
import { createFileStore, type ObjectStore } from '../../core/store/index.ts';

/** Real retries, without the waiting. */
export const FAST_RETRY: RetryPolicy = { ...DEFAULT_RETRY, baseDelayMs: 1, maxDelayMs: 5 };

export interface Workspace {
  readonly directory: string;
  readonly store: ObjectStore;
  readonly remove: () => Promise<void>;
}

export async function makeWorkspace(): Promise<Workspace> {
  const directory = await mkdtemp(join(tmpdir(), 'agentv-opik-test-'));
  return {
    directory,
    store: createFileStore(join(directory, 'store')),
    remove: () => rm(directory, { recursive: true, force: true }),
  };
}

export interface UploadOptions {
  readonly mode?: CaptureMode;
  readonly gateExitCode?: number;
  readonly destination?: Partial<Destination>;
  readonly now?: () => Date;
  readonly source?: string;
  /** Instead of the one of `mode`. */
  readonly capture?: Capture;
}

export function makeCapture(mode: CaptureMode): Capture {
  return createCapture({ mode, hmacKey: Buffer.from('test key'), yaml: redactYaml });
}

/** Reads, captures, builds and publishes a run. Incomplete runs are allowed. */
export async function uploadRun(
  run: string,
  { directory, store }: Pick<Workspace, 'directory' | 'store'>,
  options: UploadOptions = {},
): Promise<PublishOutcome> {
  const staging = await mkdtemp(join(directory, 'staging-'));
  const location = await findRun({ run, cwd: directory });
  const source = options.source ?? 'github.com/acme/shop';
  const manifest = await buildBundle({
    run: await openRun(location, { source, allowIncomplete: true }),
    capture: options.capture ?? makeCapture(options.mode ?? 'metadata-only'),
    staging: createFileStore(staging),
    destination: { group_by: 'run', assertions: false, ...options.destination },
    provenance: { git: { commit: 'c0ffee' }, flags: [], env_names: [] },
    gateExitCode: options.gateExitCode,
    toolVersion: '0.0.0-test',
    now: options.now ?? (() => new Date()),
  });
  const published = await publishBundle({ staging: createFileStore(staging), store, manifest });
  await rm(staging, { recursive: true });
  return published;
}

export interface IngestOptions {
  readonly mode?: CaptureMode;
  readonly force?: boolean;
  readonly overrides?: DestinationOverrides;
  readonly retry?: RetryPolicy;
  readonly wrap?: (port: OpikPort) => OpikPort;
  /** Where receipts are kept, if not beside the bundle. */
  readonly receipts?: ObjectStore;
  /** Instead of the one of `mode`. */
  readonly capture?: Capture;
}

/** A real client of an Opik, with retries that do not wait long. */
export function connect(url: string, retry: RetryPolicy = FAST_RETRY): OpikPort {
  return withRetry(createOpikClient({ url, redact: (text) => text }), retry, {
    now: () => Date.now(),
    sleep: (ms) => sleep(ms),
    random: () => Math.random(),
  });
}

export async function ingest(
  store: ObjectStore,
  path: string,
  url: string,
  options: IngestOptions = {},
): Promise<Receipt> {
  const bundle = await openBundle(store, path);
  const port = connect(url, options.retry);
  return ingestBundle({
    bundle,
    receipts: options.receipts ?? store,
    opik: options.wrap?.(port) ?? port,
    capture: options.capture ?? makeCapture(options.mode ?? bundle.manifest.capture.mode),
    force: options.force ?? false,
    overrides: options.overrides ?? {},
    now: () => new Date(),
  });
}
