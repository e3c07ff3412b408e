/**
 * @module
 */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { Provenance } from '../../core/bundle/manifest.ts';
import { repositorySlug } from './repository.ts';

const run = promisify(execFile);
/** A git that takes longer hangs on something; the facts are not worth waiting for. */
const TIMEOUT_MS = 5000;

/**
 * What git says of a folder. Every fact is optional: no git, no repository or no commit yet are no errors.
 */
export async function readGit(
  folder: string,
  env: Readonly<Record<string, string | undefined>>,
): Promise<NonNullable<Provenance['git']>> {
  const git = (...args: string[]): Promise<string | undefined> => output(folder, env, args);
  const [commit, branch, remote, changes] = await Promise.all([
    git('rev-parse', '--verify', 'HEAD'),
    git('symbolic-ref', '--short', '--quiet', 'HEAD'),
    git('config', '--get', 'remote.origin.url'),
    git('status', '--porcelain', '--untracked-files=no'),
  ]);
  const repository = remote === undefined ? undefined : repositorySlug(remote);
  return {
    ...(commit ? { commit } : {}),
    ...(branch ? { branch } : {}),
    ...(repository === undefined ? {} : { repository }),
    ...(commit === undefined || changes === undefined ? {} : { dirty: changes !== '' }),
  };
}

async function output(
  folder: string,
  env: Readonly<Record<string, string | undefined>>,
  args: readonly string[],
): Promise<string | undefined> {
  try {
    const { stdout } = await run('git', ['-C', folder, ...args], {
      // Never stops to ask, and takes no lock that somebody else may want.
      env: { ...env, GIT_OPTIONAL_LOCKS: '0', GIT_TERMINAL_PROMPT: '0' },
      timeout: TIMEOUT_MS,
      maxBuffer: 8 * 1024 * 1024,
    });
    return stdout.trim();
  } catch (error) {
    if (error instanceof Error) return undefined;
    throw error;
  }
}
