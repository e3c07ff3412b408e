import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { createCapture } from '../../../core/capture/index.ts';
import { findRun, openRun, type Result, resultSchema } from '../../../core/run/index.ts';
import { KEY } from './support.ts';

const RUNS = join(import.meta.dirname, '../../fixtures/agentv-runs');
const WINDOW = 12;

/** The run directories: where an index lies, or the folder of `.internal`. */
const DIRS = readdirSync(RUNS, { recursive: true, encoding: 'utf8' })
  .filter((path) => path.endsWith('index.jsonl'))
  .map((path) => dirname(path).replace(/[\\/]\.internal$/, ''))
  .sort();

/** Planted in the `secrets` runs. */
const PLANTED = [
  'AKIAIOSFODNN7EXAMPLE',
  'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY',
  'sk-proj-abc123DEF456ghi789JKL012mno345PQR678stu901',
  'sk-ant-api03-AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA',
  'ghp_abcdefghijklmnopqrstuvwxyz0123456789',
  'xoxb-123456789012-abcdefABCDEF',
  'eyJhbGciOiJIUzI1NiJ9',
  'dozjgNryP4J3jVmNHl0w5N_XgL0n3I9PlFUP0THsR8U',
  'jane.doe@example.com',
  'bob@corp.example.com',
  '4111 1111 1111 1111',
  '078-05-1120',
  'hunter2',
];

async function resultsOf(dir: string): Promise<Result[]> {
  const run = await openRun(await findRun({ run: join(RUNS, dir), cwd: RUNS }), {
    source: 'github.com/acme/shop',
    allowIncomplete: true,
  });
  const results: Result[] = [];
  for await (const result of run.results()) results.push(result);
  return results;
}

/** Every string below a value, keys too. */
function stringsIn(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  if (Array.isArray(value)) return value.flatMap(stringsIn);
  if (typeof value === 'object' && value !== null) {
    return Object.entries(value).flatMap(([key, child]) => [key, ...stringsIn(child)]);
  }
  return [];
}

/** What lies under the schema's `content` keys, and the result without them. */
function split(result: Result): { content: unknown[]; facts: unknown } {
  const content: unknown[] = [];
  const facts: unknown = JSON.parse(JSON.stringify(result), (key, value: unknown) => {
    if (key !== 'content') return value;
    content.push(value);
    return undefined;
  });
  return { content, facts };
}

function windowsOf(text: string): string[] {
  return Array.from({ length: Math.max(0, text.length - WINDOW + 1) }, (_, i) => text.slice(i, i + WINDOW));
}

it('there are runs of every kind', () => {
  expect(DIRS.length).toBeGreaterThanOrEqual(14);
});

describe.each(DIRS)('real run %s', (dir) => {
  let results: Result[];
  beforeAll(async () => {
    results = await resultsOf(dir);
  });

  it('metadata-only holds no 12 characters of any free text', () => {
    const capture = createCapture({ mode: 'metadata-only', hmacKey: KEY });
    let checked = 0;
    for (const source of results) {
      const { content, facts } = split(source);
      const allowed = JSON.stringify(facts);
      const captured = JSON.stringify(capture.result(source).result);
      for (const window of new Set(content.flatMap(stringsIn).flatMap(windowsOf))) {
        checked += 1;
        if (!allowed.includes(window) && captured.includes(window))
          expect.fail(`leaked ${JSON.stringify(window)}`);
      }
    }
    expect(checked).toBeGreaterThan(0);
  });

  it('metadata-only keeps every fact', () => {
    const capture = createCapture({ mode: 'metadata-only', hmacKey: KEY });
    for (const source of results) {
      const { result } = capture.result(source);
      expect(result).toEqual(split(source).facts);
      expect(resultSchema.parse(result)).toEqual(result);
    }
    expect(capture.counts.by_rule).toEqual({});
  });

  it('redacted has the same shape, no planted secret, no home, and stays when redacted again', () => {
    const capture = createCapture({ mode: 'redacted', hmacKey: KEY });
    for (const source of results) {
      const { result, outcome } = capture.result(source);
      expect(outcome).toBe('as-asked');
      expect(resultSchema.parse(result)).toEqual(result);
      const text = JSON.stringify(result);
      for (const secret of PLANTED) expect(text).not.toContain(secret);
      expect(text).not.toContain('/home/runner');
      expect(capture.result(result).result).toEqual(result);
    }
  });

  it('redacted files are still what they were, without any planted secret', () => {
    const capture = createCapture({ mode: 'redacted', hmacKey: KEY });
    const files = readdirSync(join(RUNS, dir), { recursive: true, withFileTypes: true }).filter((entry) =>
      entry.isFile(),
    );
    for (const file of files) {
      const path = join(file.parentPath, file.name);
      const out = capture.file(relative(join(RUNS, dir), path), readFileSync(path));
      if (!('bytes' in out)) return expect.fail(`${path}: ${out.dropped}`);
      const text = new TextDecoder().decode(out.bytes);
      for (const secret of PLANTED) expect(text, path).not.toContain(secret);
      expect(text, path).not.toContain('/home/runner');
      if (file.name.endsWith('.json')) expect(() => JSON.parse(text)).not.toThrow();
      if (file.name.endsWith('.jsonl')) {
        for (const line of text.split('\n').filter(Boolean)) expect(() => JSON.parse(line)).not.toThrow();
      }
      expect(capture.file(path, out.bytes)).toEqual(out);
    }
    expect(capture.counts.fell_back).toBe(0);
  });
});

it('the secrets runs do hold what was planted', async () => {
  const dirs = DIRS.filter((dir) => dir.startsWith('secrets'));
  const text = dirs
    .flatMap((dir) =>
      readdirSync(join(RUNS, dir), { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile())
        .map((entry) => readFileSync(join(entry.parentPath, entry.name), 'utf8')),
    )
    .join('\n');
  for (const secret of PLANTED) expect(text).toContain(secret);
});
