/**
 * The command line as a process of its own.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type OpikStandIn, startOpikStandIn } from '../support/opik/index.ts';
import { startS3StandIn } from '../support/s3/stand-in.ts';
import { makeProject, type Project } from '../unit/cli/harness.ts';

const MAIN = join(import.meta.dirname, '..', '..', 'dist', 'cli', 'main.js');

let project: Project;
let opik: OpikStandIn;
let temporary: string;

beforeEach(async () => {
  [project, opik] = await Promise.all([makeProject(), startOpikStandIn()]);
  temporary = join(project.home, 'tmp');
  await project.write('../home/tmp/.keep', '');
});
afterEach(async () => {
  await Promise.all([project.remove(), opik.close()]);
});

interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

function start(
  argv: readonly string[],
  env: Record<string, string> = {},
  cwd = project.folder,
): ChildProcess {
  return spawn(process.execPath, [MAIN, ...argv], {
    cwd,
    env: { PATH: process.env.PATH, HOME: project.home, TMPDIR: temporary, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}

function end(child: ChildProcess): Promise<Ended> {
  let stdout = '';
  let stderr = '';
  child.stdout?.on('data', (chunk) => {
    stdout += chunk;
  });
  child.stderr?.on('data', (chunk) => {
    stderr += chunk;
  });
  return new Promise((resolve) => child.on('close', (code) => resolve({ code, stdout, stderr })));
}

const cli = (argv: readonly string[], env?: Record<string, string>, cwd?: string) =>
  end(start(argv, env, cwd));
const until = async (check: () => boolean | Promise<boolean>): Promise<void> => {
  while (!(await check())) await new Promise((resolve) => setTimeout(resolve, 20));
};

/** What the command itself left; the machine's own compile caches are none of it. */
const leftBehind = async () => (await readdir(temporary)).filter((name) => name.startsWith('agentv-opik-'));

describe('exit codes', () => {
  it.each([
    [['--help'], 0],
    [['--version'], 0],
    [['export'], 0],
    [['export', '--policy', 'required'], 3],
    [['export', '--policy', 'disabled'], 0],
    [['export', '--no-such-flag'], 2],
    [['no-such-command'], 2],
    [['upload'], 2],
    [['status', 'abcd', '--store', './none'], 2],
  ])('%j: %d', async (argv, code) => {
    expect((await cli(argv)).code).toBe(code);
  });

  it('2 for a broken or unknown setting, naming file and line', async () => {
    await project.write('.agentv/opik.yaml', 'project: shop\nstroe: x\n');
    expect(await cli(['export'])).toEqual({
      code: 2,
      stdout: '',
      stderr: 'Error: .agentv/opik.yaml:2: unknown key "stroe"\n  Did you mean store?\n',
    });
    await project.write('.agentv/opik.yaml', 'project: "shop\n');
    expect((await cli(['export'])).stderr).toMatch(/^Error: \.agentv\/opik\.yaml:\d: not valid YAML/);
  });
});

it('delivers, and prints nothing but one JSON object under --json', async () => {
  const { code, stdout, stderr } = await cli(['export', '--json'], { OPIK_URL_OVERRIDE: opik.url });
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(JSON.parse(stdout)).toMatchObject({ status: 'delivered', results: 4 });
  expect(await leftBehind()).toEqual([]);
});

it('is not told where to send by a .env beside it', async () => {
  await writeFile(join(project.folder, '.env'), `OPIK_URL_OVERRIDE=${opik.url}\nOPIK_API_KEY=from-dotenv\n`);
  const { stderr } = await cli(['export']);
  expect(stderr).toContain('No Opik credentials');
  expect(opik.requests).toEqual([]);
});

it('never prints the key', async () => {
  const key = 'opik-key-1234567890abcdef';
  const refusing = await startOpikStandIn({ apiKey: 'another' });
  try {
    const env = { OPIK_URL_OVERRIDE: refusing.url, OPIK_API_KEY: key };
    const { code, stdout, stderr } = await cli(
      ['export', '--policy', 'required', '--verbose', '--json'],
      env,
    );
    expect(code).toBe(3);
    expect(JSON.parse(stdout).error.code).toBe('OPIK_AUTH');
    expect(stdout + stderr).not.toContain(key);
  } finally {
    await refusing.close();
  }
});

