import type { z } from 'zod';

/**
 * The three ways a body is refused. `parse`: it cannot become the Java object (400, names the field and quotes the value).
 * `violation`: the object breaks a rule (422, all of them, camelCase paths). `crash`: Opik's own code falls over (500).
 */
export type ProblemKind = 'parse' | 'violation' | 'crash';

export interface Problem {
  readonly kind: ProblemKind;
  readonly message: string;
}

type Context = z.core.$RefinementCtx<unknown>;

export function addProblem(
  context: Context,
  kind: ProblemKind,
  message: string,
  path: (string | number)[] = [],
): void {
  context.addIssue({ code: 'custom', message, path, params: { kind }, input: undefined });
}

/** Reads back what {@link addProblem} put in; every issue of zod's own is a parse problem. */
export function kindOf(issue: z.core.$ZodIssue): ProblemKind {
  if (issue.code !== 'custom') return 'parse';
  const kind: unknown = issue.params?.kind;
  return kind === 'violation' || kind === 'crash' ? kind : 'parse';
}
