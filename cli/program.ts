/**
 * All commands, their flags and their help. Nothing heavy is imported here: `--help` must be instant.
 *
 * @module
 */
import { Command, type HelpConfiguration } from 'commander';
import { addCommon, addSettings, WAIT, WAIT_TIMEOUT } from './flags.ts';
import { EXAMPLES, INTRODUCTION, OUTRO } from './render/help.ts';
import type { CommandFunction } from './session.ts';
import { VERSION } from './version.ts';

/** Runs a command's function with the flags that commander read. */
export type Launch = (command: Command, load: () => Promise<CommandFunction>) => Promise<void>;

const DESTINATION = ['project', 'workspace', 'experiment_name', 'dataset', 'group_by', 'assertions'] as const;
const RUN_ARGUMENT = 'Run directory, its index.jsonl, or a run id (default: the latest run)';
const BUNDLE_ARGUMENT =
  "URI of the bundle or its manifest, a run's folder, or with a store a run id or the beginning of a digest";

const HELP: HelpConfiguration = {
  sortOptions: false,
  styleTitle: (title) => title.toUpperCase(),
};

export function createProgram(launch: Launch): Command {
  const program = new Command('agentv-opik')
    .description(INTRODUCTION)
    .version(VERSION, '-V, --version', 'Print the version')
    .configureHelp(HELP)
    .helpOption('-h, --help', 'Print help')
    .helpCommand('help [command]', 'Print help for a command')
    .addHelpText('after', OUTRO);
  addUpload(program, launch);
  addIngest(program, launch);
  addExport(program, launch);
  addStatus(program, launch);
  addList(program, launch);
  addPull(program, launch);
  addVerify(program, launch);
  addRedact(program, launch);
  addServe(program, launch);
  addReplay(program, launch);
  return program;
}

function add(program: Command, name: keyof typeof EXAMPLES, description: string): Command {
  return program
    .command(name)
    .description(description)
    .configureHelp(HELP)
    .addHelpText('after', EXAMPLES[name]);
}

function addUpload(program: Command, launch: Launch): void {
  const command = add(program, 'upload', 'Store a completed AgentV run as a bundle').argument(
    '[run]',
    RUN_ARGUMENT,
  );
  addSettings(command, [
    'store',
    'source',
    'capture',
    'policy',
    ...DESTINATION,
    'gate_exit_code',
    'allow_incomplete',
  ])
    .option(...WAIT)
    .option(...WAIT_TIMEOUT)
    .option('--dry-run', 'Show what would be stored; store nothing');
  addCommon(command).action((run: string | undefined, _options: unknown, self: Command) =>
    launch(self, async () => {
      const { upload } = await import('./commands/upload.ts');
      return (session) => upload(session, run);
    }),
  );
}

function addIngest(program: Command, launch: Launch): void {
  const command = add(program, 'ingest', 'Deliver a stored bundle to Opik').argument(
    '<bundle>',
    BUNDLE_ARGUMENT,
  );
  addSettings(command, ['store', 'capture', 'policy', ...DESTINATION])
    .option('--force', 'Send again what receipts show as delivered')
    .option('--dry-run', 'Write the requests that would be sent; send nothing')
    .option('-o, --out <file>', 'With --dry-run: write the requests to this file');
  addCommon(command).action((bundle: string, _options: unknown, self: Command) =>
    launch(self, async () => {
      const { ingest } = await import('./commands/ingest.ts');
      return (session) => ingest(session, bundle);
    }),
  );
}

function addExport(program: Command, launch: Launch): void {
  const command = add(
    program,
    'export',
    'Deliver a completed AgentV run to Opik, with no store of your own',
  ).argument('[run]', RUN_ARGUMENT);
  addSettings(command, ['source', 'capture', 'policy', ...DESTINATION, 'gate_exit_code', 'allow_incomplete'])
    .option('--force', 'Send again what receipts show as delivered')
    .option('--dry-run', 'Write the requests that would be sent; send nothing')
    .option('-o, --out <file>', 'With --dry-run: write the requests to this file');
  addCommon(command).action((run: string | undefined, _options: unknown, self: Command) =>
    launch(self, async () => {
      const { exportRun } = await import('./commands/export.ts');
      return (session) => exportRun(session, run);
    }),
  );
}

function addStatus(program: Command, launch: Launch): void {
  const command = add(program, 'status', 'Tell whether a bundle has been delivered, and where to').argument(
    '<bundle>',
    BUNDLE_ARGUMENT,
  );
  addSettings(command, ['store'])
    .option(...WAIT)
    .option(...WAIT_TIMEOUT);
  addCommon(command).action((bundle: string, _options: unknown, self: Command) =>
    launch(self, async () => {
      const { status } = await import('./commands/status.ts');
      return (session) => status(session, bundle);
    }),
  );
}

