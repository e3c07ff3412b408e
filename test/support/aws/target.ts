/**
 * Which emulator a test process works with, as the runner says by environment variables.
 *
 * @module
 */
import { z } from 'zod';

const environment = z.object({
  AWS_ENDPOINT_URL: z.url(),
  AGENTV_OPIK_TEST_EMULATOR: z.enum(['localstack', 'ministack', 'other']),
  /** Absent when the emulator runs elsewhere: its processes cannot be reached. */
  AGENTV_OPIK_TEST_EMULATOR_PID: z.coerce.number().int().positive().optional(),
  AGENTV_OPIK_TEST_SAM: z.string().min(1),
  AGENTV_OPIK_TEST_OPIK_PORT: z.coerce.number().int().positive(),
  AGENTV_OPIK_TEST_GAPS: z.string().min(1).optional(),
});

export interface Target {
  readonly endpoint: string;
  readonly emulator: 'localstack' | 'ministack' | 'other';
  readonly emulatorPid: number | undefined;
  /** A Python that has the SAM CLI. */
  readonly samPython: string;
  /** Where the deployed functions look for Opik, on loopback. */
  readonly opikPort: number;
  /** Where tests tell what this emulator cannot show. */
  readonly gapsFile: string | undefined;
}

export const REGION = 'us-east-1';
export const CREDENTIALS = { accessKeyId: 'test', secretAccessKey: 'test' } as const;

let known: Target | undefined;

/** @throws z.ZodError when the tests were not started by `npm run test:aws` */
export function target(): Target {
  known ??= readTarget(process.env);
  return known;
}

function readTarget(env: NodeJS.ProcessEnv): Target {
  const parsed = environment.parse(env);
  return {
    endpoint: parsed.AWS_ENDPOINT_URL,
    emulator: parsed.AGENTV_OPIK_TEST_EMULATOR,
    emulatorPid: parsed.AGENTV_OPIK_TEST_EMULATOR_PID,
    samPython: parsed.AGENTV_OPIK_TEST_SAM,
    opikPort: parsed.AGENTV_OPIK_TEST_OPIK_PORT,
    gapsFile: parsed.AGENTV_OPIK_TEST_GAPS,
  };
}

/** What a program of its own (the SAM CLI, the command line) needs to reach the emulator. */
export function awsEnvironment(): Record<string, string> {
  return {
    AWS_ENDPOINT_URL: target().endpoint,
    AWS_ACCESS_KEY_ID: CREDENTIALS.accessKeyId,
    AWS_SECRET_ACCESS_KEY: CREDENTIALS.secretAccessKey,
    AWS_REGION: REGION,
    AWS_DEFAULT_REGION: REGION,
    AWS_EC2_METADATA_DISABLED: 'true',
  };
}
