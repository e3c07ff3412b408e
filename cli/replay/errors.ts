/**
 * @module
 */
import { AgentvOpikError } from '../../core/errors.ts';

/** Thrown when SQS refuses: no permission, no such queue, a queue that is nobody's dead-letter queue. */
export class QueueAccessError extends AgentvOpikError {
  readonly code = 'QUEUE_ACCESS';
  readonly retryable = false;
}

/** Thrown when moving dead letters ended before all were moved. */
export class MoveFailedError extends AgentvOpikError {
  readonly code = 'MOVE_FAILED';
  readonly retryable = true;
}
