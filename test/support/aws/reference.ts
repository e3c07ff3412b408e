/**
 * @module
 */
import { startOpikStandIn } from '../opik/index.ts';
import { OPIK_API_KEY, OPIK_WORKSPACE } from './keys.ts';

/** Where a bundle lies differs between a bucket and a folder, and nothing else may. */
export function withoutStore(snapshot: string): string {
  return snapshot.replaceAll(/(?:s3|file):\/\/[^"]*?\/runs\//g, '<store>/runs/');
}

/** What an Opik of its own holds after the work; the variables tell the command line where it is. */
export async function referenceState(
  deliver: (variables: Readonly<Record<string, string>>) => Promise<void>,
): Promise<string> {
  const opik = await startOpikStandIn({ apiKey: OPIK_API_KEY, workspace: OPIK_WORKSPACE });
  try {
    await deliver({ OPIK_URL_OVERRIDE: opik.url, OPIK_API_KEY });
    return withoutStore(opik.snapshot());
  } finally {
    await opik.close();
  }
}
