/**
 * @module
 */

/** Time to end a step, write down why and answer. Milliseconds. */
const MARGIN_MS = 10_000;
/** Of a function with little time, at most this much of it. */
const MARGIN_SHARE = 0.1;
const LEAST_MARGIN_MS = 1000;
/** What is left of a worker's time, as a share, when it is as good as whole. */
const WHOLE_SHARE = 0.9;

export interface Deadline {
  /** Aborted when a worker has to stop, so that it ends before the platform ends it. */
  readonly signal: AbortSignal;
  /** Milliseconds until the signal; 0 when it was given. */
  readonly leftMs: () => number;
  /** Whether what begins now has about as much time as a worker ever has, for nothing before it took any. */
  readonly isWhole: () => boolean;
  /** Forgets the signal, which would otherwise be given to a frozen process. */
  readonly clear: () => void;
}

/** @param remainingMs - until the platform ends this invocation */
export function deadlineOf(remainingMs: () => number): Deadline {
  const total = remainingMs();
  const margin = Math.min(MARGIN_MS, Math.max(LEAST_MARGIN_MS, total * MARGIN_SHARE));
  const controller = new AbortController();
  const left = total - margin;
  const timer = left > 0 ? setTimeout(() => controller.abort(), left) : undefined;
  if (timer === undefined) controller.abort();
  const leftMs = (): number => (controller.signal.aborted ? 0 : Math.max(0, remainingMs() - margin));
  return {
    signal: controller.signal,
    leftMs,
    isWhole: () => leftMs() >= WHOLE_SHARE * left,
    clear: () => clearTimeout(timer),
  };
}
