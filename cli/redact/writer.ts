/**
 * Where `redact --output` writes.
 *
 * @module
 */
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { resolve } from 'node:path';
import { UsageError } from '../errors.ts';
import type { Output } from '../output.ts';

export interface Writer {
  write(text: string): Promise<void>;
  /** The file is there, whole, only after this. */
  finish(): Promise<void>;
  /** Leaves nothing behind. */
  abandon(): Promise<void>;
}

/**
 * Writes to standard output, or beside the file and then in its place, so that a file may be redacted into itself.
 *
 * @throws UsageError at the first write, when the file cannot be written
 */
export function openWriter(name: string, { cwd, output }: { cwd: string; output: Output }): Writer {
  if (name === '-') {
    return {
      async write(text) {
        output.raw(text);
        await output.drained();
      },
      finish: async () => undefined,
      abandon: async () => undefined,
    };
  }
  const path = resolve(cwd, name);
  const half = `${path}.redacting`;
  const stream = createWriteStream(half, { mode: 0o600 });
  let problem: unknown;
  stream.on('error', (error) => {
    problem = error;
  });
  const assertWritable = (): void => {
    if (problem === undefined) return;
    throw new UsageError(`${path} cannot be written`, {
      hint: 'Give --output a file in a folder that exists and that you may write to.',
      cause: problem,
    });
  };
  return {
    async write(text) {
      assertWritable();
      if (!stream.write(text) && !stream.errored)
        await Promise.race([once(stream, 'drain'), once(stream, 'close')]);
      assertWritable();
    },
    async finish() {
      stream.end();
      if (!stream.closed) await once(stream, 'close');
      assertWritable();
      await rename(half, path);
    },
    async abandon() {
      stream.destroy();
      await rm(half, { force: true });
    },
  };
}
