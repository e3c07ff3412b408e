import { describe, expect, it } from 'vitest';
import { readEnvironment, required } from '../../../functions/runtime/environment.ts';
import { placeOf } from '../../../functions/runtime/store.ts';

const LEAST = { AGENTV_OPIK_STORE: 's3://team-evals/agentv' };

describe('readEnvironment', () => {
  it('has a safe default for all but the store', () => {
    expect(readEnvironment(LEAST)).toEqual({
      store: { kind: 's3', bucket: 'team-evals', prefix: 'agentv' },
      capture: 'metadata-only',
      policy: 'required',
      maxReceives: 5,
      backoffSeconds: 30,
      overrides: {},
    });
  });

  it('takes what is set to nothing as not set, as CloudFormation passes it', () => {
    const empty = Object.fromEntries(
      [
        'AGENTV_OPIK_QUEUE_URL',
        'AGENTV_OPIK_SECRET_ARN',
        'AGENTV_OPIK_CAPTURE',
        'AGENTV_OPIK_POLICY',
        'AGENTV_OPIK_PROJECT',
        'AGENTV_OPIK_MAX_RECEIVES',
        'AGENTV_OPIK_BACKOFF_SECONDS',
        'OPIK_URL_OVERRIDE',
        'OPIK_WORKSPACE',
        'OPIK_PROJECT_NAME',
        'AWS_ENDPOINT_URL',
      ].map((name) => [name, ' ']),
    );
    expect(readEnvironment({ ...LEAST, ...empty })).toEqual(readEnvironment(LEAST));
  });

  it("reads a team's own rules of redaction", () => {
    const { ownRules } = readEnvironment({
      ...LEAST,
      AGENTV_OPIK_REDACT_ENV: 'SHOP_API_KEY',
      AGENTV_OPIK_REDACT_STRINGS: 'Globex, Inc.\nInitech',
    });
    expect(ownRules).toMatchObject({
      env: [{ name: 'SHOP_API_KEY', where: 'AGENTV_OPIK_REDACT_ENV' }],
      strings: [{ value: 'Globex, Inc.' }, { value: 'Initech' }],
    });
    expect(() => readEnvironment({ ...LEAST, AGENTV_OPIK_REDACT_PATTERNS: '[{"id":"A"}]' })).toThrow(
      expect.objectContaining({
        code: 'ENVIRONMENT',
        message: expect.stringContaining('AGENTV_OPIK_REDACT_PATTERNS'),
      }),
    );
  });

  it('reads all of them', () => {
    expect(
      readEnvironment({
        ...LEAST,
        AGENTV_OPIK_QUEUE_URL: 'https://sqs.eu-central-1.amazonaws.com/1/ingest',
        AGENTV_OPIK_SECRET_ARN: 'arn:aws:secretsmanager:eu-central-1:1:secret:opik',
        AGENTV_OPIK_CAPTURE: 'redacted',
        AGENTV_OPIK_POLICY: 'best-effort',
        AGENTV_OPIK_PROJECT: 'evals',
        AGENTV_OPIK_GROUP_BY: 'target',
        AGENTV_OPIK_ASSERTIONS: 'true',
        AGENTV_OPIK_MAX_RECEIVES: '8',
        AGENTV_OPIK_BACKOFF_SECONDS: '0',
        OPIK_URL_OVERRIDE: 'https://opik.example.com/api/',
        OPIK_WORKSPACE: 'team',
        OPIK_PROJECT_NAME: 'fallback',
        AWS_REGION: 'eu-central-1',
        AWS_ENDPOINT_URL: 'http://127.0.0.1:4566',
      }),
    ).toMatchObject({
      queueUrl: 'https://sqs.eu-central-1.amazonaws.com/1/ingest',
      capture: 'redacted',
      policy: 'best-effort',
      overrides: { project: 'evals', groupBy: 'target', assertions: true },
      maxReceives: 8,
      backoffSeconds: 0,
      opikUrl: 'https://opik.example.com/api',
      workspace: 'team',
      defaultProject: 'fallback',
      s3Endpoint: 'http://127.0.0.1:4566',
    });
  });

  it.each([
    ['AGENTV_OPIK_STORE', ''],
    ['AGENTV_OPIK_STORE', 'https://bucket.s3.amazonaws.com'],
    ['AGENTV_OPIK_QUEUE_URL', 'ingest'],
    ['AGENTV_OPIK_MAX_RECEIVES', '0'],
    ['AGENTV_OPIK_MAX_RECEIVES', '2.5'],
    ['AGENTV_OPIK_BACKOFF_SECONDS', '901'],
    ['AGENTV_OPIK_CAPTURE', 'everything'],
    ['AGENTV_OPIK_GROUP_BY', 'suite'],
    ['OPIK_URL_OVERRIDE', 'ftp://opik'],
  ])('names %s when it is %j', (name, value) => {
    expect(() => readEnvironment({ ...LEAST, [name]: value })).toThrow(
      expect.objectContaining({ code: 'ENVIRONMENT', message: expect.stringContaining(name) }),
    );
  });
});

it('a variable that one function needs is named when it is missing', () => {
  expect(() => required(undefined, 'AGENTV_OPIK_QUEUE_URL')).toThrow('AGENTV_OPIK_QUEUE_URL is not set');
});

it('notifications come from S3 alone', () => {
  expect(() => placeOf({ store: { kind: 'file', path: '/srv' } })).toThrow('AGENTV_OPIK_STORE');
});
