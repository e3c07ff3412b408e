/**
 * The published command line, as a process of its own, in a project with one run.
 *
 * @module
 */
import { cp, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { fixtureRun } from '../runs.ts';
import type { Deployment } from './deployment.ts';
import { OPIK_WORKSPACE, REDACTION_KEY } from './keys.ts';
import { type Ended, runCommand } from './processes.ts';
import { awsEnvironment } from './target.ts';

const MAIN = join(process.cwd(), 'dist', 'cli', 'main.js');

export interface RunProject {
  /** Where the run lies in the project. */
  readonly run: string;
  /** Runs `agentv-opik …` there. Nothing of this machine's own environment gets through but the path. */
  readonly cli: (argv: readonly string[], env?: Readonly<Record<string, string>>) => Promise<Ended>;
  readonly remove: () => Promise<void>;
}

/** A git project whose latest run is a copy of the given one. */
export async function makeRunProject(run: string): Promise<RunProject> {
  const home = await mkdtemp(join(tmpdir(), 'agentv-opik-aws-cli-'));
  const folder = join(home, 'shop');
  const runs = join(folder, '.agentv', 'results', 'runs', 'default');
  await mkdir(join(folder, '.git'), { recursive: true });
  await mkdir(runs, { recursive: true });
  const copy = join(runs, basename(run));
  await cp(run, copy, { recursive: true });
  return {
    run: copy,
    cli: (argv, env = {}) =>
      runCommand(process.execPath, [MAIN, ...argv], {
        cwd: folder,
        env: {
          PATH: process.env.PATH,
          HOME: home,
          AGENTV_OPIK_REDACTION_KEY: REDACTION_KEY,
          OPIK_WORKSPACE,
          ...awsEnvironment(),
          ...env,
        },
      }),
    remove: () => rm(home, { recursive: true, force: true }),
  };
}

/** Sends the dead letters of a deployment back, as a person does it: by the command line. */
export async function replayDeadLetters(
  { deadLettersUrl, queueUrl, storeUri }: Pick<Deployment, 'deadLettersUrl' | 'queueUrl' | 'storeUri'>,
  env: Readonly<Record<string, string>> = {},
): Promise<Ended> {
  const project = await makeRunProject(fixtureRun('ws').directory);
  try {
    return await project.cli(
      ['replay', '--dlq', deadLettersUrl, '--queue', queueUrl, '--store', storeUri],
      env,
    );
  } finally {
    await project.remove();
  }
}
