/**
 * @module
 */
import type { StorePlace } from '../ingest/events.ts';
import type { Queue } from '../ingest/queue.ts';

/** What the application needs of where it runs. */
export interface WebPorts {
  readonly version: string;
  /** URI of the one store that bundles are taken from. */
  readonly storeUri: string;
  /** The same as its notifications name it; undefined for a folder, which sends none. */
  readonly place: StorePlace | undefined;
  /** Where accepted bundles go. */
  readonly queue: Queue;
  /** What callers prove themselves with; undefined turns the webhooks off. */
  readonly secret: () => Promise<string | undefined>;
  readonly now: () => Date;
  readonly log: (event: WebEvent) => void;
  /** More for `/healthz`, such as what is waiting. */
  readonly health?: () => Health;
  readonly limits?: Partial<WebLimits>;
}

export interface Health {
  /** `stopping` answers 503, so that no more calls are sent here. */
  readonly status: 'ok' | 'stopping';
  readonly [detail: string]: string | number;
}

export interface WebLimits {
  /** Bytes of a store's notification. EventBridge and SQS send up to 256 KiB. */
  readonly notificationBytes: number;
  /** Bytes of a signed call. */
  readonly callBytes: number;
  /** Believed calls a second, over some time. */
  readonly callsPerSecond: number;
  /** Believed calls at once, before the rate counts. */
  readonly burst: number;
  /** Refusals a second that are answered in full and logged: strangers can neither fill the log nor shut others out. */
  readonly refusalsPerSecond: number;
  /** Signed calls remembered against repetition. */
  readonly rememberedCalls: number;
}

export const DEFAULT_LIMITS: WebLimits = {
  notificationBytes: 256 * 1024,
  callBytes: 8 * 1024,
  callsPerSecond: 200,
  burst: 2000,
  refusalsPerSecond: 10,
  rememberedCalls: 10_000,
};

/** What happened, for a log: ids, codes and counts, never a header or a body. */
export interface WebEvent {
  readonly event: 'accepted' | 'refused' | 'failed';
  /** The route as it is laid out, not as it was called. */
  readonly route: string;
  readonly status: number;
  readonly code?: string;
  /** Code or class of what was underneath. */
  readonly cause?: string;
  readonly bundles?: readonly string[];
  /** Records of a notification that ask for nothing. */
  readonly ignored?: number;
  /** Records of a notification that could not be read. */
  readonly unreadable?: number;
  /** Of an unexpected error: its class and its frames, without its message. */
  readonly error?: string;
  readonly stack?: string;
}
