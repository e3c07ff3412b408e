/**
 * What docs/self-hosted.md and infra/compose.yaml tell people to do.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { text } from 'node:stream/consumers';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { listen } from '../../cli/serve/listen.ts';
import { makeWorld, PATH, SECRET } from '../unit/web/support.ts';

const MAIN = 'dist/cli/main.js';
const PAGE = await readFile('docs/self-hosted.md', 'utf8');
const COMPOSE = await readFile('infra/compose.yaml', 'utf8');

function block(language: string): string {
  const found = new RegExp(`\`\`\`${language}\\n([\\s\\S]*?)\`\`\``).exec(PAGE)?.[1];
  if (found === undefined) throw new Error(`no block of ${language}`);
  return found;
}

async function run(command: string, args: readonly string[], env: Record<string, string> = {}) {
  const child = spawn(command, args, {
    env: { PATH: process.env.PATH, ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [stdout, [code]] = await Promise.all([text(child.stdout), once(child, 'close')]);
  return { stdout, code };
}

/** Flags of every `agentv-opik <command>` in a text. */
function* flagsIn(source: string): Generator<[command: string, flag: string]> {
  const commands = /(?:agentv-opik|agentv-opik\/main\.js) (serve|upload|replay|status)\b([^\n`|]*)/g;
  for (const [, command = '', rest = ''] of source.matchAll(commands)) {
    for (const [flag] of rest.matchAll(/--[a-z-]+/g)) yield [command, flag];
  }
}

describe('docs/self-hosted.md', () => {
  it('signs a call that the application takes', async () => {
    const world = makeWorld({ now: () => new Date() });
    const server = await listen(world.app, { host: '127.0.0.1', port: 0 });
    try {
      const { stdout } = await run(process.execPath, ['--input-type=module', '-e', block('js')], {
        WEBHOOK_URL: server.url,
        AGENTV_OPIK_WEBHOOK_SECRET: SECRET,
        BUNDLE: `s3://team-evals/agentv/${PATH}`,
      });
      expect(stdout).toBe(`202 {"accepted":["${PATH}"]}\n`);
    } finally {
      await server.close(1000);
    }
  });

  it('names only flags that exist, as the compose file does', async () => {
    const flags = [...flagsIn(PAGE), ...flagsIn(COMPOSE)];
    expect(flags.length).toBeGreaterThan(8);
    const help = new Map<string, string>();
    for (const [command] of flags) {
      if (!help.has(command))
        help.set(command, (await run(process.execPath, [MAIN, command, '--help'])).stdout);
    }
    for (const [command, flag] of flags) expect(help.get(command), command).toContain(flag);
  });
});

describe('infra/compose.yaml', () => {
  it('gives every service its secrets from outside, and opens ports on loopback alone', () => {
    const compose = z
      .object({
        services: z.record(
          z.string(),
          z.looseObject({
            environment: z.record(z.string(), z.string()).optional(),
            ports: z.array(z.string()).optional(),
          }),
        ),
      })
      .parse(parse(COMPOSE));
    for (const { environment = {}, ports = [] } of Object.values(compose.services)) {
      for (const [name, value] of Object.entries(environment)) {
        if (/SECRET|PASSWORD|TOKEN|API_KEY|REDACTION_KEY/.test(name)) expect(value, name).toContain('${');
      }
      for (const port of ports) expect(port).toMatch(/^127\.0\.0\.1:/);
    }
    const { minio, 'agentv-opik': server } = compose.services;
    expect(server?.environment?.AGENTV_OPIK_STORE).toBe('s3://team-evals/agentv');
    expect(minio?.environment?.MINIO_NOTIFY_WEBHOOK_ENDPOINT_AGENTV).toMatch(/:8080\/webhooks\/s3$/);
  });
});
