/**
 * What an emulator lacks, by name: the only place that says so. Tests that need it are shown as skipped, with the reason.
 *
 * @module
 */
import { target } from './target.ts';

const LACKING = {
  localstack: {
    'iam-enforcement': 'LocalStack lets everybody do everything',
    'stack-deletion': 'LocalStack cannot resolve Fn::Select when it deletes the stack',
    'parallel-workers': 'LocalStack gives a queue to one worker at a time, whatever MaximumConcurrency says',
  },
  ministack: {
    'sqs-metrics': 'MiniStack has no metrics of queues: the alarms on them stay INSUFFICIENT_DATA',
    'message-move-task': 'MiniStack has no StartMessageMoveTask',
    'if-none-match-condition':
      'MiniStack does not know the condition key s3:if-none-match, and denies what depends on it',
    'batch-action':
      'MiniStack asks for sqs:SendMessageBatch, which on AWS is sqs:SendMessage: the roles get both (policies.ts)',
    'function-memory': 'MiniStack does not bound the memory of functions',
  },
  other: {
    'emulator-processes': 'the workers of an emulator that runs elsewhere cannot be killed',
  },
} as const;

export type Capability =
  | 'iam-enforcement'
  | 'stack-deletion'
  | 'parallel-workers'
  | 'sqs-metrics'
  | 'message-move-task'
  | 'if-none-match-condition'
  | 'batch-action'
  | 'function-memory'
  | 'emulator-processes';

/** Why the emulator of this run cannot show something; undefined when it can. */
export function lacks(capability: Capability): string | undefined {
  const lacking: Partial<Record<Capability, string>> = LACKING[target().emulator];
  return lacking[capability];
}

/** A test's title, with the reason where it is skipped: a report never passes over in silence what it did not show. */
export function needing(capability: Capability, title: string): string {
  const reason = lacks(capability);
  return reason === undefined ? title : `${title} [not shown: ${reason}]`;
}
