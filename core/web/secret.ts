/**
 * @module
 */
import { WebhooksOffError } from './errors.ts';
import type { WebPorts } from './ports.ts';

/** @throws WebhooksOffError when there is none */
export async function requireSecret({ secret }: Pick<WebPorts, 'secret'>): Promise<string> {
  const value = await secret();
  if (value !== undefined && value !== '') return value;
  throw new WebhooksOffError('The webhooks are off: no webhook secret is configured', {
    hint: 'Set AGENTV_OPIK_WEBHOOK_SECRET for `agentv-opik serve`, or webhook_secret in the secret of the function.',
  });
}
