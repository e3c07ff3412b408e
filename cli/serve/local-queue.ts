/**
 * The queue of one process: what SQS is to the functions, without the memory. What is lost with the process is found
 * again in the store, where a bundle without a receipt is one to deliver.
 *
 * @module
 */
import { QueueUnavailableError } from '../../core/ingest/errors.ts';
import type { Message } from '../../core/ingest/messages.ts';
import type { Queue } from '../../core/ingest/queue.ts';

/** One try at a message. */
export interface Try {
  readonly message: Message;
  /** From 1. */
  readonly attempt: number;
  readonly firstSeenAt: Date;
  readonly signal: AbortSignal;
}

/** What came of a try: done, or after how many milliseconds it is worth another. */
export type Outcome = 'done' | { readonly againInMs: number };

export interface LocalQueueSettings {
  /** Takes a step, and must not reject. */
  readonly work: (attempt: Try) => Promise<Outcome>;
  /** Steps at a time. */
  readonly concurrency: number;
  /** Bundles that may wait. */
  readonly capacity: number;
  readonly maxAttempts: number;
  readonly now: () => Date;
}

interface Entry {
  readonly message: Message;
  readonly firstSeenAt: Date;
  attempts: number;
  /** While it waits for its next try. */
  timer?: NodeJS.Timeout;
}

export interface QueueState {
  readonly waiting: number;
  readonly running: number;
  readonly retrying: number;
}

/**
 * Runs messages.
 *
 * Guarantees:
 * - at most `concurrency` steps at a time, and one plan at a time, for parallel first writes to a dataset lose items;
 * - what is begun is brought to its end before more is begun, so that what waits stays small;
 * - a message that waits already is not put in twice, and none runs beside itself; one that waits for its next try is tried at once;
 * - a message is tried `maxAttempts` times, with growing pauses, and then let go: its failure's receipt is in the store.
 */
export class LocalQueue implements Queue {
  readonly #settings: LocalQueueSettings;
  /** Ends first, beginnings last. */
  readonly #waiting = [
    ['finish', new Map<string, Entry>()],
    ['part', new Map<string, Entry>()],
    ['bundle', new Map<string, Entry>()],
  ] as const;
  readonly #retrying = new Map<string, Entry>();
  /** By the message, so that none runs beside itself. */
  readonly #running = new Map<string, { readonly message: Message; readonly end: Promise<void> }>();
  readonly #abort = new AbortController();
  #stopped = false;

  constructor(settings: LocalQueueSettings) {
    this.#settings = settings;
  }

  get state(): QueueState {
    const waiting = this.#waiting.reduce((sum, [, entries]) => sum + entries.size, 0);
    return { waiting, running: this.#running.size, retrying: this.#retrying.size };
  }

  /** @throws QueueUnavailableError when it is full, or being stopped */
  async send(messages: readonly Message[]): Promise<void> {
    // What a running step orders follows from work that was taken, and is lost with it only together.
    const bundles = messages.filter(({ kind }) => kind === 'bundle').length;
    const { waiting, retrying } = this.state;
    const isFull = waiting + retrying + bundles > this.#settings.capacity;
    if (bundles > 0 && (this.#stopped || isFull)) {
      throw new QueueUnavailableError(this.#stopped ? 'The queue is being stopped' : 'The queue is full', {
        hint: 'Nothing is lost: the bundle is in the store, and is found there.',
      });
    }
    for (const message of messages) this.#add(message);
    this.#pump();
  }

  /**
   * Begins nothing more, and lets what is running end within the time, then aborts it.
   *
   * @returns how many messages were handed back
   */
  async stop(graceMs: number): Promise<number> {
    this.#stopped = true;
    for (const { timer } of this.#retrying.values()) clearTimeout(timer);
    const cut = setTimeout(() => this.#abort.abort(), graceMs);
    await Promise.all([...this.#running.values()].map(({ end }) => end));
    clearTimeout(cut);
    const { waiting, retrying } = this.state;
    return waiting + retrying;
  }

  #add(message: Message): void {
    const name = JSON.stringify(message);
    const waiting = this.#waitingLike(message);
    if (waiting.has(name)) return;
    const retrying = this.#retrying.get(name);
    clearTimeout(retrying?.timer);
    this.#retrying.delete(name);
    waiting.set(name, retrying ?? { message, firstSeenAt: this.#settings.now(), attempts: 0 });
  }

  #waitingLike({ kind }: Message): Map<string, Entry> {
    const [, entries] = this.#waiting.find(([each]) => each === kind) ?? this.#waiting[2];
    return entries;
  }

  #pump(): void {
    while (!this.#stopped && this.#running.size < this.#settings.concurrency) {
      const next = this.#next();
      if (next === undefined) return;
      const [name, entry] = next;
      this.#waitingLike(entry.message).delete(name);
      const end = this.#run(name, entry).finally(() => {
        this.#running.delete(name);
        this.#pump();
      });
      this.#running.set(name, { message: entry.message, end });
    }
  }

  #next(): [string, Entry] | undefined {
    const isPlanning = [...this.#running.values()].some(({ message }) => message.kind === 'bundle');
    for (const [kind, entries] of this.#waiting) {
      if (kind === 'bundle' && isPlanning) return undefined;
      for (const entry of entries) if (!this.#running.has(entry[0])) return entry;
    }
    return undefined;
  }

  async #run(name: string, entry: Entry): Promise<void> {
    entry.attempts += 1;
    const { message, firstSeenAt, attempts: attempt } = entry;
    const { signal } = this.#abort;
    const outcome = await this.#settings.work({ message, firstSeenAt, attempt, signal });
    if (outcome === 'done' || this.#waitingLike(message).has(name)) return;
    if (signal.aborted || this.#stopped) this.#retrying.set(name, entry);
    else if (attempt < this.#settings.maxAttempts) this.#later(name, entry, outcome.againInMs);
  }

  #later(name: string, entry: Entry, ms: number): void {
    this.#retrying.set(name, entry);
    entry.timer = setTimeout(() => {
      this.#retrying.delete(name);
      this.#waitingLike(entry.message).set(name, entry);
      this.#pump();
    }, ms);
  }
}
