/**
 * `agentv-opik redact` as a process of its own.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { makeProject, type Project } from '../unit/cli/harness.ts';

const MAIN = join(import.meta.dirname, '..', '..', 'dist', 'cli', 'main.js');
const PEAK = new URL('../bench/report-memory.mjs', import.meta.url).href;
const AWS = ['AKIA', 'QYLPMN5HNXAK7BZQ'].join('');

let project: Project;
beforeEach(async () => {
  project = await makeProject();
});
afterEach(() => project.remove());

interface Ended {
  readonly code: unknown;
  readonly stdout: string;
  readonly stderr: string;
  readonly peakMb: number;
}

async function cli(
  argv: readonly string[],
  stdin?: string,
  env: Record<string, string> = {},
): Promise<Ended> {
  const child = spawn(process.execPath, ['--import', PEAK, MAIN, ...argv], {
    cwd: project.folder,
    env: { PATH: process.env.PATH, HOME: project.home, ...env },
    stdio: ['pipe', 'pipe', 'pipe', 'pipe'],
  });
  child.stdin?.end(stdin ?? '');
  const peak = child.stdio[3];
  const [stdout, stderr, kib, [code]] = await Promise.all([
    child.stdout === null ? '' : text(child.stdout),
    child.stderr === null ? '' : text(child.stderr),
    peak !== null && peak !== undefined && 'read' in peak ? text(peak) : '',
    once(child, 'close'),
  ]);
  return { code, stdout, stderr, peakMb: Number(kib) / 1024 };
}

it('stands in a pipe', async () => {
  const { code, stdout, stderr } = await cli(['redact', '-', '-o', '-'], `key ${AWS}\nshort\n`);
  expect({ code, stdout }).toEqual({ code: 0, stdout: 'key [REDACTED:aws-access-key-id:00000000]\nshort\n' });
  expect(stderr).toContain('-:1  aws-access-key-id');
});

it('fails a job with 4, and without printing what it found', async () => {
  await writeFile(join(project.folder, 'a.env'), `AWS_ACCESS_KEY_ID=${AWS}\nSHOP_KEY=vX7-of-the-shop-93kd\n`);
  await project.write('.agentv/opik.yaml', 'redact_env: [SHOP_KEY]\n');
  const { code, stdout, stderr } = await cli(['redact', 'a.env', '--json', '--fail-on-findings'], undefined, {
    SHOP_KEY: 'vX7-of-the-shop-93kd',
  });
  expect(code).toBe(4);
  expect(JSON.parse(stdout).total).toBe(2);
  expect(stdout + stderr).not.toMatch(new RegExp(`${AWS}|vX7-of-the-shop-93kd`));
});

it('reads a file far larger than its memory', async () => {
  const path = join(project.folder, 'large.jsonl');
  const file = createWriteStream(path);
  const line = `${JSON.stringify({ role: 'assistant', content: 'All of the tests have passed. '.repeat(66) })}\n`;
  for (let n = 0; n < 60_000; n += 1) if (!file.write(line)) await once(file, 'drain');
  file.end(`${JSON.stringify({ content: AWS })}\n`);
  await once(file, 'close');
  const { code, stdout, peakMb } = await cli(['redact', path, '--json']);
  expect(code).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({
    total: 1,
    findings: [{ line: 60_001, path: '$.content', rule: 'aws-access-key-id' }],
  });
  expect(peakMb).toBeGreaterThan(1);
  expect(peakMb).toBeLessThan(250);
});
