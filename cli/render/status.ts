/**
 * @module
 */
import type { Manifest } from '../../core/bundle/manifest.ts';
import type { Receipt } from '../../core/ingest/receipt.ts';
import { captureLine, gateLine, manifestJson, resultsLine, runName } from './bundle.ts';
import { count, fields, PLAIN, printable, type Style } from './text.ts';

export interface StatusReport {
  readonly uri: string;
  readonly manifest: Manifest;
  readonly receipts: readonly Receipt[];
  /** URI of a newer bundle of the same run. */
  readonly newer: string | undefined;
}

export function renderStatus({ uri, manifest, receipts, newer }: StatusReport, style: Style = PLAIN): string {
  const state = stateOf({ receipts, newer });
  const shown = state === 'delivered' ? style.green(state) : style.yellow(state);
  return `Bundle: ${uri}
${fields([
  ['Status', shown.replace('_', ' ')],
  ['Superseded by', newer],
  ['Run', runName(manifest)],
  ['Source', printable(manifest.run.source)],
  ['Uploaded', manifest.created_at],
  ['Results', resultsLine(manifest)],
  ['Gate', gateLine(manifest)],
  ['Capture', captureLine(manifest)],
])}${receipts.map((receipt) => renderOne(receipt, style)).join('')}`;
}

function renderOne(receipt: Receipt, style: Style): string {
  const { destination } = receipt;
  return `${style.green('Delivered to Opik:')} ${printable(destination.experiment_name)}
${fields([
  ['Project', printable(destination.project)],
  ['Workspace', destination.workspace === undefined ? undefined : printable(destination.workspace)],
  ['At', receipt.finished_at],
  ['Capture', receipt.capture_mode],
  ['Rejected', receipt.rejected_count === 0 ? undefined : count(receipt.rejected_count)],
  ['Open in Opik', style.cyan(receipt.experiment_url)],
])}`;
}

type State = 'delivered' | 'partial' | 'superseded' | 'not_delivered';

function stateOf({ receipts, newer }: Pick<StatusReport, 'receipts' | 'newer'>): State {
  if (newer !== undefined) return 'superseded';
  if (receipts.length === 0) return 'not_delivered';
  return receipts.some(({ status }) => status === 'delivered') ? 'delivered' : 'partial';
}

export function statusJson(report: StatusReport): object {
  const { uri, manifest, receipts, newer } = report;
  return {
    bundle: uri,
    digest: manifest.digest,
    status: stateOf(report),
    ...(newer === undefined ? {} : { superseded_by: newer }),
    uploaded_at: manifest.created_at,
    ...manifestJson(manifest),
    receipts,
  };
}
