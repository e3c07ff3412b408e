/**
 * @module
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import type { CaptureMode } from '../../core/capture/mode.ts';
import { captureModeSchema } from '../../core/capture/mode-schema.ts';

export function parseMode(text: string): CaptureMode {
  return captureModeSchema.parse(text);
}

/** Runs a script of this folder with the running Node and gives the last line that it prints, as JSON. */
export async function runWorker(script: string, args: readonly string[]): Promise<Record<string, number>> {
  const child = spawn(process.execPath, [new URL(script, import.meta.url).pathname, ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let output = '';
  child.stdout.setEncoding('utf8');
  child.stdout.on('data', (text: string) => {
    output += text;
  });
  const [code] = await once(child, 'close');
  if (code !== 0) throw new Error(`${script} exited with ${code}`);
  return JSON.parse(output.trimEnd().split('\n').at(-1) ?? '');
}

export interface MeasuredCommand {
  readonly seconds: number;
  readonly maxRssMb: number;
  readonly stdout: string;
}

/** Runs the built command line and measures it as a whole process. */
export async function runCli(args: readonly string[], env: NodeJS.ProcessEnv): Promise<MeasuredCommand> {
  const preload = new URL('./report-memory.mjs', import.meta.url).href;
  const start = performance.now();
  const child = spawn(process.execPath, ['--import', preload, 'dist/cli/main.js', ...args], {
    stdio: ['ignore', 'pipe', 'inherit', 'pipe'],
    env: { ...process.env, ...env },
  });
  const [stdout, peak, [code]] = await Promise.all([
    text(child.stdout ?? Readable.from([])),
    text(child.stdio[3] instanceof Readable ? child.stdio[3] : Readable.from([])),
    once(child, 'close'),
  ]);
  if (code !== 0) throw new Error(`agentv-opik ${args[0]} exited with ${code}: ${stdout}`);
  return { seconds: (performance.now() - start) / 1000, maxRssMb: Number(peak) / 1024, stdout };
}

/** Milliseconds of a whole process, the best of `times` runs: what the machine can do undisturbed. */
export async function timeProcess(
  command: string,
  args: readonly string[],
  times: number,
): Promise<number[]> {
  const taken: number[] = [];
  for (let run = 0; run < times; run += 1) {
    const start = performance.now();
    const child = spawn(command, args, { stdio: 'ignore' });
    await once(child, 'close');
    taken.push(performance.now() - start);
  }
  return taken.sort((a, b) => a - b);
}

export function megabytes(bytes: number): number {
  return bytes / 1e6;
}