describe('Ctrl-C', () => {
  it.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const)('%s stops cleanly with %d, and going on delivers', async (signal, code) => {
    opik.fault({ kind: 'hang', ms: 30_000, at: ({ path }) => path.includes('/traces/batch') });
    const child = start(['export', '--project', 'my shop'], { OPIK_URL_OVERRIDE: opik.url });
    const ended = end(child);
    await until(() => opik.requests.some(({ path }) => path.includes('/traces/batch')));
    child.kill(signal);
    const { code: exitCode, stderr, stdout } = await ended;
    expect({ exitCode, stdout }).toEqual({ exitCode: code, stdout: '' });
    expect(stderr).toContain("To go on:\n  agentv-opik export --project 'my shop'\n");
    expect(await leftBehind()).toEqual([]);

    opik.clearFaults();
    const again = await cli(['export', '--project', 'my shop', '--json'], { OPIK_URL_OVERRIDE: opik.url });
    expect(JSON.parse(again.stdout)).toMatchObject({ status: 'delivered', results: 4 });
  });

  it('leaves no temporary folder, whenever it comes', async () => {
    const child = start(['upload', '--store', './bundles', '--wait'], {});
    const ended = end(child);
    await until(async () => (await leftBehind()).length > 0 || child.exitCode !== null);
    child.kill('SIGINT');
    expect((await ended).code).toBe(130);
    expect(await leftBehind()).toEqual([]);
  });

  it('twice ends at once', async () => {
    const child = start(['upload', '--store', './bundles', '--wait'], {});
    const ended = end(child);
    await until(async () => (await leftBehind()).length > 0 || child.exitCode !== null);
    child.kill('SIGINT');
    child.kill('SIGINT');
    expect((await ended).code).toBe(130);
    expect(await leftBehind()).toEqual([]);
  });
});

it('ends quietly when nobody reads any more', async () => {
  const child = start(['export', '--dry-run']);
  child.stdout?.destroy();
  const { code, stderr } = await end(child);
  expect({ code, stderr: stderr.includes('EPIPE') }).toEqual({ code: 0, stderr: false });
});

it('has no colours in a pipe, and keeps NO_COLOR', async () => {
  const plain = await cli(['upload', '--dry-run']);
  expect(plain.stdout).not.toContain('\u001b');
  const forced = await cli(['upload', '--dry-run'], { FORCE_COLOR: '1' });
  expect(forced.stdout).toContain('\u001b[33mDry run:');
});

it('prints names from a run as names', async () => {
  const matrix = await makeProject('matrix/2026-11-20T10-22-00-782Z');
  try {
    const index = join(matrix.folder, '.agentv/results/runs/baseline/2026-11-20T10-22-00-782Z/index.jsonl');
    const text = await readFile(index, 'utf8');
    await writeFile(
      index,
      text.replaceAll('"target":"good-agent"', '"target":"evil\\u001b[2J\\n::error::agent"'),
    );
    const env = { OPIK_URL_OVERRIDE: opik.url, GITHUB_ACTIONS: 'true' };
    const { stdout, stderr } = await cli(
      ['export', '--group-by', 'target', '--capture', 'full'],
      env,
      matrix.folder,
    );
    expect(stdout).toContain('evil\\u001b[2J\\u000a::error::agent');
    expect(stdout + stderr).not.toContain('\u001b');
    expect(stdout + stderr).not.toMatch(/^\s*::error::/m);
  } finally {
    await matrix.remove();
  }
});

describe('a store in S3', () => {
  it('is found by AWS_* variables, or by an endpoint in the URI', async () => {
    const s3 = await startS3StandIn({ buckets: ['team-evals'] });
    try {
      const credentials = { AWS_ACCESS_KEY_ID: s3.accessKeyId, AWS_SECRET_ACCESS_KEY: s3.secretAccessKey };
      const env = { ...credentials, OPIK_URL_OVERRIDE: opik.url };
      const byVariables = { ...env, AWS_ENDPOINT_URL_S3: s3.url, AWS_REGION: s3.region };
      const stored = await cli(['upload', '--store', 's3://team-evals/agentv', '--json'], byVariables);
      expect(stored.stderr).toBe('');
      const { bundle } = JSON.parse(stored.stdout);
      expect(bundle).toMatch(/^s3:\/\/team-evals\/agentv\/runs\/shop\/2026\/11\/20\//);

      // The address of the endpoint is in the settings, and a bundle's URI need not repeat it.
      await project.write(
        '.agentv/opik.yaml',
        `store: s3://team-evals/agentv?endpoint=${s3.url}&region=${s3.region}\n`,
      );
      for (const command of [
        ['ingest', bundle],
        ['status', bundle],
        ['verify', bundle],
        ['pull', bundle, '-o', 'pulled'],
      ]) {
        expect(await cli([...command, '--json'], env)).toMatchObject({ code: 0, stderr: '' });
      }
      expect(JSON.parse((await cli(['list', '--json'], env)).stdout)).toMatchObject({
        total: 1,
        bundles: [{ bundle, delivered: true }],
      });
    } finally {
      await s3.close();
    }
  });

  it('without permission is a failed delivery, and the key is not printed', async () => {
    const s3 = await startS3StandIn({ buckets: ['team-evals'] });
    try {
      const env = {
        AWS_ACCESS_KEY_ID: 'WRONGKEY',
        AWS_SECRET_ACCESS_KEY: 'wrong-secret-value',
        AWS_ENDPOINT_URL: s3.url,
      };
      const { code, stderr } = await cli(
        ['upload', '--store', 's3://team-evals', '--policy', 'required', '--verbose'],
        env,
      );
      expect(code).toBe(3);
      expect(stderr).toMatch(/^Error: /);
      expect(stderr).not.toContain('wrong-secret-value');
    } finally {
      await s3.close();
    }
  });
});
