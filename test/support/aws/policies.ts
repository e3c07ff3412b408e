/**
 * What the roles of a stack may do: read, and changed for a test.
 *
 * @module
 */
import {
  GetPolicyCommand,
  GetPolicyVersionCommand,
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
async function writePolicy(iam: IAMClient, { role, name, statements }: InlinePolicy): Promise<void> {
  // A policy without a statement is none; one that allows nothing of any use takes its place.
  const none = { Effect: 'Deny', Action: 'none:None', Resource: '*' };
  const document = { Version: '2012-10-17', Statement: statements.length === 0 ? [none] : statements };
  await iam.send(
    new PutRolePolicyCommand({ RoleName: role, PolicyName: name, PolicyDocument: JSON.stringify(document) }),
  );
}

/** The newest text of a policy that stands by itself. */
export async function managedPolicy(iam: IAMClient, arn: string): Promise<InlinePolicy> {
  const { Policy: policy } = await iam.send(new GetPolicyCommand({ PolicyArn: arn }));
  const { PolicyVersion: version } = await iam.send(
    new GetPolicyVersionCommand({ PolicyArn: arn, VersionId: policy?.DefaultVersionId }),
  );
  const text = decodeURIComponent(version?.Document ?? '');
  const { Statement: statements } = documentSchema.parse(JSON.parse(text));
  return { role: '', name: policy?.PolicyName ?? '', statements };
}

/** The policy without one of its statements. */
export function without(policy: InlinePolicy, sid: string): InlinePolicy {
  return { ...policy, statements: policy.statements.filter((statement) => statement.Sid !== sid) };
}

/** Does something while a role may do less: one statement of its policies is changed, or taken away by undefined. */
export async function whileRestricted<Value>(
  iam: IAMClient,
  {
    role,
    sid,
    change,
  }: { role: string; sid: string; change: (statement: Statement) => Statement | undefined },
  work: () => Promise<Value>,
): Promise<Value> {
  const policies = await inlinePolicies(iam, role);
  const policy = policies.find(({ statements }) => statements.some((statement) => statement.Sid === sid));
  if (policy === undefined) throw new Error(`No policy of ${role} has a statement ${sid}`);
  const statements = policy.statements.flatMap((statement) => {
    const changed = statement.Sid === sid ? change(statement) : statement;
    return changed === undefined ? [] : [changed];
  });
  await writePolicy(iam, { ...policy, statements });
  try {
    return await work();
  } finally {
    await writePolicy(iam, policy);
  }
}
