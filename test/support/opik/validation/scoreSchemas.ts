import { z } from 'zod';
import { batchOf } from './collections.ts';
import { addProblem } from './problems.ts';
import { decimal, notBlank, oneOf, optional, required, requiredName, text, uuid } from './scalars.ts';

const scoreValue = z.unknown().transform((value, context): number => {
  const number = decimal.safeParse(value);
  if (!number.success) {
    addProblem(context, 'parse', 'Cannot deserialize value of type `java.math.BigDecimal`');
    return z.NEVER;
  }
  // As doubles the limit and 1e9 are told apart only by the comparison with the integer above.
  if (number.data >= 1e9)
    addProblem(context, 'violation', `must be less than or equal to 999999999.999999999`);
  if (number.data <= -1e9)
    addProblem(context, 'violation', `must be greater than or equal to -999999999.999999999`);
  return number.data;
});
const score = {
  name: requiredName,
  category_name: optional(text),
  value: required(scoreValue),
  reason: optional(text),
  source: required(oneOf('ui', 'sdk', 'online_scoring')),
};
export const feedbackScore = z.object(score);
export type FeedbackScoreWrite = z.output<typeof feedbackScore>;
const scoreItem = z.object({
  ...score,
  id: required(uuid),
  project_name: optional(notBlank),
  project_id: optional(uuid),
});
/** @see PUT /v1/private/traces/feedback-scores */
export const scoreBatch = z.object({ scores: batchOf(scoreItem) });
export const scoreDelete = z.object({ name: requiredName, author: optional(text) });

/** @see PUT /v1/private/assertion-results */
export const assertionBatch = z.object({
  entity_type: required(oneOf('trace', 'span', 'thread')),
  assertion_results: batchOf(
    z.object({
      entity_id: required(uuid),
      project_name: optional(notBlank),
      project_id: optional(uuid),
      name: requiredName,
      status: required(oneOf('passed', 'failed')),
      reason: optional(text),
      source: required(oneOf('ui', 'sdk', 'online_scoring')),
    }),
  ),
});
