import type { z } from 'zod';
import { crash, failure, refusal } from '../http/reply.ts';
import { kindOf } from './problems.ts';

/**
 * The body as the bean that `schema` describes, or the refusal that Opik gives: what cannot be parsed is told alone and
 * first (400), then what its code breaks on (500), then all broken rules at once (422).
 */
export function decode<T>(schema: z.ZodType<T>, bean: string, body: unknown): T {
  if (body === undefined || body === null) throw refusal(422, 'The request body must not be null');
  const result = schema.safeParse(body);
  if (result.success) return result.data;
  const issues = result.error.issues;
  const unparsable = issues.find((issue) => kindOf(issue) === 'parse');
  if (unparsable !== undefined) throw unprocessable(bean, body, unparsable);
  if (issues.some((issue) => kindOf(issue) === 'crash')) throw crash();
  throw refusal(422, ...issues.map((issue) => violation(issue)));
}

function violation(issue: z.core.$ZodIssue): string {
  const path = issue.path.reduce<string>((text, step) => text + pathStep(step, text === ''), '');
  return path === '' ? issue.message : `${path} ${issue.message}`;
}

function pathStep(step: PropertyKey, first: boolean): string {
  if (typeof step === 'number') return `[${step}]`;
  const name = String(step);
  if (name.startsWith('<')) return `[].${name}`;
  const camel = name.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
  return first ? camel : `.${camel}`;
}

function unprocessable(bean: string, body: unknown, issue: z.core.$ZodIssue): Error {
  const message = issue.code === 'custom' ? issue.message : `Cannot deserialize value, ${issue.message},`;
  const chain = issue.path.map((step) =>
    typeof step === 'number' ? `java.util.ArrayList[${step}]` : `["${String(step)}"]`,
  );
  const where = `(through reference chain: com.comet.opik.api.${bean}${chain.join('->')})`;
  return failure(
    400,
    `Unable to process JSON. ${message} from ${describe(valueAt(body, issue.path))} ${where}`,
  );
}

function valueAt(body: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>((value, step) => {
    if (value === null || typeof value !== 'object') return undefined;
    return Reflect.get(value, step);
  }, body);
}

/** Opik quotes the offending value in its message: that is why such a message must be redacted before it is logged. */
function describe(value: unknown): string {
  if (typeof value === 'string') return `String "${value}"`;
  if (value === null || typeof value !== 'object') return `${typeof value} value (${String(value)})`;
  return Array.isArray(value)
    ? 'Array value (token `JsonToken.START_ARRAY`)'
    : 'Object value (token `JsonToken.START_OBJECT`)';
}
