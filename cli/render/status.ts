/**
 * @module
 */
import type { Manifest } from '../../core/bundle/manifest.ts';
import type { Failure } from '../../core/ingest/failure.ts';
import type { Receipt } from '../../core/ingest/receipt.ts';
import { captureLine, gateLine, manifestJson, resultsLine, runName } from './bundle.ts';
import { count, fields, PLAIN, printable, type Style } from './text.ts';

export interface StatusReport {
  readonly uri: string;
  readonly manifest: Manifest;
  readonly receipts: readonly Receipt[];
  /** Why ingestion has not got through, newest state of each try. */
  readonly failures: readonly Failure[];
  /** URI of a newer bundle of the same run. */
  readonly newer: string | undefined;
}

export function renderStatus(report: StatusReport, style: Style = PLAIN): string {
  const { uri, manifest, receipts, failures, newer } = report;
  const state = stateOf(report);
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
])}${receipts.map((receipt) => renderOne(receipt, style)).join('')}${failures.map((failure) => renderFailure(failure, style)).join('')}`;
}

function renderFailure(failure: Failure, style: Style): string {
  const { step, part, code, reason, hint, attempts, first_seen_at, last_seen_at } = failure;
  return `${style.red(failure.final ? 'Not delivered:' : 'Not yet delivered:')} ${printable(reason)}
${fields([
  ['What to do', hint === undefined ? undefined : printable(hint)],
  ['Code', printable(code)],
  ['Step', part === undefined ? step : `${step} ${part}`],
  ['Tries', `${count(attempts)}, from ${first_seen_at} to ${last_seen_at}`],
  ['Now', nextOf(failure)],
])}`;
}

/** What somebody hears who waits for what was given up before. */
export function renderGivenUp({ reason, last_seen_at }: Failure): string {
  return `Given up at ${last_seen_at}: ${printable(reason)}\nWaiting whether somebody takes it up again\n`;
}

function nextOf({ final, replayed_at, last_seen_at }: Failure): string {
  if (final) return 'among the dead letters: replay it when the cause is gone';
  const isWaiting = replayed_at !== undefined && replayed_at > last_seen_at;
  return isWaiting ? `replayed at ${replayed_at}: it will be tried again` : 'it will be tried again';
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

type State = 'delivered' | 'partial' | 'superseded' | 'failed' | 'not_delivered';

function stateOf({ receipts, failures, newer }: StatusReport): State {
  if (newer !== undefined) return 'superseded';
  if (receipts.length === 0) return failures.some(({ final }) => final) ? 'failed' : 'not_delivered';
  return receipts.some(({ status }) => status === 'delivered') ? 'delivered' : 'partial';
}

export function statusJson(report: StatusReport): object {
  const { uri, manifest, receipts, failures, newer } = report;
  return {
    bundle: uri,
    digest: manifest.digest,
    status: stateOf(report),
    ...(newer === undefined ? {} : { superseded_by: newer }),
    uploaded_at: manifest.created_at,
    ...manifestJson(manifest),
    receipts,
    failures,
  };
}
