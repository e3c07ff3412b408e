import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach } from 'vitest';
import { findRun, type OpenRunOptions, openRun, type Result, type Run } from '../../../core/run/index.ts';

const made: string[] = [];

afterEach(async () => {
  for (const dir of made.splice(0)) await rm(dir, { recursive: true, force: true });
});

/** A directory that the test's end removes. */
export async function tempDir(): Promise<string> {
  const dir = await mkdtemp(join(tmpdir(), 'agentv-run-'));
  made.push(dir);
  return dir;
}

/** Writes files below a directory; a value that is no string is written as JSON. */
export async function writeFiles(dir: string, files: Readonly<Record<string, unknown>>): Promise<string> {
  for (const [path, content] of Object.entries(files)) {
    await mkdir(dirname(join(dir, path)), { recursive: true });
    await writeFile(join(dir, path), typeof content === 'string' ? content : JSON.stringify(content));
  }
  return dir;
}

/** A run directory with these index lines: objects are written as JSON. */
export async function tempRun(
  rows: readonly unknown[],
  files: Readonly<Record<string, unknown>> = {},
): Promise<string> {
  const lines = rows.map((row) => (typeof row === 'string' ? row : JSON.stringify(row)));
  return writeFiles(await tempDir(), { 'index.jsonl': `${lines.join('\n')}\n`, ...files });
}

export async function openAt(dir: string, options: Partial<OpenRunOptions> = {}): Promise<Run> {
  return openRun(await findRun({ run: dir, cwd: dir }), { source: 'github.com/acme/shop', ...options });
}

export async function collect<T>(items: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const item of items) all.push(item);
  return all;
}

export async function resultsAt(dir: string, options: Partial<OpenRunOptions> = {}): Promise<Result[]> {
  return collect((await openAt(dir, options)).results());
}

/** The least that AgentV writes. */
export function row(over: Readonly<Record<string, unknown>> = {}): Record<string, unknown> {
  return {
    timestamp: '2026-11-20T10:00:01.000Z',
    test_id: 't1',
    suite: 'suite',
    score: 1,
    target: 'agent',
    scores: [{ name: 'g', type: 'contains', score: 1 }],
    execution_status: 'ok',
    ...over,
  };
}

/** `projection_identity` of a row. */
export function projection(id: string, dimensions: Readonly<Record<string, unknown>> = {}): unknown {
  return {
    id: `agentv-prj-${id}`,
    dimensions: { run_id: 'run', eval_path: 'evals/a.eval.yaml', ...dimensions },
  };
}
