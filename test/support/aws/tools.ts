/**
 * The Python programs of the AWS tests, each in a virtual environment of its own outside the tree.
 *
 * @module
 */
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readFile, rename, rm } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { runCommand } from './processes.ts';

const LOCKS = join(import.meta.dirname, 'locks');

export type Tool = 'localstack' | 'ministack' | 'sam';

/** Where installed tools are kept: `$XDG_CACHE_HOME/agentv-opik/aws`. */
export function cacheFolder(env: NodeJS.ProcessEnv): string {
  const base = env.XDG_CACHE_HOME;
  return join(base === undefined || base === '' ? join(homedir(), '.cache') : base, 'agentv-opik', 'aws');
}

/**
 * The tool's own Python, installed before or now.
 *
 * Guarantees: what is found under the name is whole, for it is renamed into place when complete; another lock file makes
 * another folder; two processes that install at once do not disturb each other.
 */
export async function installTool(tool: Tool, python: string, cache: string): Promise<string> {
  const lock = join(LOCKS, `${tool}.txt`);
  const key = createHash('sha256')
    .update(await readFile(lock))
    .update(python)
    .digest('hex')
    .slice(0, 12);
  const folder = join(cache, `${tool}-${key}`);
  // Not `bin/pip`: scripts name the folder they were made in, and that is the temporary one.
  const own = (base: string): string => join(base, 'bin', 'python');
  if (existsSync(own(folder))) return own(folder);

  const partial = `${folder}.partial-${process.pid}`;
  await mkdir(cache, { recursive: true });
  try {
    await check(python, ['-m', 'venv', partial]);
    await check(own(partial), ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '-r', lock]);
    await rename(partial, folder).catch((error: unknown) => {
      if (!existsSync(own(folder))) throw error;
    });
  } finally {
    await rm(partial, { recursive: true, force: true });
  }
  return own(folder);
}

async function check(command: string, argv: readonly string[]): Promise<void> {
  const { code, stdout, stderr } = await runCommand(command, argv);
  if (code !== 0) throw new Error(`${command} ${argv.join(' ')} failed (${code}):\n${stdout}${stderr}`);
}
