/**
 * @module
 */
import { AgentvOpikError } from '../errors.ts';

/**
 * Thrown inside capture when one string took longer than `budgetMsPerString`. It never leaves `core/capture`: the
 * result falls back to metadata-only, a file is dropped.
 */
export class RedactionBudgetError extends AgentvOpikError {
  readonly code = 'REDACTION_OVER_BUDGET';
  readonly retryable = true;
}

/**
 * Thrown inside capture when replacing secrets keeps revealing new ones, so that no stable text is reached. It never
 * leaves `core/capture`: the result falls back to metadata-only, a file is dropped.
 */
export class RedactionUnstableError extends AgentvOpikError {
  readonly code = 'REDACTION_UNSTABLE';
  readonly retryable = false;
}

/** Thrown when an engine is built from a rule that breaks the contract of {@link Rule}; a fault of the program. */
export class InvalidRuleError extends AgentvOpikError {
  readonly code = 'INVALID_REDACTION_RULE';
  readonly retryable = false;
}

/** Thrown by {@link assertCaptured} for a result that no {@link Capture} has let through; a fault of the program. */
export class NotCapturedError extends AgentvOpikError {
  readonly code = 'RESULT_NOT_CAPTURED';
  readonly retryable = false;
}

/** Thrown when the last check finds a secret in something that cannot go without its content, such as a manifest. */
export class LeakFoundError extends AgentvOpikError {
  readonly code = 'LEAK_FOUND';
  readonly retryable = false;
}

/**
 * Thrown inside capture when a finder of the team's own names a rule that it did not announce, or a span outside the
 * text. It never leaves `core/capture`: the result falls back to metadata-only, a file is dropped.
 */
export class InvalidFindingError extends AgentvOpikError {
  readonly code = 'INVALID_FINDING';
  readonly retryable = false;
}
