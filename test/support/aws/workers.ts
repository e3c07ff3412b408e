/**
 * The processes in which the emulator runs functions.
 *
 * @module
 */
import { readFile } from 'node:fs/promises';
import { runCommand } from './processes.ts';
import { target } from './target.ts';

/** Our own runtime under LocalStack, MiniStack's under MiniStack. */
const WORKER = /agentv_opik_lambda\/runtime\.ts|_worker\.js/;

/** Process ids of the functions' environments that are alive now. */
export async function workerPids(): Promise<number[]> {
  const { emulatorPid } = target();
  const { stdout } = await runCommand('ps', ['-A', '-o', 'pid=,ppid=,args=']);
  return stdout.split('\n').flatMap((line) => {
    const [, pid, parent, command] = /^\s*(\d+)\s+(\d+)\s+(.*)$/.exec(line) ?? [];
    return Number(parent) === emulatorPid && WORKER.test(command ?? '') ? [Number(pid)] : [];
  });
}

/** Ends a worker at once. @returns whether it was still there */
export function killWorker(pid: number): boolean {
  return signalWorker(pid, 'SIGKILL');
}

/** Freezes a worker (SIGSTOP), or lets it go on (SIGCONT). @returns whether it was still there */
export function signalWorker(pid: number, signal: 'SIGSTOP' | 'SIGCONT' | 'SIGKILL'): boolean {
  try {
    process.kill(pid, signal);
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ESRCH') return false;
    throw error;
  }
}

/** The most memory that any worker alive has taken, in MB; undefined where the system does not tell (beside Linux). */
export async function peakMemoryMb(): Promise<number | undefined> {
  const peaks: number[] = [];
  for (const pid of await workerPids()) {
    const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '');
    const [, kilobytes] = /^VmHWM:\s+(\d+) kB$/m.exec(status) ?? [];
    if (kilobytes !== undefined) peaks.push(Math.round(Number(kilobytes) / 1024));
  }
  return peaks.length === 0 ? undefined : Math.max(...peaks);
}
