import { z } from 'zod';
import { addProblem } from './problems.ts';
import { text } from './scalars.ts';

/** A list of 1..max beans. A null member is not noticed by Opik's validation and breaks its code: 500. */
export const batchOf = <T>(item: z.ZodType<T>, max = 1000) =>
  z
    .array(nullCrashes(item))
    .nullish()
    .transform((value, context): T[] => {
      if (value === null || value === undefined) {
        addProblem(context, 'violation', 'must not be null');
        return z.NEVER;
      }
      if (value.length < 1 || value.length > max) {
        addProblem(context, 'violation', `size must be between 1 and ${max}`);
      }
      return value;
    });

/** A list that may be absent, with at most `max` members. */
export const listUpTo = <T>(item: z.ZodType<T>, max: number) =>
  z
    .array(nullCrashes(item))
    .nullish()
    .transform((value, context): T[] | undefined => {
      if ((value?.length ?? 0) > max) addProblem(context, 'violation', `size must be between 0 and ${max}`);
      return value ?? undefined;
    });

function nullCrashes<T>(item: z.ZodType<T>): z.ZodType<T> {
  const notNull = z.unknown().superRefine((value, context) => {
    if (value === null) {
      context.addIssue({
        code: 'custom',
        message: 'null member',
        params: { kind: 'crash' },
        input: value,
        continue: false,
      });
    }
  });
  return notNull.pipe(item);
}

/** Tags of traces, spans, datasets and items: a set, blank ones included. */
export const tagSet = z
  .array(text)
  .nullish()
  .transform((value): string[] | undefined => (value ? [...new Set(value)] : undefined));

const MAX_TAGS = 50;
const MAX_TAG_LENGTH = 100;

/** Tags under Opik's rules for experiments and for updates: at most 50, each not blank and at most 100 characters. */
export const checkedTags = z
  .array(text)
  .nullish()
  .transform((value, context): string[] | undefined => {
    if (!value) return undefined;
    const tags = [...new Set(value)];
    if (tags.length > MAX_TAGS) addProblem(context, 'violation', `size must be between 0 and ${MAX_TAGS}`);
    for (const tag of tags) {
      if (tag.trim() === '') addProblem(context, 'violation', 'must not be blank', ['<iterable element>']);
      if (tag.length > MAX_TAG_LENGTH) {
        addProblem(context, 'violation', `size must be between 0 and ${MAX_TAG_LENGTH}`, [
          '<iterable element>',
        ]);
      }
    }
    return tags;
  });
