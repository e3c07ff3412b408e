/**
 * Looking into the store for bundles that nobody told of.
 *
 * @module
 */
import type { Failure } from '../../core/ingest/failure.ts';
import { bundleMessage } from '../../core/ingest/messages.ts';
import type { Queue } from '../../core/ingest/queue.ts';
import type { ObjectStore } from '../../core/store/port.ts';
import { type BundleState, bundleState, bundleStates, committedBundles } from '../bundle-states.ts';

export interface WatchSettings {
  readonly store: ObjectStore;
  readonly queue: Queue;
  /** Waits until the queue has room for more. */
  readonly room: () => Promise<void>;
  readonly now: () => Date;
  readonly signal: AbortSignal;
}

/** What a look found. */
export interface Found {
  /** Bundles put into the queue. */
  readonly bundles: number;
  /** Bundles that were tried in vain, and that no time heals. */
  readonly givenUp: number;
}

/** What may heal is tried again after so long. Milliseconds. */
const HEALING_MS = 15 * 60_000;

/**
 * Finds the bundles of a store that are still to be delivered.
 *
 * Guarantees: a bundle is put into the queue once, and again only after it was given up and may have healed; a bundle
 * that is known costs no request but its place in a listing.
 */
export class Watch {
  readonly #settings: WatchSettings;
  /** When each known bundle is looked at again. Milliseconds since 1970. */
  readonly #next = new Map<string, number>();
  #looked = false;

  constructor(settings: WatchSettings) {
    this.#settings = settings;
  }

  /** Somebody else has put it into the queue. */
  taken(path: string): void {
    this.#next.set(path, Number.POSITIVE_INFINITY);
  }

  /** It was tried in vain. */
  givenUp(failure: Failure): void {
    const { bundle: path } = failure;
    const healed = this.#settings.now().getTime() + HEALING_MS;
    if (isEarly(failure)) this.#next.delete(path);
    else this.#next.set(path, failure.retryable ? healed : Number.POSITIVE_INFINITY);
  }

  /** @throws StoreAccessError, StoreUnavailableError */
  async look(): Promise<Found> {
    const { queue, room, now } = this.#settings;
    let bundles = 0;
    let givenUp = 0;
    for await (const state of this.#looked ? this.#news() : this.#all()) {
      const { path } = state;
      if (state.delivered) this.taken(path);
      else if (isLasting(state.failure)) {
        givenUp += 1;
        this.taken(path);
      } else if ((this.#next.get(path) ?? 0) <= now().getTime()) {
        await room();
        this.taken(path);
        await queue.send([bundleMessage(path)]);
        bundles += 1;
      }
    }
    this.#looked = true;
    return { bundles, givenUp };
  }

  /** The first look: everything, by listings alone. */
  #all(): AsyncGenerator<BundleState> {
    return bundleStates(this.#settings.store, this.#settings.signal);
  }

  async *#news(): AsyncGenerator<BundleState> {
    const { store, now, signal } = this.#settings;
    for await (const path of committedBundles(store, signal)) {
      if ((this.#next.get(path) ?? 0) <= now().getTime()) yield bundleState(store, path);
    }
  }
}

function isLasting(failure: Failure | undefined): boolean {
  return failure?.final === true && !failure.retryable && !isEarly(failure);
}

/** Somebody told of a bundle before its manifest was there. */
function isEarly({ code }: Failure): boolean {
  return code === 'BUNDLE_NOT_FOUND';
}
