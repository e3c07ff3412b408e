/**
 * Processes that the tests start, and that must not outlive them.
 *
 * @module
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';

const GRACE_MS = 15_000;

export interface Service {
  readonly pid: number;
  /** Set once it is gone. */
  readonly ended: () => string | undefined;
  /** Resolves with exit code and signal, after the last of its output. */
  readonly exited: Promise<unknown[]>;
  /** Ends the process and everything that it started. */
  readonly stop: () => Promise<void>;
}

const running = new Set<number>();

/** Nothing that was started stays behind, whatever ends this process. */
process.on('exit', () => {
  for (const group of running) signalGroup(group, 'SIGKILL');
});

export interface ServiceOptions {
  readonly env: NodeJS.ProcessEnv;
  readonly cwd?: string;
  /** Where its output goes: into a file, or line by line to whom it may concern. */
  readonly output: { readonly file: string } | { readonly line: (line: string) => void };
}

/** Starts a process as a group of its own, so that it can be ended with everything that it started. */
export function startService(
  command: string,
  argv: readonly string[],
  { output, ...options }: ServiceOptions,
): Service {
  const sink = 'file' in output ? openSync(output.file, 'w') : 'pipe';
  const child = spawn(command, argv, { ...options, stdio: ['ignore', sink, sink], detached: true });
  if (typeof sink === 'number') closeSync(sink);
  if ('line' in output) {
    for (const input of [child.stdout, child.stderr]) {
      if (input !== null) createInterface({ input }).on('line', output.line);
    }
  }
  const { pid } = child;
  if (pid === undefined) throw new Error(`${command} could not be started`);
  running.add(pid);
  return { pid, ended: () => endOf(child), exited: once(child, 'close'), stop: () => stop(child, pid) };
}

function endOf(child: ChildProcess): string | undefined {
  if (child.exitCode !== null) return `exit code ${child.exitCode}`;
  return child.signalCode === null ? undefined : `signal ${child.signalCode}`;
}

async function stop(child: ChildProcess, group: number): Promise<void> {
  signalGroup(group, 'SIGTERM');
  const until = Date.now() + GRACE_MS;
  while (endOf(child) === undefined && Date.now() < until) await sleep(50);
  signalGroup(group, 'SIGKILL');
  running.delete(group);
}

function signalGroup(group: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-group, signal);
  } catch (error) {
    // ESRCH: nobody of the group is left, which is what was wanted.
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error;
  }
}

export interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a command to its end. */
export async function runCommand(
  command: string,
  argv: readonly string[],
  options: { readonly env?: NodeJS.ProcessEnv; readonly cwd?: string } = {},
): Promise<Ended> {
  const child = spawn(command, argv, { stdio: ['ignore', 'pipe', 'pipe'], ...options });
  const [stdout, stderr] = [text(child.stdout), text(child.stderr)];
  const [code] = await once(child, 'close');
  return { code: typeof code === 'number' ? code : 1, stdout: await stdout, stderr: await stderr };
}
