import { z } from 'zod';
import { addProblem } from './problems.ts';
import { int32, optional } from './scalars.ts';

const policyCount = int32.superRefine((value, context) => {
  if (value < 1) addProblem(context, 'violation', 'must be greater than or equal to 1');
  if (value > 100) addProblem(context, 'violation', 'must be less than or equal to 100');
});
/** How many runs an item wants, and how many must pass. */
export const executionPolicy = z
  .object({ runs_per_item: optional(policyCount), pass_threshold: optional(policyCount) })
  .transform((policy, context) => {
    const full = { runs_per_item: policy.runs_per_item ?? 1, pass_threshold: policy.pass_threshold ?? 1 };
    if (full.pass_threshold > full.runs_per_item) {
      addProblem(context, 'violation', 'pass_threshold must be less than or equal to runs_per_item', ['']);
    }
    return full;
  });

/** The `limit` of streams that give at most 2000. */
export const streamLimit = int32.superRefine((value, context) => {
  if (value < 1) addProblem(context, 'violation', 'must be greater than or equal to 1');
  if (value > 2000) addProblem(context, 'violation', 'must be less than or equal to 2000');
});
