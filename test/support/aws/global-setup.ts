/**
 * Before the first test: the real template with the real artifacts, deployed once.
 *
 * @module
 */
import { randomBytes } from 'node:crypto';
import { CreateSecretCommand } from '@aws-sdk/client-secrets-manager';
import type { TestProject } from 'vitest/node';
import { lacks } from './capabilities.ts';
import { ownerClients } from './clients.ts';
import { OPIK_API_KEY, OPIK_WORKSPACE, REDACTION_KEY, WEBHOOK_SECRET } from './keys.ts';
import { allowBatches } from './policies.ts';
import { deleteStack, deployStack, type Stack } from './stack.ts';
import { target } from './target.ts';

declare module 'vitest' {
  export interface ProvidedContext {
    readonly stack: Stack;
  }
}

/** Worker settings that suit tests: short waits, as many tries as a test needs to see the last one. */
export const PARAMETERS = {
  CaptureMode: 'full',
  FunctionTimeout: '30',
  MemorySize: '512',
  MaxAttempts: '4',
  BackoffSeconds: '1',
  MaximumConcurrency: '5',
  // The account's quota is the emulator's own.
  WebConcurrency: '0',
  // Emulators are on loopback without a certificate.
  TlsOnly: 'false',
} as const;

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
  if (lacks('batch-action') !== undefined) {
    for (const [logical, role] of Object.entries(stack.resources)) {
      if (logical.endsWith('Role')) await allowBatches(clients.iam, role);
    }
  }
  project.provide('stack', stack);
  return async () => {
    if (lacks('stack-deletion') === undefined) await deleteStack(clients, stack);
  };
}
