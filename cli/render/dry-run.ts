/**
 * `--dry-run` of a delivery: the requests as one JSON document, and a summary.
 *
 * @module
 */
import type { Receipt } from '../../core/ingest/receipt.ts';
import type { DryRunRequest } from '../../core/opik/dry-run.ts';
import { modeName } from './bundle.ts';
import { count, fields, plural, printable } from './text.ts';

export interface DryRunSummary {
  /** How many requests of each kind. */
  readonly byRoute: Readonly<Record<string, number>>;
  /** As it would be. */
  readonly receipt: Receipt;
}

export function renderDryRunStart(opikUrl: string, bundle: string): string {
  return `{
  "schema": "agentv-opik.dry-run.v1",
  "opik_url": ${JSON.stringify(opikUrl)},
  "bundle": ${JSON.stringify(bundle)},
  "requests": [`;
}

/** @param first - whether no request stands before it */
export function renderDryRunRequest(request: DryRunRequest, first: boolean): string {
  const json = JSON.stringify(request, null, 2).replaceAll('\n', '\n    ');
  return `${first ? '' : ','}\n    ${json}`;
}

export function renderDryRunEnd(summary: DryRunSummary): string {
  const json = JSON.stringify(summaryJson(summary), null, 2).replaceAll('\n', '\n  ');
  return `\n  ],\n  "summary": ${json}\n}\n`;
}

function summaryJson({ byRoute, receipt }: DryRunSummary): object {
  const { destination, capture_mode, results, already_delivered, items, experiments } = receipt;
  return {
    requests: total(byRoute),
    requests_by_route: byRoute,
    destination,
    capture_mode,
    experiments: experiments.map(({ name }) => name),
    results,
    already_delivered,
    items,
  };
}

export function dryRunJson(summary: DryRunSummary, file: string): object {
  return { dry_run: true, file, ...summaryJson(summary) };
}

export function renderDryRun(summary: DryRunSummary, file: string | undefined): string {
  const { byRoute, receipt } = summary;
  const { destination } = receipt;
  const routes = Object.entries(byRoute).map(([route, n]) => `    ${route}: ${count(n)}\n`);
  const where = file === undefined ? '' : `Requests written to: ${printable(file)}\n`;
  const headline =
    total(byRoute) === 0
      ? 'Dry run: nothing would be sent, for all of it was delivered before (--force sends it again)\n'
      : `Dry run: nothing was sent; to an empty Opik it would be ${plural(total(byRoute), 'request')}\n`;
  return `${where}${headline}${fields([
    ['Experiment', printable(destination.experiment_name)],
    ['Project', printable(destination.project)],
    ['Dataset', `${printable(destination.dataset)} (${plural(receipt.items, 'item')})`],
    ['Results', count(receipt.results)],
    ['Capture', modeName(receipt.capture_mode)],
  ])}${routes.length === 0 ? '' : `  Requests:\n${routes.join('')}`}`;
}

function total(byRoute: Readonly<Record<string, number>>): number {
  return Object.values(byRoute).reduce((sum, n) => sum + n, 0);
}
