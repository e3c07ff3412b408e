/**
 * Runs commands in this process: a project with a run of AgentV, an explicit world, and everything printed.
 *
 * @module
 */
import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import type { CliContext } from '../../../cli/context.ts';
import { run } from '../../../cli/run.ts';

const FIXTURES = join(import.meta.dirname, '..', '..', 'fixtures', 'agentv-runs');
export const RUN_ID = '2026-11-20T10-21-37-666Z';

export interface Project {
  readonly folder: string;
  readonly home: string;
  /** Gives what was printed and the exit code. */
  cli(argv: readonly string[], world?: World): Promise<Printed>;
  write(path: string, text: string): Promise<void>;
  remove(): Promise<void>;
}

export interface World {
  readonly env?: Readonly<Record<string, string>>;
  readonly isTTY?: boolean;
  readonly signal?: AbortSignal;
  readonly cwd?: string;
  readonly stdin?: string;
  readonly sleep?: CliContext['sleep'];
}

export interface Printed {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
  /** Folders that a command made and did not remove. */
  readonly leftBehind: readonly string[];
}

/** A project whose git root it is, with the four results of `baseline` as its latest run, unless another is named. */
export async function makeProject(fixture = `baseline/${RUN_ID}`): Promise<Project> {
  const root = await mkdtemp(join(tmpdir(), 'agentv-opik-test-'));
  const folder = join(root, 'shop');
  const home = join(root, 'home');
  await mkdir(join(folder, '.git'), { recursive: true });
  await mkdir(home);
  const runs = join(folder, '.agentv', 'results', 'runs', 'baseline');
  await mkdir(runs, { recursive: true });
  await cp(join(FIXTURES, fixture), join(runs, fixture.split('/').at(-1) ?? ''), { recursive: true });
  return {
    folder,
    home,
    cli: (argv, world) => invoke(argv, folder, home, world),
    async write(path, text) {
      await mkdir(join(folder, path, '..'), { recursive: true });
      await writeFile(join(folder, path), text);
    },
    remove: () => rm(root, { recursive: true, force: true }),
  };
}

async function invoke(
  argv: readonly string[],
  folder: string,
  home: string,
  { env = {}, isTTY = false, signal, cwd, stdin = '', sleep: pause }: World = {},
): Promise<Printed> {
  const printed = { stdout: '', stderr: '' };
  const temporaryFolders = new Set<string>();
  const exitCode = await run({
    argv,
    env: { PATH: process.env.PATH, ...env },
    cwd: cwd ?? folder,
    home,
    stdin: Readable.from([Buffer.from(stdin)]),
    stdout: {
      isTTY,
      columns: 100,
      write: (text) => {
        printed.stdout += text;
      },
    },
    stderr: {
      isTTY,
      columns: 100,
      write: (text) => {
        printed.stderr += text;
      },
    },
    now: () => new Date(),
    // Retries and polls wait, but not for long.
    sleep: pause ?? ((_ms, abort) => sleep(5, undefined, abort === undefined ? {} : { signal: abort })),
    signal: signal ?? new AbortController().signal,
    temporaryFolders,
  });
  return { ...printed, exitCode, leftBehind: [...temporaryFolders] };
}
