/**
 * @module
 */

import { DigestSet } from '../bundle/digest-set.ts';
import type { GroupBy } from '../bundle/manifest.ts';
import type { Bundle } from '../bundle/read.ts';
import type { Capture } from '../capture/index.ts';
import { createMappingContext, defaultDatasetName, type MappingContext } from '../opik/mapping/context.ts';
import type { OpikDestination } from '../opik/mapping/input.ts';
import type { OpikPort } from '../opik/port.ts';
import type { ObjectStore } from '../store/port.ts';
import { withLastCheck } from './last-check.ts';
import { siblingsOf } from './newest.ts';
import type { DestinationRecord } from './receipt.ts';
import { destinationKey, ReceiptStore } from './receipt-store.ts';

/** What the ingesting side wants otherwise than the uploader. */
export interface DestinationOverrides {
  readonly project?: string | undefined;
  readonly dataset?: string | undefined;
  readonly experimentName?: string | undefined;
  readonly groupBy?: GroupBy | undefined;
  readonly assertions?: boolean | undefined;
}

export interface IngestSettings {
  readonly bundle: Bundle;
  /** Where receipts are kept; the bundle's own store unless it is read-only. */
  readonly receipts: ObjectStore;
  readonly opik: OpikPort;
  readonly workspace?: string | undefined;
  /** Of the stricter of both sides' modes. */
  readonly capture: Capture;
  readonly overrides?: DestinationOverrides;
  /** Send again what receipts show as delivered. */
  readonly force?: boolean;
  readonly now: () => Date;
  readonly signal?: AbortSignal;
  readonly onProgress?: (event: IngestProgress) => void;
  /** Who does this step, for the delivery record; none is kept without. */
  readonly worker?: Worker | undefined;
}

/** The worker of one step. */
export interface Worker {
  readonly toolVersion: string;
  /** Which try of this step it is, from 1. */
  readonly attempt: number;
  /** When the step was first asked for. */
  readonly firstSeenAt: Date;
  /** Calls to Opik that were repeated so far. */
  readonly retries: () => number;
}

export interface IngestProgress {
  readonly step: 'plan' | 'items' | 'results' | 'finish';
  readonly done: number;
  readonly total: number;
}

/** Everything that plan, parts and finish share. */
export interface IngestContext extends IngestSettings {
  readonly mapping: MappingContext;
  readonly destination: DestinationRecord;
  readonly receiptStore: ReceiptStore;
  /** Keys of results that older bundles of this run delivered to the same place; none under `force`. */
  readonly deliveredBefore: () => Promise<DigestSet>;
}

export const DEFAULT_PROJECT = 'agentv';

/** Settles who decides what: the ingesting side, then the uploader, then the defaults. */
export function createContext(settings: IngestSettings): IngestContext {
  const { bundle, capture, opik, overrides, workspace } = settings;
  const asked = bundle.manifest.destination;
  const project = overrides?.project ?? asked.project ?? DEFAULT_PROJECT;
  const destination: OpikDestination = {
    project,
    dataset: overrides?.dataset ?? asked.dataset ?? defaultDatasetName(project),
    experimentName: overrides?.experimentName ?? asked.experiment_name ?? defaultExperimentName(bundle),
    groupBy: overrides?.groupBy ?? asked.group_by,
    assertions: overrides?.assertions ?? asked.assertions,
  };
  const record: DestinationRecord = {
    url: opik.url,
    project: destination.project,
    dataset: destination.dataset,
    experiment_name: destination.experimentName,
    group_by: destination.groupBy,
    assertions: destination.assertions,
    ...(workspace === undefined ? {} : { workspace }),
  };
  const receiptStore = new ReceiptStore(settings.receipts, bundle.path, destinationKey(record, capture.mode));
  const delivered =
    settings.force === true ? async () => new DigestSet() : () => deliveredKeys(bundle, receiptStore);
  return {
    ...settings,
    opik: withLastCheck(settings.signal === undefined ? opik : withSignal(opik, settings.signal), capture),
    destination: record,
    mapping: createMappingContext({
      destination,
      manifest: bundle.manifest,
      bundleUri: bundle.uri,
      captureMode: capture.mode,
    }),
    receiptStore,
    deliveredBefore: once(delivered),
  };
}

function defaultExperimentName({ manifest: { run } }: Bundle): string {
  return run.experiment === undefined ? run.run_id : `${run.experiment} · ${run.run_id}`;
}

/** Every call of the ingestion ends when the signal does. */
function withSignal(port: OpikPort, signal: AbortSignal): OpikPort {
  return { url: port.url, send: (route, body) => port.send(route, body, { signal }) };
}

async function deliveredKeys(bundle: Bundle, receipts: ReceiptStore): Promise<DigestSet> {
  const keys = new DigestSet();
  for (const sibling of await siblingsOf(bundle)) {
    for await (const receipt of receipts.of(sibling.path).parts()) {
      for (const key of receipt.delivered) keys.add(key);
    }
  }
  return keys;
}

/** The parts of one ingestion share one answer. */
function once<Value>(compute: () => Promise<Value>): () => Promise<Value> {
  let value: Promise<Value> | undefined;
  return () => {
    value ??= compute();
    return value;
  };
}
