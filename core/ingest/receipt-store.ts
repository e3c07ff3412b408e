/**
 * @module
 */
import type { z } from 'zod';
import { canonicalJson } from '../bundle/digest.ts';
import { sha256Hex } from '../bundle/jsonl.ts';
import { receiptsPath, runOfBundle } from '../bundle/keys.ts';
import type { BundleObject } from '../bundle/manifest.ts';
import type { CaptureMode } from '../capture/mode.ts';
import { ObjectNotFoundError } from '../store/errors.ts';
import type { ObjectStore } from '../store/port.ts';
import { InvalidReceiptError } from './errors.ts';
import {
  type DestinationRecord,
  finishClaimSchema,
  type PartReceipt,
  type Plan,
  partReceiptSchema,
  planSchema,
  type Receipt,
  receiptSchema,
} from './receipt.ts';

/**
 * Names where results go and in which capture mode. Receipts are kept by it, so that what was delivered to one Opik, or
 * without text, does not pass for delivered to another, or with text.
 */
export function destinationKey(destination: DestinationRecord, mode: CaptureMode): string {
  const { experiment_name: _renaming, ...place } = destination;
  return sha256Hex(canonicalJson({ ...place, mode })).slice(0, 12);
}

/**
 * The receipts of one bundle for one destination: `receipts/<bundle>/<destination>/…`.
 *
 * Guarantee: a receipt is there whole or not at all, as the store guarantees of every object.
 */
export class ReceiptStore {
  readonly #store: ObjectStore;
  readonly #bundle: string;
  readonly #destination: string;

  constructor(store: ObjectStore, bundle: string, destination: string) {
    this.#store = store;
    this.#bundle = bundle;
    this.#destination = destination;
  }

  /** The receipts of another bundle of the same run for the same destination. */
  of(bundle: string): ReceiptStore {
    return new ReceiptStore(this.#store, bundle, this.#destination);
  }

  get folder(): string {
    return `${receiptsPath(this.#bundle)}/${this.#destination}`;
  }

  readPlan(): Promise<Plan | undefined> {
    return readJson(this.#store, `${this.folder}/plan.json`, planSchema);
  }

  writePlan(plan: Plan): Promise<void> {
    return writeJson(this.#store, `${this.folder}/plan.json`, plan);
  }

  readPart(part: BundleObject): Promise<PartReceipt | undefined> {
    return readJson(this.#store, this.#partKey(part), partReceiptSchema);
  }

  writePart(part: BundleObject, receipt: PartReceipt): Promise<void> {
    return writeJson(this.#store, this.#partKey(part), receipt);
  }

  /** All part receipts there are, in order; read one by one. */
  async *parts(): AsyncGenerator<PartReceipt> {
    for await (const { key } of this.#store.list(`${this.folder}/parts/`)) {
      const receipt = await readJson(this.#store, key, partReceiptSchema);
      if (receipt !== undefined) yield receipt;
    }
  }

  readReceipt(): Promise<Receipt | undefined> {
    return readJson(this.#store, `${this.folder}/receipt.json`, receiptSchema);
  }

  writeReceipt(receipt: Receipt): Promise<void> {
    return writeJson(this.#store, `${this.folder}/receipt.json`, receipt);
  }

  /**
   * Claims the one call per run and destination that fires people's alerts.
   *
   * Guarantee: of all who ever claim, in whatever process and order, one gets `ours`; the others learn whether the call
   * is known to have been made.
   */
  async claimFinish(at: string): Promise<'ours' | 'sent_before' | 'unknown'> {
    const put = await this.#store.put(this.#finishKey, jsonBody({ claimed_at: at }), { ifAbsent: true });
    if (put === 'created') return 'ours';
    const claim = await readJson(this.#store, this.#finishKey, finishClaimSchema);
    return claim?.sent_at === undefined ? 'unknown' : 'sent_before';
  }

  async confirmFinish(at: string): Promise<void> {
    await this.#store.put(this.#finishKey, jsonBody({ claimed_at: at, sent_at: at }));
  }

  async releaseFinish(): Promise<void> {
    await this.#store.delete(this.#finishKey);
  }

  get #finishKey(): string {
    return `${receiptsPath(runOfBundle(this.#bundle))}/finished-${this.#destination}.json`;
  }

  #partKey(part: BundleObject): string {
    return `${this.folder}/${part.path.replace('.jsonl.zst', '.json')}`;
  }
}

/** All final receipts of a bundle, whatever their destination. */
export async function* receiptsOf(store: ObjectStore, bundle: string): AsyncGenerator<Receipt> {
  for await (const destination of store.listFolders(`${receiptsPath(bundle)}/`)) {
    const receipt = await new ReceiptStore(store, bundle, destination).readReceipt();
    if (receipt !== undefined) yield receipt;
  }
}

async function readJson<Schema extends z.ZodType>(
  store: ObjectStore,
  key: string,
  schema: Schema,
): Promise<z.output<Schema> | undefined> {
  let bytes: Uint8Array;
  try {
    bytes = await store.get(key);
  } catch (error) {
    if (error instanceof ObjectNotFoundError) return undefined;
    throw error;
  }
  try {
    return schema.parse(JSON.parse(Buffer.from(bytes).toString('utf8')));
  } catch (error) {
    throw new InvalidReceiptError(`${store.uri}/${key} is not a receipt of this version`, {
      cause: error,
      hint: 'Ingest again with --force, which writes the receipts anew.',
    });
  }
}

async function writeJson(store: ObjectStore, key: string, value: unknown): Promise<void> {
  await store.put(key, jsonBody(value), { contentType: 'application/json' });
}

function jsonBody(value: unknown): Buffer {
  return Buffer.from(`${JSON.stringify(value)}\n`);
}
