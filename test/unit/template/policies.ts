/**
 * The policies of a template, flat.
 *
 * @module
 */
import { z } from 'zod';
import { branches, type Template, textOf } from './load.ts';

const statementSchema = z.object({
  Sid: z.string().optional(),
  Effect: z.enum(['Allow', 'Deny']),
  Principal: z.unknown().optional(),
  Action: z.union([z.string(), z.array(z.string())]),
  Resource: z.unknown().optional(),
  Condition: z.record(z.string(), z.record(z.string(), z.unknown())).optional(),
});

export interface Statement {
  /** Logical id of the role, policy, bucket policy or queue policy. */
  readonly of: string;
  readonly sid: string;
  readonly effect: 'Allow' | 'Deny';
  readonly actions: readonly string[];
  readonly resources: readonly string[];
  readonly condition: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

const documentSchema = z.object({ Statement: z.array(z.unknown()) });
const inlineSchema = z.object({ PolicyDocument: documentSchema });

/** All statements of all policies but those that say who may take a role, whatever conditions they are under. */
export function statementsOf({ Resources }: Template): Statement[] {
  return Object.entries(Resources).flatMap(([id, { Properties }]) => {
    const inline = Array.isArray(Properties.Policies) ? Properties.Policies : [];
    const documents = [
      ...(Properties.PolicyDocument === undefined ? [] : [Properties.PolicyDocument]),
      ...inline.flatMap((policy) =>
        [...branches(policy)].map((each) => inlineSchema.parse(each).PolicyDocument),
      ),
    ];
    return documents.flatMap((document) =>
      documentSchema
        .parse(document)
        .Statement.flatMap((statement) => [...branches(statement)])
        .map((statement) => flatten(id, statement)),
    );
  });
}

function flatten(of: string, value: unknown): Statement {
  const { Sid, Effect, Action, Resource, Condition } = statementSchema.parse(value);
  return {
    of,
    sid: Sid ?? '',
    effect: Effect,
    actions: [Action].flat(),
    resources: (Array.isArray(Resource) ? Resource : [Resource]).map(textOf),
    condition: Condition ?? {},
  };
}
