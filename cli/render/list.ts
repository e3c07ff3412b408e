/**
 * @module
 */
import type { Manifest } from '../../core/bundle/manifest.ts';
import { manifestJson, runName } from './bundle.ts';
import { count, PLAIN, printable, type Style } from './text.ts';

export type Listed =
  | { readonly uri: string; readonly manifest: Manifest; readonly delivered: boolean }
  | { readonly uri: string; readonly problem: string };

export interface ListReport {
  readonly store: string;
  readonly bundles: readonly Listed[];
  /** In the store, shown or not. */
  readonly total: number;
}

const HEADINGS = ['STARTED', 'DIGEST', 'RESULTS', 'GATE', 'CAPTURE', 'IN OPIK', 'RUN', 'SOURCE'] as const;

export function renderList({ store, bundles, total }: ListReport, style: Style = PLAIN): string {
  if (total === 0) return `No bundles in ${store}\n`;
  const rows = bundles.flatMap((bundle) => ('manifest' in bundle ? [cells(bundle)] : []));
  const broken = bundles.flatMap((bundle) => ('problem' in bundle ? [bundle.problem] : []));
  const widths = HEADINGS.map((heading, column) =>
    Math.max(heading.length, ...rows.map((row) => row[column]?.length ?? 0)),
  );
  const line = (row: readonly string[]): string =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd();
  const table = [style.bold(line(HEADINGS)), ...rows.map(line)];
  if (bundles.some((bundle) => 'manifest' in bundle && bundle.manifest.gate.derived)) {
    table.push(style.dim("* derived from the results, for lack of AgentV's exit code"));
  }
  const problems = broken.map((problem) => `${style.red('✗')} ${printable(problem)}`);
  return `${[...(rows.length === 0 ? [] : table), ...problems].join('\n')}\n`;
}

/** The first cell is a time, never a name from a run: no line begins with what somebody else wrote. */
function cells({ manifest, delivered }: Extract<Listed, { manifest: Manifest }>): string[] {
  const { run, digest, gate, totals, capture } = manifest;
  return [
    `${run.started_at.slice(0, 16).replace('T', ' ')}`,
    digest.slice(0, 12),
    `${count(gate.rows.passed)}/${count(totals.results)}`,
    gate.derived ? `${gate.status}*` : gate.status,
    capture.mode,
    delivered ? 'yes' : 'no',
    runName(manifest),
    printable(run.source),
  ];
}

export function listJson({ store, bundles, total }: ListReport): object {
  return {
    store,
    total,
    bundles: bundles.map((listed) =>
      'manifest' in listed
        ? {
            bundle: listed.uri,
            digest: listed.manifest.digest,
            revision: listed.manifest.revision,
            delivered: listed.delivered,
            uploaded_at: listed.manifest.created_at,
            ...manifestJson(listed.manifest),
          }
        : { bundle: listed.uri, problem: listed.problem },
    ),
  };
}
