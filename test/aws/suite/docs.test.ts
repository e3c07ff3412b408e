/**
 * docs/aws.md as a new user follows it: its blocks in order, in one shell, word for word.
 */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { expect, it } from 'vitest';
import { shows } from '../../support/aws/capabilities.ts';
import { writeCommands } from '../../support/aws/commands.ts';
import { freePort } from '../../support/aws/emulators.ts';
import { startService } from '../../support/aws/processes.ts';
import { target } from '../../support/aws/target.ts';

const SECTION = '## Try it on LocalStack';
const MINUTES = 6;

const hasAlarm = shows('sqs-metrics', "the alarm in docs/aws.md's walk-through");

it('docs/aws.md: deploy, upload, look, break Opik, find the alarm, replay', {
  timeout: MINUTES * 60_000,
}, async () => {
  const page = await readFile('docs/aws.md', 'utf8');
  const blocks = shellBlocks(page.slice(page.indexOf(SECTION)));
  expect(blocks.length).toBe(8);
  const shown = blocks.filter((block) => hasAlarm || !block.includes('describe-alarms'));

  const said = await follow(shown);

  expect(said).toContain('template.yaml is a valid SAM Template');
  expect(said).toContain('Successfully created/updated stack - agentv-opik');
  expect(said).toMatch(/metadata-only {2}yes .* shop$/m);
  expect(said).toMatch(/metadata-only {2}no .* broken$/m);
  if (hasAlarm) expect(said).toMatch(/^ALARM$/m);
  expect(said).toContain('Replayed: 1 dead letter sent back to the queue');
  expect(said).toMatch(/^Delivered to Opik: baseline/m);
  expect(said).toContain('Deleted successfully');
});

/** What a reader pastes, in order. */
function shellBlocks(markdown: string): string[] {
  return [...markdown.matchAll(/^```sh\n(.*?)^```$/gms)].map(([, block = '']) => block);
}

/** Runs the blocks as one script that stops at the first failure, and gives what they print. */
async function follow(blocks: readonly string[]): Promise<string> {
  const home = await mkdtemp(join(tmpdir(), 'agentv-opik-aws-docs-'));
  const commands = join(home, 'bin');
  await writeCommands(commands, target().samPython);
  const lines: string[] = [];
  // Whatever becomes of it, Opik's stand-in does not stay behind.
  const script = ["trap 'kill $(jobs -p) 2> /dev/null || true' EXIT", ...blocks].join('\n');
  const shell = startService('bash', ['-euo', 'pipefail', '-c', script], {
    output: { line: (line) => lines.push(line) },
    env: {
      PATH: [commands, dirname(process.execPath), process.env.PATH].join(delimiter),
      HOME: home,
      npm_config_offline: 'true',
      npm_config_update_notifier: 'false',
      PYTHONDONTWRITEBYTECODE: '1',
      AWS_ENDPOINT_URL: target().endpoint,
      OPIK_PORT: String(await freePort()),
    },
  });
  try {
    const [code] = await shell.exited;
    const said = lines.join('\n');
    expect(code, said).toBe(0);
    return said;
  } finally {
    await shell.stop();
    await rm(home, { recursive: true, force: true });
  }
}
