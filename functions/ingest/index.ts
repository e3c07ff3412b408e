/**
 * The ingestion as a Lambda function on its queue.
 *
 * @module
 */
import { setFlagsFromString } from 'node:v8';
import type { Context, SQSBatchResponse } from 'aws-lambda';
import { MEMORY_FLAGS } from '../../core/memory-flags.ts';
import { deadlineOf } from '../runtime/deadline.ts';
import { readBatch } from './batch.ts';
import { ingestRecord } from './record.ts';
import { createRuntime } from './runtime.ts';

for (const flag of MEMORY_FLAGS) setFlagsFromString(flag);
const runtime = await createRuntime(process.env);

/**
 * Takes a batch of messages, one after another; reports those that have to be delivered again.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html partial batch responses
 */
export async function handler(event: unknown, context: Context): Promise<SQSBatchResponse> {
  const { telemetry } = runtime;
  telemetry.logger.addContext(context);
  const deadline = deadlineOf(() => context.getRemainingTimeInMillis());
  const batchItemFailures: SQSBatchResponse['batchItemFailures'] = [];
  try {
    for (const record of readBatch(event)) {
      if (!(await ingestRecord(record, runtime, deadline))) {
        batchItemFailures.push({ itemIdentifier: record.messageId });
      }
    }
  } finally {
    deadline.clear();
    telemetry.flush();
  }
  return { batchItemFailures };
}
