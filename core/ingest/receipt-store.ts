/**
 * @module
 */
import { canonicalJson } from '../bundle/digest.ts';
import { sha256Hex } from '../bundle/jsonl.ts';
import { receiptsPath, runOfBundle } from '../bundle/keys.ts';
import type { BundleObject } from '../bundle/manifest.ts';
import type { CaptureMode } from '../capture/mode.ts';
import type { ObjectStore } from '../store/port.ts';
import { putJson, readJson, writeJson } from './json-object.ts';
import {
  type DestinationRecord,
  finishClaimSchema,
  itemsDoneSchema,
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

  /** The key of the destination, as {@link destinationKey} made it. */
  get destination(): string {
    return this.#destination;
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

  /** How many dataset items an unfinished plan has put. */
  async readItemsDone(): Promise<number> {
    return (await readJson(this.#store, `${this.folder}/items.json`, itemsDoneSchema))?.done ?? 0;
  }

  writeItemsDone(done: number): Promise<void> {
    return writeJson(this.#store, `${this.folder}/items.json`, { done });
  }

  readPart(part: BundleObject): Promise<PartReceipt | undefined> {
    return readJson(this.#store, this.#partKey(part), partReceiptSchema);
  }

  writePart(part: BundleObject, receipt: PartReceipt): Promise<void> {
    return writeJson(this.#store, this.#partKey(part), receipt);
  }

  /** Which of a bundle's parts have no receipt yet, told from a listing alone. */
  async missingOf(parts: readonly BundleObject[]): Promise<BundleObject[]> {
    const there = new Set<string>();
    for await (const { key } of this.#store.list(`${this.folder}/parts/`)) there.add(key);
    return parts.filter((part) => !there.has(this.#partKey(part)));
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

  /** `exists`: `ifAbsent` was asked and somebody else's receipt stays. */
  writeReceipt(
    receipt: Receipt,
    options: { readonly ifAbsent?: boolean } = {},
  ): Promise<'created' | 'exists'> {
    return putJson(this.#store, `${this.folder}/receipt.json`, receipt, options);
  }

  /**
   * Claims the one call per run and destination that fires people's alerts.
   *
   * Guarantee: of all who ever claim, in whatever process and order, one gets `ours`; the others learn whether the call
   * is known to have been made.
   */
  async claimFinish(at: string): Promise<'ours' | 'sent_before' | 'unknown'> {
    const put = await putJson(this.#store, this.#finishKey, { claimed_at: at }, { ifAbsent: true });
    if (put === 'created') return 'ours';
    const claim = await readJson(this.#store, this.#finishKey, finishClaimSchema);
    return claim?.sent_at === undefined ? 'unknown' : 'sent_before';
  }

  async confirmFinish(at: string): Promise<void> {
    await writeJson(this.#store, this.#finishKey, { claimed_at: at, sent_at: at });
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
