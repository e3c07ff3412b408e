import { createHash } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach } from 'vitest';
import { digestOf } from '../../../core/bundle/digest.ts';
import { JsonlWriter } from '../../../core/bundle/jsonl.ts';
import { artifactsName, bundlePath, MANIFEST_NAME, partName } from '../../../core/bundle/keys.ts';
import { type ArtifactChunk, MANIFEST_SCHEMA, type Manifest } from '../../../core/bundle/manifest.ts';
import { type Bundle, openBundle } from '../../../core/bundle/read.ts';
import type { Result } from '../../../core/run/result.ts';
import { createFileStore } from '../../../core/store/file.ts';
import { makeResult } from '../../support/results.ts';

const made: string[] = [];

afterEach(async () => {
  for (const dir of made.splice(0)) await rm(dir, { recursive: true, force: true });
});

/** A directory that the test's end removes. */
export async function tempDir(): Promise<string> {
  const dir = await mkdtemp(join(tmpdir(), 'agentv-pull-'));
  made.push(dir);
  return dir;
}

export interface MadeBundle {
  readonly results?: readonly Result[];
  readonly chunks?: readonly ArtifactChunk[];
  /** What the manifest says, where it shall not be the truth. */
  readonly totals?: Partial<Manifest['totals']>;
  readonly run?: Partial<Manifest['run']>;
}

/** A committed bundle of exactly these objects, as a writer that checks nothing would make it. */
export async function makeBundle({
  results = [makeResult()],
  chunks = [],
  totals = {},
  run = {},
}: MadeBundle): Promise<Bundle> {
  const objectsOf = async (path: string, kind: 'part' | 'artifacts', values: readonly unknown[]) => {
    const name = kind === 'part' ? partName : artifactsName;
    const writer = new JsonlWriter({ store: createFileStore(path), kind, name, budget: 64 * 1024 });
    for (const value of values) await writer.write(JSON.stringify(value));
    return writer.end();
  };
  const root = await tempDir();
  const staging = join(root, 'staging');
  const manifest: Omit<Manifest, 'digest'> = {
    schema: MANIFEST_SCHEMA,
    created_at: '2026-11-20T11:00:00.000Z',
    tool: { name: 'agentv-opik', version: '0.0.0' },
    revision: 1,
    run: {
      source: 'github.com/acme/shop',
      run_key: '2026-11-20T10-21-37-000Z',
      run_id: '2026-11-20T10-21-37-000Z',
      layout: 'v4',
      started_at: '2026-11-20T10:21:37.000Z',
      as_of: '2026-11-20T10:21:38.000Z',
      complete: true,
      eval_files: [],
      suites: [],
      targets: [],
      ...run,
    },
    provenance: { flags: [], env_names: [] },
    gate: { status: 'unknown', derived: true, rows: { passed: 0, failed: 0, errored: 0 } },
    capture: {
      mode: chunks.length > 0 ? 'full' : 'metadata-only',
      redactions: { by_rule: {}, by_field: {} },
      fell_back: 0,
    },
    destination: { group_by: 'run', assertions: false },
    totals: {
      rows: results.length,
      results: results.length,
      superseded: 0,
      rejected: 0,
      by_status: { ok: results.length, quality_failure: 0, execution_error: 0 },
      items: 1,
      scores: 0,
      spans: 0,
      usage: {},
      artifact_files: chunks.filter((chunk) => chunk.last).length,
      ...totals,
    },
    rejected: [],
    skipped_files: [],
    objects: [
      ...(await objectsOf(staging, 'part', results)),
      ...(await objectsOf(staging, 'artifacts', chunks)),
    ],
  };
  const whole: Manifest = { ...manifest, digest: digestOf(manifest) };
  const path = bundlePath(whole.run, whole.digest);
  const store = createFileStore(join(root, 'store'));
  for (const object of whole.objects) {
    await store.put(`${path}/${object.path}`, await readFile(join(staging, object.path)));
  }
  await store.put(`${path}/${MANIFEST_NAME}`, Buffer.from(JSON.stringify(whole)));
  return openBundle(store, path);
}

export function textFile(path: string, text = `contents of ${path}`): ArtifactChunk {
  return { path, last: true, text };
}

/** SHA-256 by path of every file below a folder. */
export async function digestsIn(directory: string): Promise<Record<string, string>> {
  const digests: Record<string, string> = {};
  for (const path of await filesIn(directory)) {
    digests[path] = createHash('sha256')
      .update(await readFile(join(directory, path)))
      .digest('hex');
  }
  return digests;
}

/** Paths of every file below a folder, sorted. */
export async function filesIn(directory: string): Promise<string[]> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => !entry.isDirectory())
    .map((entry) => join(entry.parentPath, entry.name).slice(directory.length + 1))
    .sort();
}

/** Any JSON Lines file, unchecked. */
export async function linesOf<Row>(path: string): Promise<Row[]> {
  const text = await readFile(path, 'utf8');
  return text
    .trim()
    .split('\n')
    .map((line): Row => JSON.parse(line));
}
