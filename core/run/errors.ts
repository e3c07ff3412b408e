/**
 * @module
 */
import { AgentvOpikError } from '../errors.ts';

/** Thrown when no run is where the person said, or none at all where AgentV writes them. */
export class RunNotFoundError extends AgentvOpikError {
  readonly code = 'RUN_NOT_FOUND';
  readonly retryable = false;
}

/** Thrown when a run id names several run directories, as when two experiments started in one millisecond. */
export class AmbiguousRunError extends AgentvOpikError {
  readonly code = 'AMBIGUOUS_RUN';
  readonly retryable = false;
}

/** Thrown when the index of a run holds no row that can be read. */
export class EmptyRunError extends AgentvOpikError {
  readonly code = 'EMPTY_RUN';
  readonly retryable = false;
}

/** Thrown when a run was interrupted or is still going on, unless the caller allows incomplete runs. */
export class IncompleteRunError extends AgentvOpikError {
  readonly code = 'INCOMPLETE_RUN';
  readonly retryable = false;
}

/** Thrown when the index changed between two passes over it: AgentV is still writing. */
export class RunChangedError extends AgentvOpikError {
  readonly code = 'RUN_CHANGED';
  readonly retryable = true;
}
