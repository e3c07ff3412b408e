/**
 * From a run to a bundle in staging: read, captured, cut into parts.
 *
 * @module
 */
import {
  type Capture,
  type CapturedResult,
  captureChecked,
  type Outgoing,
  refuseLeak,
} from '../capture/index.ts';
import type { Run } from '../run/index.ts';
import type { Result, TokenUsage } from '../run/result.ts';
import type { ObjectStore } from '../store/port.ts';
import { type ArtifactTally, writeArtifacts } from './artifacts.ts';
import { digestOf } from './digest.ts';
import { DigestSet } from './digest-set.ts';
import { EmptyBundleError } from './errors.ts';
import { gateOf } from './gate.ts';
import { JsonlWriter } from './jsonl.ts';
import { artifactsName, itemsName, partName } from './keys.ts';
import {
  type BundleItem,
  type Destination,
  MANIFEST_SCHEMA,
  type Manifest,
  type Provenance,
  type RunIdentity,
} from './manifest.ts';

export interface BuildSettings {
  readonly run: Run;
  readonly capture: Capture;
  /** A store of this upload's own; every object of the bundle is in it afterwards. */
  readonly staging: ObjectStore;
  readonly destination: Destination;
  readonly provenance: Provenance;
  /** AgentV's exit code, if CI gave it. */
  readonly gateExitCode?: number | undefined;
  readonly toolVersion: string;
  readonly now: () => Date;
  readonly signal?: AbortSignal;
  readonly onResult?: (done: number, total: number) => void;
}

/**
 * Builds a bundle.
 *
 * Guarantees: everything in it went through the capture; every row read is counted in `totals` as a result, superseded
 * or rejected; memory does not grow with the run, for one part is held at a time; the same run and settings give the
 * same digest.
 *
 * @throws EmptyBundleError when the run has no result
 */
export async function buildBundle(settings: BuildSettings): Promise<Manifest> {
  const { run, capture, staging } = settings;
  const tally = new Tally();
  const parts = new JsonlWriter({ store: staging, kind: 'part', name: partName });
  const items = new JsonlWriter({ store: staging, kind: 'items', name: itemsName });
  const known = new DigestSet();

  for await (const read of run.results()) {
    settings.signal?.throwIfAborted();
    const { result, serialised, fellBack } = captureChecked(capture, read, lineOf);
    tally.add(result, fellBack !== undefined);
    await parts.write(serialised);
    if (known.add(JSON.stringify([result.suite ?? '', result.test_id])))
      await items.write(itemLine(result, capture));
    settings.onResult?.(tally.results, run.summary.results);
  }
  if (tally.results === 0)
    throw new EmptyBundleError(`The run ${run.summary.run_id} has no results to upload`);

  const artifacts = await writeArtifacts({
    files: run.files(),
    capture,
    writer: new JsonlWriter({ store: staging, kind: 'artifacts', name: artifactsName }),
    ...(settings.signal === undefined ? {} : { signal: settings.signal }),
  });
  const objects = [...(await parts.end()), ...(await items.end()), ...artifacts.objects];
  return manifestOf(settings, tally, known.size, artifacts, objects);
}

function lineOf(result: CapturedResult): Outgoing<undefined> {
  return { made: undefined, serialised: JSON.stringify(result) };
}

function itemLine(result: CapturedResult, capture: Capture): string {
  const line = JSON.stringify(itemOf(result));
  if (capture.lastCheck(line) === 'clean') return line;
  const { content: _leaking, ...bare } = itemOf(result);
  const bareLine = JSON.stringify(bare);
  refuseLeak(capture, bareLine, 'a test without its content');
  return bareLine;
}

function itemOf({ suite, eval_path, test_id, category, content }: CapturedResult): BundleItem {
  const { input, expected_output, criteria } = content ?? {};
  const text = {
    ...(input === undefined ? {} : { input }),
    ...(expected_output === undefined ? {} : { expected_output }),
    ...(criteria === undefined ? {} : { criteria }),
  };
  return {
    schema: 'agentv-opik.item.v1',
    ...(suite === undefined ? {} : { suite }),
    ...(eval_path === undefined ? {} : { eval_path }),
    test_id,
    ...(category === undefined ? {} : { category }),
    ...(Object.keys(text).length === 0 ? {} : { content: text }),
  };
}

function manifestOf(
  settings: BuildSettings,
  tally: Tally,
  items: number,
  artifacts: ArtifactTally,
  objects: Manifest['objects'],
): Manifest {
  const { run, capture, destination, provenance } = settings;
  const { summary } = run;
  const { by_rule, by_field, fell_back_by } = capture.counts;
  const manifest: Omit<Manifest, 'digest'> = {
    schema: MANIFEST_SCHEMA,
    created_at: settings.now().toISOString(),
    tool: { name: 'agentv-opik', version: settings.toolVersion },
    revision: 1,
    run: identityOf(run, capture),
    provenance,
    gate: gateOf(tally.gates, settings.gateExitCode),
    capture: {
      mode: capture.mode,
      redactions: { by_rule, by_field },
      fell_back: tally.fellBack,
      fell_back_by,
    },
    destination,
    totals: {
      rows: summary.rows_read,
      results: tally.results,
      superseded: summary.superseded,
      rejected: summary.rejected_count,
      by_status: tally.byStatus,
      items,
      scores: tally.scores,
      spans: tally.spans,
      usage: tally.usage,
      ...(tally.costUsd === undefined ? {} : { cost_usd: tally.costUsd }),
      artifact_files: artifacts.files,
    },
    rejected: run.rejected.map(({ file, line, reason }) => ({ file, line, reason: reason.slice(0, 500) })),
    skipped_files: artifacts.skipped,
    objects,
  };
  refuseLeak(capture, JSON.stringify(manifest), 'the manifest');
  return { ...manifest, digest: digestOf(manifest) };
}

function identityOf({ summary }: Run, capture: Capture): RunIdentity {
  const name = (text: string): string => capture.name(text);
  return {
    source: summary.source,
    run_key: summary.run_key,
    run_id: name(summary.run_id),
    ...(summary.experiment === undefined ? {} : { experiment: name(summary.experiment) }),
    layout: summary.layout,
    started_at: summary.started_at,
    as_of: summary.as_of,
    complete: summary.complete,
    ...(summary.planned === undefined ? {} : { planned_test_count: summary.planned }),
    eval_files: summary.eval_files.map(name),
    suites: summary.suites.map(name),
    targets: summary.targets.map(name),
  };
}

/** Running sums over the captured results. */
class Tally {
  results = 0;
  fellBack = 0;
  scores = 0;
  spans = 0;
  costUsd: number | undefined;
  readonly byStatus = { ok: 0, quality_failure: 0, execution_error: 0 };
  readonly gates = { passed: 0, failed: 0, errored: 0 };
  readonly usage: TokenUsage = {};

  add(result: Result, fellBack: boolean): void {
    this.results += 1;
    if (fellBack) this.fellBack += 1;
    this.byStatus[result.status] += 1;
    this.gates[result.gate.status] += 1;
    this.scores += countScores(result.scores);
    this.spans += result.spans.length;
    if (result.cost_usd !== undefined) this.costUsd = (this.costUsd ?? 0) + result.cost_usd;
    for (const kind of ['input', 'output', 'cached', 'reasoning'] as const) {
      const tokens = result.usage?.[kind];
      if (tokens !== undefined) this.usage[kind] = (this.usage[kind] ?? 0) + tokens;
    }
  }
}

function countScores(scores: Result['scores']): number {
  return scores.reduce((sum, score) => sum + 1 + countScores(score.scores ?? []), 0);
}
