/**
 * What an ingestion did.
 *
 * @module
 */
import type { Manifest } from '../../core/bundle/manifest.ts';
import type { ExperimentTotalsRecord, Receipt } from '../../core/ingest/receipt.ts';
import { captureLine, gateLine, resultsLine } from './bundle.ts';
import { renderVerdicts, type StepSummary } from './github.ts';
import { count, fields, PLAIN, percent, plural, printable, type Style } from './text.ts';

/** The receipt with the bundle's whole URI, for programs. */
export function receiptJson({
  uri,
  receipt,
  unchanged,
}: {
  uri: string;
  receipt: Receipt;
  unchanged: boolean;
}): object {
  return { ...receipt, bundle_uri: uri, outcome: unchanged ? 'unchanged' : 'sent' };
}

export interface ReceiptReport {
  readonly manifest: Manifest;
  readonly receipt: Receipt;
  /** Nothing was sent now: it was there. */
  readonly unchanged: boolean;
}

export function renderReceipt({ manifest, receipt, unchanged }: ReceiptReport, style: Style = PLAIN): string {
  const { destination, experiments, status } = receipt;
  return `${headline(status, unchanged, style)} ${printable(destination.experiment_name)}
${fields([
  ['Project', printable(destination.project)],
  ['Workspace', destination.workspace === undefined ? undefined : printable(destination.workspace)],
  ['Dataset', `${printable(destination.dataset)} (${plural(receipt.items, 'item')})`],
  ['Results', resultsLine(manifest)],
  ['Score', scoreLine(experiments.map(({ totals }) => totals))],
  ['Gate', gateLine(manifest)],
  ['Sent', unchanged ? `nothing now; delivered at ${receipt.finished_at}` : sentLine(receipt)],
  ['Rejected', receipt.rejected_count === 0 ? undefined : style.yellow(count(receipt.rejected_count))],
  ['Cut to fit', receipt.truncated_count === 0 ? undefined : count(receipt.truncated_count)],
  [
    'Removed',
    receipt.retired === 0 ? undefined : `${plural(receipt.retired, 'result')} of older states of this run`,
  ],
  ['Capture', deliveredCapture(manifest, receipt)],
])}${experimentLines(receipt, style)}`;
}

function headline(status: Receipt['status'], unchanged: boolean, style: Style): string {
  if (status === 'partial') return style.yellow('Partly delivered to Opik:');
  return style.green(unchanged ? 'Already in Opik:' : 'Delivered to Opik:');
}

/** One link a line, the whole line a link: terminals and CI logs make them clickable. */
function experimentLines({ experiments, experiment_url }: Receipt, style: Style): string {
  if (experiments.length <= 1) return `Open in Opik: ${style.cyan(experiment_url)}\n`;
  const lines = experiments.map(({ name, url }) => `  ${printable(name)}: ${style.cyan(url)}\n`);
  return `Open in Opik:\n${lines.join('')}`;
}

function sentLine({ sent, already_delivered, results }: Receipt): string {
  const said = [
    plural(sent.traces, 'trace'),
    plural(sent.spans, 'span'),
    plural(sent.scores, 'score'),
    ...(sent.assertions === 0 ? [] : [plural(sent.assertions, 'assertion')]),
  ].join(', ');
  if (already_delivered === 0) return said;
  const before = already_delivered === results ? 'all' : count(already_delivered);
  return `${said} (${before} delivered with an earlier state of this run)`;
}

/** The mean over what was graded: an execution error is no score of 0. */
function scoreLine(totals: readonly ExperimentTotalsRecord[]): string | undefined {
  const graded = totals.reduce((sum, { results, errored }) => sum + results - errored, 0);
  if (graded === 0) return undefined;
  return `${percent(totals.reduce((sum, { score_sum }) => sum + score_sum, 0) / graded)} mean`;
}

/** Says so when this side was stricter than the uploader. */
function deliveredCapture(manifest: Manifest, receipt: Receipt): string {
  const here = receipt.capture_mode;
  const line = captureLine({ ...manifest, capture: { ...manifest.capture, mode: here } });
  return here === manifest.capture.mode
    ? line
    : `${here} (the bundle holds ${manifest.capture.mode}; --capture ${manifest.capture.mode} delivers that)`;
}

export function deliverySummary(manifest: Manifest, receipt: Receipt): StepSummary {
  const { redactions } = manifest.capture;
  const redacted = Object.values(redactions.by_rule).reduce((sum, n) => sum + n, 0);
  return {
    headline: `AgentV run in Opik: ${receipt.destination.experiment_name}`,
    experimentUrl: receipt.experiment_url,
    rows: [
      ['Tests', renderVerdicts(manifest.gate.rows)],
      ['Gate', gateLine(manifest)],
      ['Score', scoreLine(receipt.experiments.map(({ totals }) => totals))],
      ['Capture', receipt.capture_mode],
      ['Redactions', count(redacted)],
      ['Rejected by Opik', receipt.rejected_count === 0 ? undefined : count(receipt.rejected_count)],
      ['Project', receipt.destination.project],
    ],
  };
}
