/**
 * `npm run test:aws`: the serverless half, deployed from its real template with its real artifacts.
 *
 * With `AWS_ENDPOINT_URL` set, on what answers there; else on LocalStack and on MiniStack, which it installs (once, outside
 * the tree), starts on loopback and stops.
 *
 *     node test/aws/run.ts [--emulator localstack|ministack] [--reports folder] [--keep-logs] [--no-lint] [-- vitest's own arguments]
 *
 * @module
 */
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { type Gap, readGaps } from '../support/aws/capabilities.ts';
import {
  type Emulator,
  findEmulator,
  freePort,
  type StartSettings,
  startLocalStack,
  startMiniStack,
} from '../support/aws/emulators.ts';
import { startService } from '../support/aws/processes.ts';
import { findPython, PythonMissingError } from '../support/aws/python.ts';
import { sam } from '../support/aws/sam.ts';
import { CREDENTIALS, REGION } from '../support/aws/target.ts';
import { cacheFolder, installTool, type Tool } from '../support/aws/tools.ts';

const START = { localstack: startLocalStack, ministack: startMiniStack } as const;
const TEMPLATES = ['template.yaml', 'infra/ci-role.yaml'];

const { values, positionals } = parseArgs({
  options: {
    emulator: { type: 'string', multiple: true, default: Object.keys(START) },
    reports: { type: 'string', default: '.ci/reports' },
    'keep-logs': { type: 'boolean', default: false },
    lint: { type: 'boolean', default: true },
  },
  allowNegative: true,
  allowPositionals: true,
});

const interruption = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.once(signal, () => interruption.abort(new Error(`Stopped by ${signal}`)));
}

try {
  process.exitCode = await main();
} catch (error) {
  process.stderr.write(`${describe(error)}\n`);
  process.exitCode = interruption.signal.aborted ? 130 : 1;
}

async function main(): Promise<number> {
  const python = await findPython(process.env);
  const install = (tool: Tool): Promise<string> =>
    timed(`${tool}: installed`, () => installTool(tool, python, cacheFolder(process.env)));
  const samPython = await install('sam');
  const invalid = values.lint ? await validate(samPython) : 0;

  const endpoint = process.env.AWS_ENDPOINT_URL ?? '';
  if (endpoint !== '') {
    return Math.max(invalid, await runSuite({ name: await findEmulator(endpoint), endpoint }, samPython));
  }
  const scratch = await mkdtemp(join(tmpdir(), 'agentv-opik-aws-'));
  // Both at once: most of a suite's time is waiting for queues.
  const settled = await Promise.allSettled(
    (['localstack', 'ministack'] as const)
      .filter((name) => values.emulator.includes(name))
      .map(async (name) => runOn(name, { python: await install(name), scratch }, samPython)),
  );
  const codes = settled.map((each) => {
    if (each.status === 'fulfilled') return each.value;
    if (!interruption.signal.aborted) say(describe(each.reason));
    return 1;
  });
  const worst = Math.max(invalid, ...codes);
  const failed = worst !== 0 && !interruption.signal.aborted;
  if (!failed && !values['keep-logs']) await rm(scratch, { recursive: true, force: true });
  else say(`The emulators' logs are in ${scratch}`);
  interruption.signal.throwIfAborted();
  return worst;
}

async function runOn(
  name: 'localstack' | 'ministack',
  settings: StartSettings,
  samPython: string,
): Promise<number> {
  const emulator = await timed(`${name}: started`, () => START[name](settings));
  try {
    return await runSuite(emulator, samPython);
  } finally {
    await emulator.stop();
  }
}

/** What no emulator checks: the templates as CloudFormation and cfn-lint see them. */
async function validate(samPython: string): Promise<number> {
  let worst = 0;
  for (const template of TEMPLATES) {
    if (!existsSync(template)) throw new Error(`${template} is missing`);
    const { code, stdout, stderr } = await timed(`${template}: sam validate --lint`, () =>
      sam(samPython, ['validate', '--lint', '--template-file', template], { AWS_DEFAULT_REGION: REGION }),
    );
    if (code !== 0) say(stdout + stderr);
    worst = Math.max(worst, code === 0 ? 0 : 1);
  }
  return worst;
}

async function runSuite(
  emulator: Pick<Emulator, 'name' | 'endpoint'> & Partial<Emulator>,
  samPython: string,
): Promise<number> {
  interruption.signal.throwIfAborted();
  const { name, endpoint, pid } = emulator;
  const argv = ['run', '--config', 'vitest.aws.config.ts', '--reporter=verbose', '--reporter=json'];
  const report = resolve(values.reports, `aws-${name}.json`);
  const folder = await mkdtemp(join(tmpdir(), 'agentv-opik-aws-gaps-'));
  const gaps = join(folder, 'gaps.jsonl');
  const suite = startService(
    process.execPath,
    ['node_modules/vitest/vitest.mjs', ...argv, `--outputFile=${report}`, ...positionals],
    {
      output: { line: (line) => say(`[${name}] ${line}`) },
      env: {
        AWS_ACCESS_KEY_ID: CREDENTIALS.accessKeyId,
        AWS_SECRET_ACCESS_KEY: CREDENTIALS.secretAccessKey,
        AWS_REGION: REGION,
        ...process.env,
        AWS_ENDPOINT_URL: endpoint,
        AGENTV_OPIK_TEST_EMULATOR: name,
        ...(pid === undefined ? {} : { AGENTV_OPIK_TEST_EMULATOR_PID: String(pid) }),
        AGENTV_OPIK_TEST_SAM: samPython,
        AGENTV_OPIK_TEST_OPIK_PORT: String(await freePort()),
        AGENTV_OPIK_TEST_GAPS: gaps,
      },
    },
  );
  const interrupted = once(interruption.signal, 'abort');
  try {
    const [code] = await Promise.race([suite.exited, interrupted]);
    interruption.signal.throwIfAborted();
    tellGaps(name, readGaps(gaps));
    return typeof code === 'number' ? code : 1;
  } finally {
    await suite.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

/** What this emulator cannot show, and why: its tests were not registered, and count as nothing. */
function tellGaps(name: string, gaps: readonly Gap[]): void {
  say(`[${name}] Not shown here:${gaps.length === 0 ? ' nothing' : ''}`);
  for (const { capability, reason, what } of gaps) say(`[${name}]   ${capability}: ${what} (${reason})`);
}

async function timed<Value>(what: string, work: () => Promise<Value>): Promise<Value> {
  interruption.signal.throwIfAborted();
  const started = performance.now();
  const value = await work();
  say(`${what} (${((performance.now() - started) / 1000).toFixed(1)} s)`);
  return value;
}

/** Without the stack where the message says it all. */
function describe(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const told = error instanceof PythonMissingError || interruption.signal.aborted;
  return told ? error.message : (error.stack ?? error.message);
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}
