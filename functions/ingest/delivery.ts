/**
 * @module
 */
import type { Deadline } from '../runtime/deadline.ts';
import type { QueueRecord } from './batch.ts';
import type { Report } from './report.ts';
import type { Runtime } from './runtime.ts';

/** What a message is taken with. */
export interface Delivery {
  readonly record: QueueRecord;
  readonly runtime: Runtime;
  readonly deadline: Deadline;
  readonly report: Report;
}
