import { expect, it } from 'vitest';
import { QueueUnavailableError } from '../../../core/ingest/errors.ts';
import { OpikDeadlineError, OpikRateLimitError } from '../../../core/opik/errors.ts';
import { describeError } from '../../../functions/runtime/telemetry.ts';

function named(name: string, message = 'quotes secret-content'): Error {
  const error = new Error(message);
  error.name = name;
  return error;
}

it('names what was underneath, and says none of its words', () => {
  const refused = new QueueUnavailableError('x', { cause: named('AccessDenied') });
  expect(describeError(refused)).toEqual({
    code: 'QUEUE_UNAVAILABLE',
    retryable: true,
    cause: 'AccessDenied',
  });

  const unreachable = Object.assign(named('Error'), { code: 'ECONNREFUSED' });
  expect(describeError(new QueueUnavailableError('x', { cause: unreachable }))).toMatchObject({
    cause: 'ECONNREFUSED',
  });

  const limit = new OpikRateLimitError('x', { route: 'traces.batch', status: 429 });
  const ended = new OpikDeadlineError('x', { route: 'traces.batch', status: 429, cause: limit });
  expect(describeError(ended)).toEqual({
    code: 'OPIK_DEADLINE',
    retryable: true,
    route: 'traces.batch',
    status: 429,
    cause: 'OPIK_RATE_LIMIT',
  });
});

it.each(['secret content', '<html>', 'x'.repeat(100), ''])('takes %j for no name', (name) => {
  const described = describeError(new QueueUnavailableError('x', { cause: named(name) }));
  expect(described).toEqual({ code: 'QUEUE_UNAVAILABLE', retryable: true, cause: 'Error' });
});
