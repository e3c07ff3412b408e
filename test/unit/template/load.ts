/**
 * CloudFormation templates as plain values: every short form (`!Ref x`) as its long one (`{ Ref: 'x' }`).
 *
 * @module
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isMap, isScalar, isSeq, parse, type ScalarTag, type Tags } from 'yaml';
import { z } from 'zod';

export const ROOT = join(import.meta.dirname, '../../..');

const FUNCTIONS = [
  'Ref',
  'Condition',
  'GetAtt',
  'Sub',
  'If',
  'Not',
  'And',
  'Or',
  'Equals',
  'Split',
  'FindInMap',
];
function longForm(name: string, value: unknown): unknown {
  if (name === 'Ref' || name === 'Condition') return { [name]: value };
  if (name === 'GetAtt' && typeof value === 'string') return { 'Fn::GetAtt': value.split('.') };
  return { [`Fn::${name}`]: value };
}

const tags: Tags = FUNCTIONS.flatMap((name) => {
  const scalar: ScalarTag = {
    tag: `!${name}`,
    resolve: (text) => longForm(name, text),
  };
  return [
    scalar,
    { tag: `!${name}`, collection: 'seq' as const, resolve: (node: unknown) => wrap(name, node) },
    { tag: `!${name}`, collection: 'map' as const, resolve: (node: unknown) => wrap(name, node) },
  ];
});

function wrap(name: string, node: unknown): unknown {
  return isSeq(node) || isMap(node) || isScalar(node) ? longForm(name, node.toJSON()) : longForm(name, node);
}

const record = z.record(z.string(), z.unknown());

export const parameterSchema = z.object({
  Type: z.string(),
  Default: z.union([z.string(), z.number()]).optional(),
  Description: z.string(),
  AllowedPattern: z.string().optional(),
  AllowedValues: z.array(z.union([z.string(), z.number()])).optional(),
  ConstraintDescription: z.string().optional(),
  MinValue: z.number().optional(),
  MaxValue: z.number().optional(),
});
export type Parameter = z.infer<typeof parameterSchema>;

const templateSchema = z.object({
  Metadata: z.object({
    'AWS::CloudFormation::Interface': z.object({
      ParameterGroups: z.array(
        z.object({ Label: z.object({ default: z.string() }), Parameters: z.array(z.string()) }),
      ),
      ParameterLabels: z.record(z.string(), z.object({ default: z.string() })),
    }),
  }),
  Parameters: z.record(z.string(), parameterSchema),
  Mappings: z.record(z.string(), z.record(z.string(), z.record(z.string(), z.number()))).default({}),
  Conditions: record,
  Globals: record.default({}),
  Resources: z.record(
    z.string(),
    z.object({
      Type: z.string(),
      Condition: z.string().optional(),
      DependsOn: z.string().optional(),
      DeletionPolicy: z.string().optional(),
      UpdateReplacePolicy: z.string().optional(),
      Properties: record.default({}),
    }),
  ),
  Outputs: z.record(z.string(), z.object({ Description: z.string(), Value: z.unknown() })),
});
export type Template = z.infer<typeof templateSchema>;

export function loadTemplate(path: string): Template {
  return templateSchema.parse(parse(readFileSync(join(ROOT, path), 'utf8'), { customTags: tags }));
}

/** The value as it is when conditions are taken for true, and as when for false, is both looked at: all branches. */
export function* branches(value: unknown): Generator<unknown> {
  const condition = record.safeParse(value).data?.['Fn::If'];
  if (Array.isArray(condition)) {
    for (const branch of condition.slice(1)) yield* branches(branch);
  } else if (record.safeParse(value).data?.Ref !== 'AWS::NoValue') yield value;
}

/** Every `Fn::Sub` as its text. */
export function textOf(value: unknown): string {
  if (typeof value === 'string') return value;
  const sub = record.safeParse(value).data?.['Fn::Sub'];
  if (typeof sub === 'string') return sub;
  if (Array.isArray(sub) && typeof sub[0] === 'string') return sub[0];
  return JSON.stringify(value);
}

/** @throws Error when the template has no such resource */
export function propertiesOf({ Resources }: Template, id: string): Readonly<Record<string, unknown>> {
  const resource = Resources[id];
  if (resource === undefined) throw new Error(`the template has no ${id}`);
  return resource.Properties;
}

export function resourcesOfType({ Resources }: Template, type: string): string[] {
  return Object.keys(Resources).filter((id) => Resources[id]?.Type === type);
}
