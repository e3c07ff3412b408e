/**
 * Bundles, as lines.
 *
 * @module
 */
import type { Manifest } from '../../core/bundle/manifest.ts';
import type { CaptureMode } from '../../core/capture/mode.ts';
import { renderVerdicts, type StepSummary } from './github.ts';
import { bytes, count, fields, PLAIN, plural, printable, type Style } from './text.ts';

const MAX_RULES = 5;

/** What `upload` did, with everything that a person may want to check before trusting it. */
export interface UploadReport {
  readonly uri: string;
  readonly outcome: 'created' | 'exists';
  readonly uploaded: number;
  readonly reused: number;
  readonly manifest: Manifest;
}

export function renderUpload(
  { uri, outcome, uploaded, reused, manifest }: UploadReport,
  style: Style = PLAIN,
): string {
  const headline =
    outcome === 'created' ? style.green('Bundle written to:') : style.green('Bundle already there:');
  const stored =
    outcome === 'created' ? `${plural(uploaded, 'object')} written, ${reused} reused` : 'nothing written';
  return `${headline} ${uri}
${manifestFields(manifest, `${stored}, ${bytes(storedBytes(manifest))} in all`)}`;
}

export function renderUploadDryRun(
  manifest: Manifest,
  store: string | undefined,
  style: Style = PLAIN,
): string {
  const objects = manifest.objects
    .map(({ path, size, lines }) => `    ${path}  ${bytes(size)}  ${plural(lines, 'line')}\n`)
    .join('');
  return `${style.yellow('Dry run:')} nothing was stored${store === undefined ? '' : ` in ${store}`}
${manifestFields(manifest, `${plural(manifest.objects.length, 'object')}, ${bytes(storedBytes(manifest))} in all`)}${objects}`;
}

function manifestFields(manifest: Manifest, objects: string): string {
  const { run, totals, skipped_files, revision } = manifest;
  return fields([
    ['Run', runName(manifest)],
    ['Source', printable(run.source)],
    ['State', run.complete ? undefined : 'incomplete: AgentV did not finish this run'],
    ['Results', resultsLine(manifest)],
    [
      'Rejected',
      totals.rejected === 0 ? undefined : `${plural(totals.rejected, 'line')} of the index could not be read`,
    ],
    ['Gate', gateLine(manifest)],
    ['Capture', captureLine(manifest)],
    ['Redactions', redactionsLine(manifest)],
    ['Files', filesLine(totals.artifact_files, skipped_files.length)],
    ['Objects', objects],
    ['Revision', revision > 1 ? `${revision} of this run` : undefined],
    ['Digest', manifest.digest],
  ]);
}

/** `nightly / 2026-11-20T10-21-37-666Z`. */
export function runName({ run }: Manifest): string {
  return printable(run.experiment === undefined ? run.run_id : `${run.experiment} / ${run.run_id}`);
}

export function resultsLine({ totals, gate }: Manifest): string {
  return `${count(totals.results)} (${renderVerdicts(gate.rows)})`;
}

/** AgentV's verdict, or what the rows say for lack of it. */
export function gateLine({ gate }: Manifest): string {
  if (!gate.derived) return `${gate.status} (AgentV exit code ${gate.exit_code ?? 'unknown'})`;
  return `${gate.status} (derived from the results; --gate-exit-code records AgentV's own)`;
}

export function captureLine({ capture }: Manifest): string {
  const mode = modeName(capture.mode);
  if (capture.fell_back === 0) return mode;
  return `${mode}; ${plural(capture.fell_back, 'result')} went metadata-only because redaction failed`;
}

/** Whoever has never chosen a mode learns here where the prompts are. */
export function modeName(mode: CaptureMode): string {
  return mode === 'metadata-only' ? 'metadata-only (no prompts or answers; see --capture)' : mode;
}

/** The commonest rules by name, the others by number. */
function redactionsLine({ capture }: Manifest): string | undefined {
  const rules = Object.entries(capture.redactions.by_rule).sort(
    ([a, n], [b, m]) => m - n || (a < b ? -1 : 1),
  );
  if (rules.length === 0) return capture.mode === 'redacted' ? 'none' : undefined;
  const total = rules.reduce((sum, [, n]) => sum + n, 0);
  const named = rules.slice(0, MAX_RULES).map(([rule, n]) => `${printable(rule)} ${count(n)}`);
  const more = rules.length > MAX_RULES ? [`${rules.length - MAX_RULES} more rules`] : [];
  return `${count(total)} (${[...named, ...more].join(', ')})`;
}

function filesLine(files: number, skipped: number): string | undefined {
  if (files === 0 && skipped === 0) return undefined;
  return skipped === 0
    ? count(files)
    : `${count(files)}, ${skipped >= 100 ? 'at least 100' : skipped} left out`;
}

export function storedBytes({ objects }: Manifest): number {
  return objects.reduce((sum, { size }) => sum + size, 0);
}

/** What a program wants to know of an upload; `receipt` only when it was waited for. */
export function uploadJson(report: UploadReport): object {
  const { uri, outcome, uploaded, reused, manifest } = report;
  return {
    bundle: uri,
    digest: manifest.digest,
    revision: manifest.revision,
    outcome,
    ...manifestJson(manifest),
    objects: { total: manifest.objects.length, uploaded, reused, bytes: storedBytes(manifest) },
  };
}

export function uploadDryRunJson(manifest: Manifest): object {
  return {
    dry_run: true,
    digest: manifest.digest,
    ...manifestJson(manifest),
    objects: manifest.objects.map(({ path, kind, size, plain_size, lines }) => ({
      path,
      kind,
      size,
      plain_size,
      lines,
    })),
  };
}

/** What `upload` and `list` tell programs of a bundle. */
export function manifestJson({ run, gate, capture, totals, destination, skipped_files }: Manifest): object {
  return {
    source: run.source,
    run_id: run.run_id,
    ...(run.experiment === undefined ? {} : { experiment: run.experiment }),
    started_at: run.started_at,
    complete: run.complete,
    gate,
    capture,
    totals,
    destination,
    skipped_files: skipped_files.length,
  };
}

export function uploadSummary({ uri, outcome, manifest }: UploadReport): StepSummary {
  const redacted = Object.values(manifest.capture.redactions.by_rule).reduce((sum, n) => sum + n, 0);
  return {
    headline: outcome === 'created' ? 'AgentV run stored' : 'AgentV run stored before',
    rows: [
      ['Run', runName(manifest)],
      ['Tests', renderVerdicts(manifest.gate.rows)],
      ['Gate', gateLine(manifest)],
      ['Capture', manifest.capture.mode],
      ['Redactions', count(redacted)],
      ['Bundle', uri],
    ],
  };
}
