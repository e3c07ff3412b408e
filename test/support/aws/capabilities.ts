/**
 * What an emulator lacks, by name: the only place that says so.
 *
 * A test that needs it is not registered, so that nothing counts as skipped; the runner lists it at the end by its title and
 * the reason, so that nothing counts as shown either.
 *
 * @module
 */
import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import { z } from 'zod';
import { target } from './target.ts';

const LACKING = {
  localstack: {
    'iam-enforcement': 'LocalStack lets everybody do everything',
    'parallel-workers': 'LocalStack gives a queue to one worker at a time, whatever MaximumConcurrency says',
    'common-prefix-order':
      'LocalStack orders common prefixes by their encoded form, where AWS orders them by their bytes',
  },
  ministack: {
    'sqs-metrics': 'MiniStack has no metrics of queues: the alarms on them stay INSUFFICIENT_DATA',
    'if-none-match-condition':
      'MiniStack does not know the condition key s3:if-none-match, and denies what depends on it',
    'batch-actions':
      'MiniStack asks for sqs:DeleteMessageBatch and its like, which on AWS are sqs:DeleteMessage and its like: users get both',
    'function-url': 'MiniStack serves no function URLs: the tests invoke the function with what a URL sends',
  },
  other: {
    'emulator-processes': 'the workers of an emulator that runs elsewhere cannot be stopped or killed',
  },
} as const;

export type Capability =
  | 'iam-enforcement'
  | 'parallel-workers'
  | 'common-prefix-order'
  | 'sqs-metrics'
  | 'if-none-match-condition'
  | 'batch-actions'
  | 'function-url'
  | 'emulator-processes';

/** Why the emulator of this run cannot show something; undefined when it can. */
export function lacks(capability: Capability): string | undefined {
  const lacking: Partial<Record<Capability, string>> = LACKING[target().emulator];
  return lacking[capability];
}

/** Whether the emulator can show what is named, for which the runner's list has the name if not. */
export function shows(capability: Capability, what: string): boolean {
  const reason = lacks(capability);
  if (reason !== undefined) tell({ capability, reason, what });
  return reason === undefined;
}

const gapSchema = z.object({ capability: z.string(), reason: z.string(), what: z.string() });

/** Something that a run did not show. */
export type Gap = z.infer<typeof gapSchema>;

/** Test files are processes of their own: they write, and the runner reads. */
function tell(gap: Gap): void {
  const { gapsFile } = target();
  if (gapsFile !== undefined) appendFileSync(gapsFile, `${JSON.stringify(gap)}\n`);
}

/** What the test files of a run have told, in order. */
export function readGaps(file: string): Gap[] {
  if (!existsSync(file)) return [];
  const lines = readFileSync(file, 'utf8').trimEnd().split('\n');
  return lines.map((line) => gapSchema.parse(JSON.parse(line)));
}
