/**
 * What the function builds once and keeps.
 *
 * @module
 */
import type { OwnRules } from '../../core/capture/finder.ts';
import { compileOwnRules } from '../../core/capture/own-rules/compile.ts';
import { InvalidOwnRuleError } from '../../core/capture/own-rules/errors.ts';
import type { Environment } from '../../core/config/interpolate.ts';
import type { StorePlace } from '../../core/ingest/events.ts';
import type { ObjectStore } from '../../core/store/port.ts';
import { type FunctionEnvironment, readEnvironment, required } from '../runtime/environment.ts';
import { EnvironmentError } from '../runtime/errors.ts';
import { createSecretSource, type SecretSource } from '../runtime/secrets.ts';
import { createSqsQueue, type SqsQueue } from '../runtime/sqs-queue.ts';
import { openEnvironmentStore, placeOf } from '../runtime/store.ts';
import { createTelemetry, describeError, type Telemetry } from '../runtime/telemetry.ts';

export interface Runtime {
  readonly environment: FunctionEnvironment;
  readonly place: StorePlace;
  readonly store: ObjectStore;
  readonly queue: SqsQueue;
  readonly secrets: SecretSource;
  readonly telemetry: Telemetry;
  readonly own: OwnRules | undefined;
}

/** Nothing is sent yet. @throws EnvironmentError, after logging it */
export async function createRuntime(env: Environment): Promise<Runtime> {
  const telemetry = createTelemetry(env);
  try {
    const environment = readEnvironment(env);
    const { region, endpoint, secretArn: arn, queueUrl } = environment;
    return {
      environment,
      place: placeOf(environment),
      store: await openEnvironmentStore(environment),
      queue: createSqsQueue({ url: required(queueUrl, 'AGENTV_OPIK_QUEUE_URL'), region, endpoint }),
      secrets: createSecretSource({ arn, region, now: Date.now }),
      telemetry,
      own: await compileOwn(environment, env, telemetry),
    };
  } catch (error) {
    // Of these errors the message is fit for a log: it names a variable.
    const isOurs = error instanceof EnvironmentError || error instanceof InvalidOwnRuleError;
    const reason = isOurs ? { reason: error.message } : {};
    telemetry.logger.critical('cannot start', { error: describeError(error), ...reason });
    throw error;
  }
}

/** Told at the cold start: a variable whose value cannot be looked for protects nothing. */
async function compileOwn(
  { ownRules }: FunctionEnvironment,
  env: Environment,
  { logger }: Telemetry,
): Promise<OwnRules | undefined> {
  if (ownRules === undefined) return undefined;
  const { own, warnings } = await compileOwnRules(ownRules, env);
  for (const reason of warnings) logger.warn('redaction', { reason });
  return own;
}
