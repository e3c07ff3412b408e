/**
 * @module
 */
import { RedactionBudgetError } from './errors.ts';

/** What one string may take. Both throw {@link RedactionBudgetError} when it is over. */
export interface Deadline {
  /** Reads the clock. */
  check(): void;
  /** Reads the clock now and then. */
  tick(): void;
}

const TICKS_PER_READING = 128;

/** Starts now. */
export function createDeadline(clock: () => number, budgetMs: number): Deadline {
  const end = clock() + budgetMs;
  let ticks = 0;
  const check = () => {
    if (clock() > end) {
      throw new RedactionBudgetError(`Redaction of a string took longer than ${budgetMs} ms`);
    }
  };
  return {
    check,
    tick() {
      ticks += 1;
      if (ticks % TICKS_PER_READING === 0) check();
    },
  };
}
