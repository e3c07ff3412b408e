/**
 * An emulator for trying things out, with the commands that docs/aws.md uses; until Ctrl-C.
 *
 *     node test/aws/emulator.ts [localstack|ministack] [--port 4566]
 *
 * @module
 */
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { writeCommands } from '../support/aws/commands.ts';
import { startLocalStack, startMiniStack } from '../support/aws/emulators.ts';
import { findPython } from '../support/aws/python.ts';
import { cacheFolder, installTool } from '../support/aws/tools.ts';

const { values, positionals } = parseArgs({
  options: { port: { type: 'string', default: '4566' } },
  allowPositionals: true,
});
const name = positionals[0] === 'ministack' ? 'ministack' : 'localstack';
const start = name === 'ministack' ? startMiniStack : startLocalStack;

const stopped = Promise.race(['SIGINT', 'SIGTERM', 'SIGHUP'].map((signal) => once(process, signal)));
const scratch = await mkdtemp(join(tmpdir(), 'agentv-opik-emulator-'));
try {
  const python = await findPython(process.env);
  const cache = cacheFolder(process.env);
  const commands = join(scratch, 'bin');
  await writeCommands(commands, await installTool('sam', python, cache));
  const emulator = await start({
    python: await installTool(name, python, cache),
    scratch,
    port: Number(values.port),
  });
  process.stdout.write(`export AWS_ENDPOINT_URL=${emulator.endpoint} PATH="${commands}:$PATH"\n`);
  await stopped;
  await emulator.stop();
} finally {
  await rm(scratch, { recursive: true, force: true });
}
