/**
 * Before the first test: the real template with the real artifacts, deployed once.
 *
 * @module
 */
import { randomBytes } from 'node:crypto';
import { CreateSecretCommand } from '@aws-sdk/client-secrets-manager';
import type { TestProject } from 'vitest/node';
import { ownerClients } from './clients.ts';
import { OPIK_API_KEY, OPIK_WORKSPACE, REDACTION_KEY, WEBHOOK_SECRET } from './keys.ts';
import { PARAMETERS } from './parameters.ts';
import { deleteStack, deployStack, type Stack } from './stack.ts';
import { target } from './target.ts';

declare module 'vitest' {
  export interface ProvidedContext {
    readonly stack: Stack;
    readonly secretArn: string;
  }
}

export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const clients = ownerClients();
  const name = `agentv-opik-${randomBytes(3).toString('hex')}`;
  const { ARN: secretArn = '' } = await clients.secrets.send(
    new CreateSecretCommand({
      Name: `${name}-keys`,
      SecretString: JSON.stringify({
        opik_api_key: OPIK_API_KEY,
        redaction_key: REDACTION_KEY,
        webhook_secret: WEBHOOK_SECRET,
      }),
    }),
  );
  const stack = await deployStack(clients, {
    template: 'template.yaml',
    stack: name,
    parameters: {
      ...PARAMETERS,
      OpikUrl: `http://127.0.0.1:${target().opikPort}/api`,
      OpikWorkspace: OPIK_WORKSPACE,
      SecretArn: secretArn,
    },
  });
  project.provide('stack', stack);
  project.provide('secretArn', secretArn);
  return () => deleteStack(clients, stack);
}
