import { z } from 'zod';
import { type Instant, inRange, parseInstant } from './instants.ts';
import { addProblem } from './problems.ts';

/** A field that may be absent or null; both read as undefined. */
export const optional = <T>(schema: z.ZodType<T>) =>
  schema.nullish().transform((value): T | undefined => value ?? undefined);

/** A field that must be there: `x must not be null`. */
export const required = <T>(schema: z.ZodType<T>) =>
  schema.nullish().transform((value, context): T => {
    if (value !== null && value !== undefined) return value;
    addProblem(context, 'violation', 'must not be null');
    return z.NEVER;
  });

const cannot = (javaType: string) => `Cannot deserialize value of type \`${javaType}\``;

/** Jackson makes text of numbers and booleans, not of objects and lists. */
export const text = z.unknown().transform((value, context): string => {
  if (typeof value === 'string') return value;
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  addProblem(context, 'parse', cannot('java.lang.String'));
  return z.NEVER;
});

export const notBlank = text.superRefine((value, context) => {
  if (value.trim() === '') addProblem(context, 'violation', 'must not be blank');
});

export const textUpTo = (max: number) =>
  text.superRefine((value, context) => {
    if (value.length > max) addProblem(context, 'violation', `size must be between 0 and ${max}`);
  });

/** A name that must be there and not blank: absent counts as blank. @see jakarta NotBlank */
export const requiredName = z.unknown().transform((value, context): string => {
  if (value === null || value === undefined) {
    addProblem(context, 'violation', 'must not be blank');
    return z.NEVER;
  }
  if (typeof value === 'object') {
    addProblem(context, 'parse', cannot('java.lang.String'));
    return z.NEVER;
  }
  const name = String(value);
  if (name.trim() === '') addProblem(context, 'violation', 'must not be blank');
  return name;
});

function numberOf(value: unknown): number | undefined {
  if (typeof value === 'number') return value;
  if (typeof value === 'string' && value.trim() !== '' && Number.isFinite(Number(value)))
    return Number(value);
  return undefined;
}

/** A decimal, also from numeric text; a boolean is refused. */
export const decimal = z.unknown().transform((value, context): number => {
  const number = numberOf(value);
  if (number !== undefined) return number;
  addProblem(context, 'parse', cannot('java.math.BigDecimal'));
  return z.NEVER;
});

const INT32 = 2 ** 31;

/** A 32-bit integer: fractions are cut without a word, text is read, larger numbers are refused. */
export const int32 = z.unknown().transform((value, context): number => {
  const number = numberOf(value);
  if (number !== undefined && number >= -INT32 && number < INT32) return Math.trunc(number);
  addProblem(context, 'parse', cannot('java.lang.Integer'));
  return z.NEVER;
});

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;
const NIL = '00000000-0000-0000-0000-000000000000';

/** Any UUID, in lower case. The version is checked later, by the resource. Empty text is the nil UUID, as in Jackson. */
export const uuid = z.unknown().transform((value, context): string => {
  if (value === '') return NIL;
  if (typeof value === 'string' && UUID.test(value)) return value.toLowerCase();
  addProblem(context, 'parse', cannot('java.util.UUID'));
  return z.NEVER;
});

/** An enum in any case. */
export const oneOf = <const T extends string>(...values: readonly T[]) =>
  z.unknown().transform((value, context): T => {
    const lower = typeof value === 'string' ? value.toLowerCase() : undefined;
    const found = values.find((known) => known === lower);
    if (found !== undefined) return found;
    addProblem(
      context,
      'parse',
      `Cannot construct instance of enum, expected one of ${values.join(', ')}, got`,
    );
    return z.NEVER;
  });

/** A time with zone, or epoch seconds as a number; kept in nanoseconds, in UTC, within what the database can hold. */
export const instant = z.unknown().transform((value, context): Instant => {
  const parsed = parseInstant(value);
  if (parsed === undefined) {
    addProblem(context, 'parse', cannot('java.time.Instant'));
    return z.NEVER;
  }
  if (!inRange(parsed)) {
    addProblem(context, 'violation', 'must be between 1970-01-01T00:00:00Z and 2262-04-11T23:47:16Z');
  }
  return parsed;
});

/** Any JSON, kept as sent. */
export const freeJson = z.unknown().transform((value): unknown => value);

export const bool = z.unknown().transform((value, context): boolean => {
  if (typeof value === 'boolean') return value;
  if (value === 'true' || value === 'false') return value === 'true';
  addProblem(context, 'parse', cannot('boolean'));
  return z.NEVER;
});
