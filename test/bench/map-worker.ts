/**
 * Measures read → capture → map of one run in a process of its own. Prints one JSON line.
 *
 * @module
 */

import { setFlagsFromString } from 'node:v8';
import { MANIFEST_SCHEMA, type Manifest } from '../../core/bundle/manifest.ts';
import { createCapture } from '../../core/capture/index.ts';
import type { CaptureMode } from '../../core/capture/mode.ts';
import { MEMORY_FLAGS } from '../../core/memory-flags.ts';
import { createMappingContext } from '../../core/opik/mapping/context.ts';
import { mapResult } from '../../core/opik/mapping/result.ts';
import { findRun, openRun } from '../../core/run/index.ts';
import { parseMode } from './measure.ts';

const [directory = '', mode = 'metadata-only', sidecars = 'no'] = process.argv.slice(2);
const captureMode: CaptureMode = parseMode(mode);

// As the command line does.
for (const flag of MEMORY_FLAGS) setFlagsFromString(flag);

const cpuBefore = process.cpuUsage();
const start = performance.now();
const run = await openRun(await findRun({ run: directory, cwd: directory }), {
  source: 'bench',
  sidecars: sidecars === 'yes',
});
const capture = createCapture({ mode: captureMode, hmacKey: Buffer.from('bench') });
const context = createMappingContext({
  destination: {
    project: 'bench',
    dataset: 'bench',
    experimentName: 'bench',
    groupBy: 'run',
    assertions: false,
  },
  manifest: manifestFor(run.summary.run_id),
  bundleUri: undefined,
  captureMode,
});
let results = 0;
let requests = 0;
for await (const result of run.results()) {
  const mapped = mapResult(capture.result(result).result, context);
  results += 1;
  requests += 2 + mapped.spans.length + mapped.scores.length;
}
const seconds = (performance.now() - start) / 1000;
const cpu = process.cpuUsage(cpuBefore);
process.stdout.write(
  `${JSON.stringify({
    results,
    entities: requests,
    seconds,
    cpu_seconds: (cpu.user + cpu.system) / 1e6,
    max_rss_mb: process.resourceUsage().maxRSS / 1024,
  })}\n`,
);

function manifestFor(runId: string): Manifest {
  return {
    schema: MANIFEST_SCHEMA,
    digest: '0'.repeat(64),
    created_at: '2026-11-20T10:21:37.000Z',
    tool: { name: 'agentv-opik', version: '0.0.0-bench' },
    revision: 1,
    run: {
      source: 'bench',
      run_key: runId,
      run_id: runId,
      layout: 'v4',
      started_at: '2026-11-20T10:21:37.000Z',
      as_of: '2026-11-20T10:21:37.000Z',
      complete: true,
      eval_files: [],
      suites: [],
      targets: [],
    },
    provenance: { flags: [], env_names: [] },
    gate: { status: 'passed', derived: true, rows: { passed: 0, failed: 0, errored: 0 } },
    capture: { mode: captureMode, redactions: { by_rule: {}, by_field: {} }, fell_back: 0 },
    destination: { group_by: 'run', assertions: false },
    totals: {
      rows: 0,
      results: 0,
      superseded: 0,
      rejected: 0,
      by_status: { ok: 0, quality_failure: 0, execution_error: 0 },
      items: 0,
      scores: 0,
      spans: 0,
      usage: {},
      artifact_files: 0,
    },
    rejected: [],
    skipped_files: [],
    objects: [],
  };
}
