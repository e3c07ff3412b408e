/**
 * What `redact` found, as lines.
 *
 * @module
 */
import type { Finding, ScanReport } from '../redact/findings.ts';
import { count, PLAIN, plural, printable, type Style } from './text.ts';

/** Beyond it a person wants the sums. */
const MAX_SHOWN = 200;

export function renderRedact(report: ScanReport, style: Style = PLAIN): string {
  const { findings, total, byFile, byRule, filesScanned, skipped } = report;
  const where = `${plural(filesScanned, 'file')} scanned`;
  const left = skipped.map(({ file, reason }) => `  ${printable(file)}: ${reason}\n`).join('');
  const leftOut = left === '' ? '' : `Not scanned:\n${left}`;
  if (total === 0) return `${style.green('Nothing to redact')} (${where})\n${leftOut}`;
  const shown = findings.slice(0, MAX_SHOWN).map((finding) => line(finding, style));
  const more = total > shown.length ? `  … and ${count(total - shown.length)} more; --json lists them\n` : '';
  const files = Object.keys(byFile).length;
  return `${style.yellow(`${plural(total, 'finding')} in ${plural(files, 'file')}`)} (${where})
${shown.join('')}${more}By rule:
${table(byRule)}${leftOut}`;
}

function line({ rule, file, line: number, path, result, masked }: Finding, style: Style): string {
  const place = number === undefined ? printable(file) : `${printable(file)}:${number}`;
  const inside = [result, path].filter((part) => part !== undefined).map((part) => printable(part));
  return `  ${[place, ...inside].join('  ')}  ${style.bold(rule)}  ${printable(masked)}\n`;
}

function table(counts: Readonly<Record<string, number>>): string {
  const width = Math.max(...Object.values(counts).map((n) => count(n).length));
  return Object.entries(counts)
    .map(([rule, n]) => `  ${count(n).padStart(width)}  ${rule}\n`)
    .join('');
}

export function redactJson(report: ScanReport): object {
  const { findings, total, byRule, byFile, hostPaths, filesScanned, skipped } = report;
  return {
    total,
    host_paths: hostPaths,
    by_rule: byRule,
    by_file: byFile,
    files_scanned: filesScanned,
    skipped,
    findings_left_out: total - findings.length,
    findings,
  };
}
