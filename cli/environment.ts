/**
 * The one place that touches the process: arguments, variables, streams, signals, exit code.
 *
 * @module
 */
import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { homedir } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import type { CliContext, TextStream } from './context.ts';
import { InterruptedError } from './errors.ts';

const SIGNALS = ['SIGINT', 'SIGTERM'] as const;
const EXIT_OF_SIGNAL = { SIGINT: 130, SIGTERM: 143 } as const;

/**
 * Runs the command line on the real process.
 *
 * Guarantees: the first Ctrl-C lets the command stop cleanly, a second ends at once; temporary folders are removed either
 * way; a reader that goes away (`| head`) ends the command quietly.
 */
export async function runOnProcess(run: (context: CliContext) => Promise<number>): Promise<void> {
  const interruption = new AbortController();
  const temporaryFolders = new Set<string>();
  const removeTemporary = (): void => {
    // The command may be writing into it, or removing it, at this very moment.
    const options = { recursive: true, force: true, maxRetries: 5, retryDelay: 20 } as const;
    for (const folder of temporaryFolders) rmSync(folder, options);
  };
  for (const name of SIGNALS) {
    process.on(name, () => {
      if (!interruption.signal.aborted) return interruption.abort(new InterruptedError(name));
      removeTemporary();
      process.exit(EXIT_OF_SIGNAL[name]);
    });
  }
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      removeTemporary();
      process.exit(error.code === 'EPIPE' ? 0 : 1);
    });
  }

  const exitCode = await run({
    argv: process.argv.slice(2),
    // As it was at the start: the `opik` package, run from source, puts a ./.env into process.env when it is imported.
    env: { ...process.env },
    cwd: process.cwd(),
    home: homedir(),
    // Opened when somebody reads it: a terminal that nobody asks must not keep the process alive.
    stdin: {
      [Symbol.asyncIterator]: () => process.stdin[Symbol.asyncIterator](),
    },
    stdout: textStream(process.stdout),
    stderr: textStream(process.stderr),
    now: () => new Date(),
    sleep: (ms, signal) => sleep(ms, undefined, signal === undefined ? {} : { signal }),
    signal: interruption.signal,
    temporaryFolders,
  });
  process.exitCode = exitCode;
  // An aborted request leaves its timeout behind, which would keep the process alive for a minute.
  if (interruption.signal.aborted) process.stdout.write('', () => process.exit(exitCode));
}

function textStream(stream: NodeJS.WriteStream): TextStream {
  return {
    write: (text) => {
      stream.write(text);
    },
    async drained() {
      if (stream.writableNeedDrain) await once(stream, 'drain');
    },
    isTTY: stream.isTTY === true,
    get columns() {
      return stream.columns;
    },
  };
}
