/**
 * Keys, read from Secrets Manager when first needed and kept for a while.
 *
 * @module
 */
import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { z } from 'zod';
import { SecretError, SecretUnavailableError } from './errors.ts';

/** Long enough that a burst of messages asks once, short enough that a rotated key is taken up. Milliseconds. */
const FRESH_MS = 5 * 60_000;

const key = z
  .string()
  .trim()
  .transform((text) => (text === '' ? undefined : text))
  .optional();

export const secretsSchema = z.object({ opik_api_key: key, redaction_key: key, webhook_secret: key });
export type Secrets = z.infer<typeof secretsSchema>;

export interface SecretSource {
  /** @throws SecretError, SecretUnavailableError */
  read(): Promise<Secrets>;
  /** Forgets what it knows: a key was refused, so it may have been changed. */
  forget(): void;
}

export interface SecretSettings {
  /** Without one there are no keys, which is enough for an Opik without authentication. */
  readonly arn: string | undefined;
  readonly region: string | undefined;
  readonly now: () => number;
}

export function createSecretSource({ arn, region, now }: SecretSettings): SecretSource {
  if (arn === undefined) {
    const none: Secrets = {};
    return { read: async () => none, forget: () => undefined };
  }
  const client = new SecretsManagerClient(region === undefined ? {} : { region });
  let known: { readonly secrets: Promise<Secrets>; readonly since: number } | undefined;
  return {
    read() {
      if (known !== undefined && now() - known.since < FRESH_MS) return known.secrets;
      const reading = { secrets: fetchSecrets(client, arn), since: now() };
      known = reading;
      // A failure is told to those who wait for it, and not remembered.
      reading.secrets.catch(() => {
        if (known === reading) known = undefined;
      });
      return reading.secrets;
    },
    forget() {
      known = undefined;
    },
  };
}

async function fetchSecrets(client: SecretsManagerClient, arn: string): Promise<Secrets> {
  let text: string | undefined;
  try {
    ({ SecretString: text } = await client.send(new GetSecretValueCommand({ SecretId: arn })));
  } catch (error) {
    const name = error instanceof Error ? error.name : 'Error';
    if (LASTING.has(name)) {
      throw new SecretError(`The secret ${arn} cannot be read: ${name}`, {
        hint: 'Create it, or allow secretsmanager:GetSecretValue on it (and kms:Decrypt on its key).',
      });
    }
    throw new SecretUnavailableError(`The secret ${arn} cannot be read just now: ${name}`);
  }
  return parseSecrets(text ?? '', arn);
}

const LASTING: ReadonlySet<string> = new Set([
  'AccessDeniedException',
  'DecryptionFailure',
  'InvalidParameterException',
  'InvalidRequestException',
  'ResourceNotFoundException',
]);

/** Never quotes what it reads. */
function parseSecrets(text: string, arn: string): Secrets {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw malformed(arn);
  }
  const parsed = secretsSchema.safeParse(value);
  if (!parsed.success) throw malformed(arn);
  return parsed.data;
}

function malformed(arn: string): SecretError {
  return new SecretError(`The secret ${arn} is no JSON object of texts`, {
    hint: 'Write {"opik_api_key":"…","redaction_key":"…","webhook_secret":"…"}; each may be left out.',
  });
}
