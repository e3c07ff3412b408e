/**
 * GitHub Actions: annotations, outputs, the step summary.
 *
 * @see https://docs.github.com/actions/reference/workflow-commands-for-github-actions
 * @module
 */
import { count, printable } from './text.ts';

/** `::warning title=agentv-opik::…`, on one line whatever is in it. */
export function renderAnnotation(level: 'warning' | 'error', message: string, hint?: string): string {
  const text = hint === undefined ? message : `${message}\n${hint}`;
  const printed = text.split('\n').map(printable).join('\n');
  return `::${level} title=agentv-opik::${escapeData(printed)}\n`;
}

/** @see actions/toolkit `escapeData` */
function escapeData(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

/**
 * Lines for GITHUB_OUTPUT, each value between delimiters.
 *
 * @param delimiter - random, so that no value can close it and write an output of its own
 */
export function renderOutputs(outputs: Readonly<Record<string, string>>, delimiter: string): string {
  return Object.entries(outputs)
    .map(([name, value]) => `${name}<<${delimiter}\n${value}\n${delimiter}\n`)
    .join('');
}

export interface StepSummary {
  readonly headline: string;
  readonly experimentUrl?: string | undefined;
  readonly rows: readonly (readonly [key: string, value: string | undefined])[];
  readonly problem?: { readonly message: string; readonly hint?: string | undefined } | undefined;
}

/** A section of the step summary, in Markdown. */
export function renderStepSummary({ headline, experimentUrl, rows, problem }: StepSummary): string {
  const link =
    experimentUrl === undefined ? '' : `**[Open the experiment in Opik](${markdownUrl(experimentUrl)})**\n\n`;
  const table = rows
    .filter((row): row is readonly [string, string] => row[1] !== undefined)
    .map(([key, value]) => `| ${markdown(key)} | ${markdown(value)} |\n`)
    .join('');
  const warning =
    problem === undefined
      ? ''
      : `> ⚠️ ${markdown(problem.message)}\n${problem.hint === undefined ? '' : `>\n> ${markdown(problem.hint)}\n`}\n`;
  return `### ${markdown(headline)}\n\n${warning}${link}${table === '' ? '' : `| | |\n|---|---|\n${table}\n`}`;
}

/** Text as text: nothing in a name makes a link, an image, HTML or another column. */
function markdown(text: string): string {
  return printable(text)
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replace(/[\\`*_{}[\]()#+!|~@:]/g, (character) => `&#${character.charCodeAt(0)};`);
}

function markdownUrl(url: string): string {
  return printable(url)
    .replace(/[()<>\s|]/g, encodeURIComponent)
    .replaceAll('(', '%28')
    .replaceAll(')', '%29');
}

/** `2 passed, 1 failed, 1 errored`, without what there is none of. */
export function renderVerdicts(rows: {
  readonly passed: number;
  readonly failed: number;
  readonly errored: number;
}): string {
  const said = (['passed', 'failed', 'errored'] as const)
    .filter((verdict) => rows[verdict] > 0)
    .map((verdict) => `${count(rows[verdict])} ${verdict}`);
  return said.length === 0 ? 'none' : said.join(', ');
}
