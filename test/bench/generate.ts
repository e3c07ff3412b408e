/**
 * Runs of any size, made of the rows of a real one.
 *
 * @module
 */

import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fixtureRun } from '../support/runs.ts';

export interface GeneratedRun {
  readonly directory: string;
  readonly bytes: number;
  readonly rows: number;
}

/**
 * Writes an AgentV 4.42 run whose index is at least `bytes` long: rows of the baseline run with ids of their own, and no
 * sidecars beside them.
 */
export async function generateRun(parent: string, bytes: number): Promise<GeneratedRun> {
  const from = fixtureRun('baseline');
  const templates = (await readFile(from.index, 'utf8')).trimEnd().split('\n');
  const directory = join(parent, `run-${bytes}`, '2026-11-20T10-21-37-666Z');
  await mkdir(directory, { recursive: true });
  const index = createWriteStream(join(directory, 'index.jsonl'));
  let written = 0;
  let rows = 0;
  while (written < bytes) {
    const line = `${rowOf(templates[rows % templates.length] ?? '', rows)}\n`;
    written += Buffer.byteLength(line);
    rows += 1;
    if (!index.write(line)) await once(index, 'drain');
  }
  index.end();
  await once(index, 'close');
  await writeFile(join(directory, 'benchmark.json'), JSON.stringify(benchmark(rows)));
  await writeFile(join(directory, 'timing.json'), JSON.stringify({ total_tokens: 0, duration_ms: 0 }));
  return { directory, bytes: written, rows };
}

/** A row with a test id and an identity of its own, and without paths to files that are not there. */
function rowOf(template: string, number: number): string {
  const row = JSON.parse(template);
  row.test_id = `${row.test_id}-${number}`;
  row.projection_identity.id = `agentv-prj-${number.toString(16).padStart(32, '0')}`;
  row.projection_identity.dimensions.test_id = row.test_id;
  for (const key of Object.keys(row)) if (key.endsWith('_path') && key !== 'grading_path') delete row[key];
  return JSON.stringify(row);
}

function benchmark(rows: number): unknown {
  return {
    metadata: {
      eval_file: '',
      timestamp: '2026-11-20T10:21:37.794Z',
      targets: ['good-agent'],
      planned_test_count: rows,
    },
    run_summary: {},
    notes: [],
  };
}
