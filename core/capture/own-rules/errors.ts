/**
 * @module
 */
import { AgentvOpikError } from '../../errors.ts';

/** Thrown for a rule of the team's own that cannot be used, naming the line or variable it stands in. */
export class InvalidOwnRuleError extends AgentvOpikError {
  readonly code = 'INVALID_OWN_RULE';
  readonly retryable = false;
}
