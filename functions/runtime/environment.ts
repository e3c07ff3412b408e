/**
 * What a function is told by its environment: read once, at the cold start.
 *
 * @module
 */
import { z } from 'zod';
import type { CaptureMode } from '../../core/capture/mode.ts';
import type { OwnRuleSettings } from '../../core/capture/own-rules/settings.ts';
import { InvalidSettingError } from '../../core/config/errors.ts';
import type { Environment } from '../../core/config/interpolate.ts';
import { readOpikVariables } from '../../core/config/opik.ts';
import { ownRuleSettings } from '../../core/config/redaction.ts';
import type { Policy } from '../../core/config/schema.ts';
import { readVariables } from '../../core/config/variables.ts';
import type { DestinationOverrides } from '../../core/ingest/context.ts';
import { InvalidStoreUriError } from '../../core/store/errors.ts';
import { parseStoreUri, type StoreLocation } from '../../core/store/location.ts';
import { EnvironmentError } from './errors.ts';

export interface FunctionEnvironment {
  readonly store: StoreLocation;
  readonly queueUrl: string | undefined;
  readonly secretArn: string | undefined;
  /** Of this side; an uploader's stricter mode wins. Default `metadata-only`. */
  readonly capture: CaptureMode;
  /** The team's own rules of redaction, by `AGENTV_OPIK_REDACT_*`. */
  readonly ownRules: OwnRuleSettings | undefined;
  /** Default `required`: a function exists to deliver. */
  readonly policy: Policy;
  readonly opikUrl: string | undefined;
  /** Wins over the uploader's. */
  readonly workspace: string | undefined;
  /** Win over the uploader's. */
  readonly overrides: DestinationOverrides;
  /** Where a bundle goes that names no project. */
  readonly defaultProject: string | undefined;
  /** Deliveries of a message before the queue moves it to the dead letters. Default 5. */
  readonly maxReceives: number;
  /** Seconds before the second try; doubles with each further one. Default 30. */
  readonly backoffSeconds: number;
  readonly region: string | undefined;
  /** Of an emulator, or of a store beside AWS. */
  readonly endpoint: string | undefined;
  readonly s3Endpoint: string | undefined;
}

const optional = z
  .string()
  .trim()
  .transform((text) => (text === '' ? undefined : text))
  .optional();

function whole(min: number, max: number, fallback: number) {
  return optional
    .transform((text) => (text === undefined ? undefined : Number(text)))
    .pipe(
      z
        .number({ error: 'must be a number' })
        .int('must be a whole number')
        .min(min, `must be at least ${min}`)
        .max(max, `must be at most ${max}`)
        .default(fallback),
    );
}

const url = optional.pipe(
  z.url({ protocol: /^https?$/, error: 'must be an http: or https: URL' }).optional(),
);

/** The variables that only functions have; the others are the command line's. */
const functionVariables = z.object({
  AGENTV_OPIK_QUEUE_URL: url,
  AGENTV_OPIK_SECRET_ARN: optional,
  AGENTV_OPIK_MAX_RECEIVES: whole(1, 1000, 5),
  AGENTV_OPIK_BACKOFF_SECONDS: whole(0, 900, 30),
  AWS_REGION: optional,
  AWS_ENDPOINT_URL: url,
  AWS_ENDPOINT_URL_S3: url,
});

/**
 * Reads a function's environment. Variables set to nothing, as CloudFormation passes empty parameters, are not set.
 *
 * @throws EnvironmentError naming the variable
 */
export function readEnvironment(env: Environment): FunctionEnvironment {
  const parsed = functionVariables.safeParse(env);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw new EnvironmentError(`${issue?.path.join('.')} ${issue?.message}`, {
      hint: "Correct it in the function's environment.",
    });
  }
  const own = parsed.data;
  const settings = named(() => readVariables(env));
  const opik = named(() => readOpikVariables(env));
  const { project, dataset, experiment_name, group_by, assertions } = settings;
  return {
    store: readStore(settings.store),
    queueUrl: own.AGENTV_OPIK_QUEUE_URL,
    secretArn: own.AGENTV_OPIK_SECRET_ARN,
    capture: settings.capture ?? 'metadata-only',
    ownRules: ownRuleSettings(settings),
    policy: settings.policy ?? 'required',
    opikUrl: opik.url,
    workspace: settings.workspace ?? opik.workspace,
    overrides: { project, dataset, experimentName: experiment_name, groupBy: group_by, assertions },
    defaultProject: opik.project,
    maxReceives: own.AGENTV_OPIK_MAX_RECEIVES,
    backoffSeconds: own.AGENTV_OPIK_BACKOFF_SECONDS,
    region: own.AWS_REGION,
    endpoint: own.AWS_ENDPOINT_URL,
    s3Endpoint: own.AWS_ENDPOINT_URL_S3 ?? own.AWS_ENDPOINT_URL,
  };
}

/** The value of a variable that this function cannot do without. @throws EnvironmentError */
export function required(value: string | undefined, variable: string): string {
  if (value !== undefined) return value;
  throw new EnvironmentError(`${variable} is not set`, { hint: "Set it in the function's environment." });
}

function readStore(uri: string | undefined): StoreLocation {
  try {
    return parseStoreUri(required(uri, 'AGENTV_OPIK_STORE'));
  } catch (error) {
    if (!(error instanceof InvalidStoreUriError)) throw error;
    throw new EnvironmentError(`AGENTV_OPIK_STORE: ${error.message}`, { cause: error });
  }
}

/** The settings' own errors name the variable. */
function named<Value>(read: () => Value): Value {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof InvalidSettingError)) throw error;
    throw new EnvironmentError(error.message, {
      cause: error,
      ...(error.hint === undefined ? {} : { hint: error.hint }),
    });
  }
}
