/**
 * @module
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { type CaptureMode, captureModeSchema } from '../../core/capture/mode.ts';

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
