/**
 * From arguments to an exit code.
 *
 * @module
 */
import { rm } from 'node:fs/promises';
import { type Command, CommanderError } from 'commander';
import type { CliContext } from './context.ts';
import { InterruptedError } from './errors.ts';
import { EXIT, exitCodeOf, problemOf, stackOf } from './exit.ts';
import { readFlags } from './flags.ts';
import { Output } from './output.ts';
import { createProgram } from './program.ts';
import { renderInterrupted, shellCommand } from './render/messages.ts';

/** Runs one command line. Guarantee: never rejects; nothing temporary is left behind. */
export async function run(context: CliContext): Promise<number> {
  const output = new Output(context, outputFlags(context.argv));
  let exitCode: number = EXIT.done;
  const program = createProgram(async (command, load) => {
    const session = { context, output, ...readFlags(command) };
    const execute = await load();
    exitCode = await execute(session);
  });
  listenTo(program, context);
  try {
    if (context.argv.length === 0) {
      program.outputHelp();
      return EXIT.done;
    }
    await program.parseAsync([...context.argv], { from: 'user' });
    return exitCode;
  } catch (error) {
    return fail(error, context, output);
  } finally {
    output.endProgress();
    for (const folder of context.temporaryFolders) await rm(folder, { recursive: true, force: true });
  }
}

function fail(thrown: unknown, context: CliContext, output: Output): number {
  if (thrown instanceof CommanderError) return failUsage(thrown, output);
  const reason: unknown = context.signal.aborted ? context.signal.reason : thrown;
  if (reason instanceof InterruptedError) {
    output.interrupted(
      { code: reason.code, message: reason.message },
      renderInterrupted(shellCommand(['agentv-opik', ...context.argv]), `${reason.message}.`),
    );
    return exitCodeOf(reason);
  }
  output.fail(problemOf(thrown));
  output.detail(stackOf(thrown));
  return exitCodeOf(thrown);
}

/** Commander throws for `--help` and `--version` too, after printing them. */
function failUsage(error: CommanderError, output: Output): number {
  if (error.exitCode === 0) return EXIT.done;
  if (error.code === 'commander.help') return EXIT.usage;
  const [message = '', suggestion] = error.message.replace(/^error: /, '').split('\n');
  output.fail({
    code: 'USAGE',
    message: `${message.charAt(0).toUpperCase()}${message.slice(1)}`,
    hint:
      suggestion?.replace(/^\(|\)$/g, '') ?? 'Run `agentv-opik --help`, or `agentv-opik <command> --help`.',
  });
  return EXIT.usage;
}

function listenTo(program: Command, { stdout, stderr }: CliContext): void {
  for (const command of [program, ...program.commands]) {
    command.exitOverride().configureOutput({
      writeOut: (text) => stdout.write(text),
      writeErr: (text) => stderr.write(text),
      // Said by failUsage, in our own manner.
      outputError: () => undefined,
      getOutHelpWidth: () => Math.min(stdout.columns ?? 100, 110),
    });
  }
}

/** Needed before commander has read anything, for its own errors. */
function outputFlags(argv: readonly string[]): { json: boolean; quiet: boolean; verbose: boolean } {
  const end = argv.indexOf('--');
  const flags = new Set(end === -1 ? argv : argv.slice(0, end));
  return {
    json: flags.has('--json'),
    quiet: flags.has('--quiet') || flags.has('-q'),
    verbose: flags.has('--verbose'),
  };
}
