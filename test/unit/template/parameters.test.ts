/**
 * What a person is asked for when deploying.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { PERSONAL_KINDS } from '../../../core/capture/own-rules/personal-kinds.ts';
import { loadTemplate, ROOT } from './load.ts';

describe.each(['template.yaml', 'infra/ci-role.yaml'])('parameters of %s', (path) => {
  const { Metadata, Parameters } = loadTemplate(path);
  const { ParameterGroups: groups, ParameterLabels: labels } = Metadata['AWS::CloudFormation::Interface'];

  it('are each in one group and have a label', () => {
    expect(groups.flatMap(({ Parameters: names }) => names).sort()).toEqual(Object.keys(Parameters).sort());
    expect(Object.keys(labels).sort()).toEqual(Object.keys(Parameters).sort());
  });

  it.each(Object.entries(Parameters))('%s is described and bounded', (_name, parameter) => {
    const { Type, AllowedPattern, AllowedValues, ConstraintDescription, Description, MinValue, MaxValue } =
      parameter;
    expect(Description.length).toBeGreaterThan(10);
    if (AllowedValues !== undefined) return;
    expect(ConstraintDescription).toMatch(/^must be /);
    if (Type === 'Number') expect([MinValue, MaxValue]).not.toContain(undefined);
    else expect(AllowedPattern).toMatch(/^\^.*\$$/);
  });

  it.each(Object.entries(Parameters))('%s allows its own default', (_name, parameter) => {
    const { Default: value, AllowedPattern, AllowedValues, MinValue, MaxValue } = parameter;
    if (value === undefined) return;
    if (AllowedValues !== undefined) expect(AllowedValues).toContain(value);
    if (AllowedPattern !== undefined) expect(String(value)).toMatch(new RegExp(AllowedPattern));
    if (MinValue !== undefined) expect(value).toBeGreaterThanOrEqual(MinValue);
    if (MaxValue !== undefined) expect(value).toBeLessThanOrEqual(MaxValue);
  });
});

describe('patterns', () => {
  const main = loadTemplate('template.yaml').Parameters;
  const ci = loadTemplate('infra/ci-role.yaml').Parameters;
  const secret = 'arn:aws:secretsmanager:eu-central-1:123456789012:secret:agentv-opik-AbC123';
  const key = 'arn:aws:kms:eu-central-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab';

  it.each([
    ['OpikUrl', 'https://opik.example.com/api', true],
    ['OpikUrl', 'http://10.0.0.5:5173/api', true],
    ['OpikUrl', 'https://user:key@opik.example.com', false],
    ['OpikUrl', 'ftp://opik', false],
    ['SecretArn', secret, true],
    ['SecretArn', 'arn:aws-us-gov:secretsmanager:us-gov-west-1:123456789012:secret:a/b-AbC123', true],
    ['SecretArn', 'sk-live-0123456789', false],
    ['ExistingBucketName', 'team-evals', true],
    ['ExistingBucketName', 's3://team-evals', false],
    ['StorePrefix', 'evals/agentv', true],
    ['StorePrefix', '/agentv', false],
    ['StorePrefix', 'agentv/', false],
    ['StorePrefix', 'a/../b', false],
    ['StorePrefix', '*', false],
    ['KmsKeyArn', key, true],
    ['KmsKeyArn', 'arn:aws:kms:eu-central-1:123456789012:alias/team', false],
    ['UploaderArns', 'arn:aws:iam::123456789012:role/ci', true],
    ['UploaderArns', '*', false],
    ['UploaderArns', 'arn:aws:iam::123456789012:root', false],
    ['AlarmEmail', 'team@example.com', true],
    ['AlarmEmail', 'team', false],
    ['UploaderArns', 'arn:aws:iam::123456789012:role/ci,arn:aws:iam::210987654321:role/ci', true],
    ['VpcSubnetIds', 'subnet-0123456789abcdef0', true],
    ['VpcSubnetIds', 'subnet-0123456789abcdef0,subnet-0fedcba9876543210', true],
    ['VpcSubnetIds', 'subnet-0123456789abcdef0, subnet-0fedcba9876543210', false],
    ['VpcSecurityGroupIds', 'default', false],
  ])('%s: %s', (name, value, allowed) => {
    expect(new RegExp(main[name]?.AllowedPattern ?? '$^').test(value)).toBe(allowed);
  });

  it.each([
    ['Repository', 'acme/shop', true],
    ['Repository', 'acme@123456/shop@456789', true],
    ['Repository', 'acme/*', false],
    ['Repository', '*', false],
    ['Repository', 'acme/shop:ref:refs/heads/main', false],
    ['Branch', 'release/*', true],
    ['Branch', 'main:environment', false],
    ['Environment', 'production', true],
    ['Environment', '*', false],
    ['SourceFolder', 'github.com_acme_shop~06ce049d5fa3fd5a', true],
    ['SourceFolder', '*', false],
    ['SourceFolder', 'a/b', false],
    ['SourceFolder', '..', false],
  ])('of the CI role, %s: %s', (name, value, allowed) => {
    expect(new RegExp(ci[name]?.AllowedPattern ?? '$^').test(value)).toBe(allowed);
  });
});

it('RedactPersonal takes every kind of personal data there is, and no other', () => {
  const { AllowedPattern = '$^' } = loadTemplate('template.yaml').Parameters.RedactPersonal ?? {};
  expect(PERSONAL_KINDS.join(',')).toMatch(new RegExp(AllowedPattern));
  expect('email,height').not.toMatch(new RegExp(AllowedPattern));
});

describe('the example of a configuration and the pages', () => {
  const known = new Set(
    ['template.yaml', 'infra/ci-role.yaml'].flatMap((path) => Object.keys(loadTemplate(path).Parameters)),
  );

  it.each(['samconfig.example.toml', 'docs/aws.md', 'docs/operations.md', 'docs/security.md'])(
    '%s names only parameters that there are',
    (path) => {
      const text = readFileSync(join(ROOT, path), 'utf8');
      const named = [...text.matchAll(/(?<![\w-])([A-Z][a-z]+(?:[A-Z][a-z]+)+)=(?!=)/g)].map(
        ([, name = '']) => name,
      );
      expect(named.length).toBeGreaterThan(0);
      expect(named.filter((name) => !known.has(name))).toEqual([]);
    },
  );
});
