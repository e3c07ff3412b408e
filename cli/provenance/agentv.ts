/**
 * @module
 */
import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { z } from 'zod';

const packageSchema = z.object({ version: z.string().min(1).max(100) });

/**
 * The version of AgentV, as far as it is cheap to know: as CI says, or of the package installed near the run. It is not
 * asked itself, for that takes seconds.
 */
export async function readAgentvVersion(
  runFolder: string,
  env: Readonly<Record<string, string | undefined>>,
): Promise<string | undefined> {
  const named = env.AGENTV_VERSION;
  if (named !== undefined && named !== '') return named;
  for (let folder = runFolder; ; folder = dirname(folder)) {
    const version = await versionIn(join(folder, 'node_modules', 'agentv', 'package.json'));
    if (version !== undefined) return version;
    if (dirname(folder) === folder) return undefined;
  }
}

async function versionIn(path: string): Promise<string | undefined> {
  try {
    return packageSchema.parse(JSON.parse(await readFile(path, 'utf8'))).version;
  } catch (error) {
    if (error instanceof Error) return undefined;
    throw error;
  }
}
