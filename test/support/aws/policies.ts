/**
 * What the roles of a stack may do: read, and changed for a test.
 *
 * @module
 */
import {
  GetRolePolicyCommand,
  type IAMClient,
  ListRolePoliciesCommand,
  PutRolePolicyCommand,
} from '@aws-sdk/client-iam';
import { z } from 'zod';

const oneOrMore = z.union([z.string(), z.array(z.string())]).transform((value) => [value].flat());

export const statementSchema = z.looseObject({
  Sid: z.string().optional(),
  Effect: z.string(),
  Action: oneOrMore,
  Resource: oneOrMore,
});
export type Statement = z.infer<typeof statementSchema>;

const documentSchema = z.object({ Version: z.string(), Statement: z.array(statementSchema) });

export interface InlinePolicy {
  readonly role: string;
  readonly name: string;
  readonly statements: readonly Statement[];
}

/** The policies written into a role. */
export async function inlinePolicies(iam: IAMClient, role: string): Promise<InlinePolicy[]> {
  const { PolicyNames: names = [] } = await iam.send(new ListRolePoliciesCommand({ RoleName: role }));
  return Promise.all(
    names.map(async (name) => {
      const { PolicyDocument: text = '' } = await iam.send(
        new GetRolePolicyCommand({ RoleName: role, PolicyName: name }),
      );
      const { Statement: statements } = documentSchema.parse(JSON.parse(decodeURIComponent(text)));
      return { role, name, statements };
    }),
  );
}

/** Writes a policy anew, with other statements than it had. */
export async function writePolicy(iam: IAMClient, { role, name, statements }: InlinePolicy): Promise<void> {
  // A policy without a statement is none; one that allows nothing of any use takes its place.
  const none = { Effect: 'Deny', Action: 'none:None', Resource: '*' };
  const document = { Version: '2012-10-17', Statement: statements.length === 0 ? [none] : statements };
  await iam.send(
    new PutRolePolicyCommand({ RoleName: role, PolicyName: name, PolicyDocument: JSON.stringify(document) }),
  );
}

/**
 * AWS knows one action for sending one message or ten, `sqs:SendMessage`. MiniStack asks for `sqs:SendMessageBatch` by that
 * name: whatever allows the one here allows the other too.
 */
export async function allowBatches(iam: IAMClient, role: string): Promise<void> {
  for (const policy of await inlinePolicies(iam, role)) {
    const statements = policy.statements.map((statement) =>
      statement.Action.includes('sqs:SendMessage')
        ? { ...statement, Action: [...statement.Action, 'sqs:SendMessageBatch'] }
        : statement,
    );
    await writePolicy(iam, { ...policy, statements });
  }
}
