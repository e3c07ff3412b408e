/**
 * The SAM CLI as users run it, against the emulator.
 *
 * @module
 */
import { tmpdir } from 'node:os';
import { type Ended, runCommand } from './processes.ts';

/** Runs `sam …` with the tool's own Python; it reports nothing to anybody. */
export function sam(
  python: string,
  argv: readonly string[],
  env: Readonly<Record<string, string>>,
): Promise<Ended> {
  return runCommand(python, ['-m', 'samcli', ...argv], {
    env: {
      PATH: process.env.PATH,
      HOME: tmpdir(),
      SAM_CLI_TELEMETRY: '0',
      SAM_CLI_CHECK_UPDATES: '0',
      __SAM_CLI_APP_DIR: tmpdir(),
      PYTHONWARNINGS: 'ignore',
      ...env,
    },
  });
}
