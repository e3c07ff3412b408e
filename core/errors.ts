/**
 * The one error base of the project.
 *
 * Every cause has a class of its own, in the `errors.ts` of the folder that throws it. People see `message` and
 * `hint`; programs branch on `code` and `retryable`.
 *
 * @module
 */

/** What every error of this project carries beside its message. */
export interface ErrorDetails {
  /** What the person should do next, as one sentence. */
  readonly hint?: string;
  /** The error underneath, kept for `--verbose`; never printed by default, for it may quote content. */
  readonly cause?: unknown;
}

/** Base class: thrown only through its subclasses. */
export abstract class AgentvOpikError extends Error {
  /** Stable, upper-snake-case name of the cause, fit for scripts and alarms. */
  abstract readonly code: string;
  /** Whether the same call may succeed later without anybody changing anything. */
  abstract readonly retryable: boolean;
  readonly hint: string | undefined;

  constructor(message: string, details: ErrorDetails = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.name = new.target.name;
    this.hint = details.hint;
  }
}

/** The text of anything thrown, for a place that can only show text. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