function addList(program: Command, launch: Launch): void {
  const command = add(program, 'list', 'List the bundles of a store, newest first');
  addSettings(command, ['store', 'source']).option('-n, --limit <number>', 'How many to show (default: 20)');
  addCommon(command).action((_options: unknown, self: Command) =>
    launch(self, async () => (await import('./commands/list.ts')).list),
  );
}

function addPull(program: Command, launch: Launch): void {
  const command = add(program, 'pull', 'Write a bundle back as a run directory that AgentV reads').argument(
    '<bundle>',
    BUNDLE_ARGUMENT,
  );
  addSettings(command, ['store']).requiredOption('-o, --out <dir>', 'Directory to write to; new or empty');
  addCommon(command).action((bundle: string, _options: unknown, self: Command) =>
    launch(self, async () => {
      const { pull } = await import('./commands/pull.ts');
      return (session) => pull(session, bundle);
    }),
  );
}

function addVerify(program: Command, launch: Launch): void {
  const command = add(program, 'verify', 'Check every object of a bundle against its manifest').argument(
    '<bundle>',
    BUNDLE_ARGUMENT,
  );
  addSettings(command, ['store']);
  addCommon(command).action((bundle: string, _options: unknown, self: Command) =>
    launch(self, async () => {
      const { verify } = await import('./commands/verify.ts');
      return (session) => verify(session, bundle);
    }),
  );
}

function addRedact(program: Command, launch: Launch): void {
  const command = add(program, 'redact', 'Show what would be redacted in a run, a file, a folder or a stream')
    .argument('[run|file|-...]', 'Runs, files, folders, or - for standard input (default: the latest run)')
    .option('-o, --output <file>', 'Write the redacted text of one file to this file; - for standard output')
    .option(
      '--format <format>',
      'text, json, jsonl or yaml (default: by the ending; of standard input by its beginning)',
    )
    .option('--fail-on-findings', 'Exit with 4 when something would be redacted, host paths aside')
    .option('--explain <rule>', 'Explain a rule, and how to allow what it finds')
    .option('--list-rules', 'List all rules, yours too');
  addCommon(command).action((names: string[], _options: unknown, self: Command) =>
    launch(self, async () => {
      const { redact } = await import('./commands/redact.ts');
      return (session) => redact(session, names, self.opts());
    }),
  );
}

function addServe(program: Command, launch: Launch): void {
  const command = add(
    program,
    'serve',
    'Deliver what arrives in a store, told by webhooks or by watching it',
  );
  addSettings(command, ['store', 'capture', ...DESTINATION])
    .option('--host <address>', 'Address to listen on (default: 127.0.0.1)')
    .option('--port <number>', 'Port to listen on; 0 takes any free one (default: 8080)')
    .option('--watch', 'Look into the store for new bundles, for stores that tell nobody')
    .option('--poll-interval <seconds>', 'Time between two looks (default: 5 for a folder, 60 for a bucket)')
    .option('--concurrency <number>', 'Steps taken at a time (default: 4)')
    .option('--attempts <number>', 'Tries before a step is given up (default: 8)');
  addCommon(command).action((_options: unknown, self: Command) =>
    launch(self, async () => {
      const { serve } = await import('./commands/serve.ts');
      return (session) => serve(session, self.opts());
    }),
  );
}

function addReplay(program: Command, launch: Launch): void {
  const command = add(
    program,
    'replay',
    'Deliver again what failed: dead letters, a bundle, or a period',
  ).argument('[bundle]', BUNDLE_ARGUMENT);
  addSettings(command, ['store', 'capture', ...DESTINATION])
    .option('--dlq <url>', 'Move the dead letters of this SQS queue back')
    .option(
      '--since <time>',
      'Undelivered bundles uploaded since: 2026-11-20, 2026-11-20T10:00Z, 90m, 24h, 7d',
    )
    .option(
      '--queue <url>',
      'SQS queue to send to (default: AGENTV_OPIK_QUEUE_URL; without one, ingest here)',
    )
    .option('-n, --limit <number>', 'No more than so many')
    .option('--dry-run', 'Tell what would be delivered again, and why it was not; change nothing');
  addCommon(command).action((bundle: string | undefined, _options: unknown, self: Command) =>
    launch(self, async () => {
      const { replay } = await import('./commands/replay.ts');
      return (session) => replay(session, bundle, self.opts());
    }),
  );
}
