/**
 * "This bundle is in the store": what a CI job or a store without notifications says.
 *
 * @module
 */
import { z } from 'zod';
import { isBundlePath, MANIFEST_NAME } from '../bundle/keys.ts';
import { bundleMessage, type Message } from '../ingest/messages.ts';
import { isKey } from '../store/keys.ts';
import { MalformedCallError } from './errors.ts';

const bodySchema = z.object({ bundle: z.string().max(2048) });

/**
 * Reads the body `{"bundle": "runs/…"}`. The bundle's whole URI, as `upload` prints it, will do too, and its manifest's.
 *
 * @param storeUri - of the one store that bundles are taken from
 * @throws MalformedCallError, which quotes nothing
 */
export function readBundleCall(body: Uint8Array, storeUri: string): Message {
  const parsed = bodySchema.safeParse(parseJson(body));
  const path = parsed.success ? pathIn(storeUri, parsed.data.bundle) : undefined;
  if (path === undefined) {
    throw new MalformedCallError('The body names no bundle of this store', {
      hint: 'Send {"bundle":"runs/<source>/<yyyy>/<mm>/<dd>/<run>/<digest>"}.',
    });
  }
  return bundleMessage(path);
}

function pathIn(storeUri: string, named: string): string | undefined {
  const inside = named.startsWith(`${storeUri}/`) ? named.slice(storeUri.length + 1) : named;
  const path = inside.endsWith(`/${MANIFEST_NAME}`) ? inside.slice(0, -MANIFEST_NAME.length - 1) : inside;
  return isBundlePath(path) && isKey(path) ? path : undefined;
}

function parseJson(body: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body));
  } catch (cause) {
    throw new MalformedCallError('The body is not JSON', { cause });
  }
}
