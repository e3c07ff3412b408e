/**
 * @module
 */
import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** The module that each command is in the Python of the tools. */
const COMMANDS = { sam: 'samcli', aws: 'awscli' } as const;

/**
 * Writes `sam` and `aws` into a folder for the PATH.
 *
 * Not the environment's own `bin`: its scripts name the folder that they were installed in, from which it was moved.
 */
export async function writeCommands(folder: string, python: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  for (const [name, module] of Object.entries(COMMANDS)) {
    const path = join(folder, name);
    await writeFile(path, `#!/bin/sh\nexec '${python}' -W ignore -m ${module} "$@"\n`);
    await chmod(path, 0o755);
  }
}
