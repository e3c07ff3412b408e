/**
 * Cutting writes into requests that Opik takes.
 *
 * @module
 */
import { fitItem } from './fit.ts';

/** Opik refuses 1,001. @see Opik `TraceBatch`, `SpanBatch`, `FeedbackScoreBatch`, `ExperimentItemsBatch` */
export const MAX_BATCH_ITEMS = 1_000;

/** Below the 4 MB of Opik's bulk endpoint and of the proxies before it; what Opik's own Python SDK uses. */
export const MAX_BATCH_BYTES = 3_500_000;

export interface BatchLimits {
  readonly items: number;
  readonly bytes: number;
}

export const DEFAULT_LIMITS: BatchLimits = { items: MAX_BATCH_ITEMS, bytes: MAX_BATCH_BYTES };

/** A request's worth of items, with what had to be cut from them. */
export interface Batch<Item> {
  readonly items: Item[];
  /** The tag given with each item, in the same order. */
  readonly tags: string[];
  readonly bytes: number;
  /** Tags of the items that alone exceeded a request and were truncated, with the bytes each lost. */
  readonly truncated: readonly { readonly tag: string; readonly bytes: number }[];
}

/**
 * Gathers items until a request is full.
 *
 * Guarantees: every item comes out exactly once and in order; no batch exceeds the limits as serialised JSON in UTF-8;
 * an item that alone exceeds them comes out truncated with a marker, never dropped.
 */
export class Batcher<Item extends object> {
  readonly #limits: BatchLimits;
  #items: Item[] = [];
  #tags: string[] = [];
  #bytes = 0;
  #truncated: { tag: string; bytes: number }[] = [];

  constructor(limits: BatchLimits = DEFAULT_LIMITS) {
    this.#limits = limits;
  }

  /** Takes an item, and a tag to know it by, and gives the batch that it did not fit into any more, if there is one. */
  add(item: Item, tag = ''): Batch<Item> | undefined {
    const fitted = fitItem(item, this.#limits.bytes);
    // One more byte for the comma between items.
    const size = fitted.bytes + 1;
    const full = this.#items.length >= this.#limits.items || this.#bytes + size > this.#limits.bytes;
    const batch = full ? this.flush() : undefined;
    this.#items.push(fitted.item);
    this.#tags.push(tag);
    this.#bytes += size;
    if (fitted.cutBytes > 0) this.#truncated.push({ tag, bytes: fitted.cutBytes });
    return batch;
  }

  /** What has been gathered since the last batch, if anything. */
  flush(): Batch<Item> | undefined {
    if (this.#items.length === 0) return undefined;
    const batch = { items: this.#items, tags: this.#tags, bytes: this.#bytes, truncated: this.#truncated };
    this.#items = [];
    this.#tags = [];
    this.#bytes = 0;
    this.#truncated = [];
    return batch;
  }
}
