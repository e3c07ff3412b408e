/**
 * @module
 */
import type { Manifest } from '../../core/bundle/manifest.ts';
import type { PullOutcome } from '../../core/bundle/pull.ts';
import { captureLine, runName } from './bundle.ts';
import { bytes, count, fields, PLAIN, plural, printable, type Style } from './text.ts';

export function renderPull(
  uri: string,
  manifest: Manifest,
  outcome: PullOutcome,
  style: Style = PLAIN,
): string {
  const { directory, source, files, leftOut, leftOutCount } = outcome;
  const left = leftOut
    .slice(0, 5)
    .map(({ path, reason }) => `    - ${printable(path)}: ${printable(reason)}\n`);
  return `${style.green('Run written to:')} ${printable(directory)}
${fields([
  ['Bundle', uri],
  ['Run', runName(manifest)],
  ['Files', `${count(files)} (${bytes(outcome.bytes)})`],
  ['Made from', source === 'files' ? "the run's own files" : 'the results, for the bundle holds no files'],
  ['Capture', captureLine(manifest)],
  ['Left out', leftOutCount === 0 ? undefined : plural(leftOutCount, 'file')],
])}${left.join('')}`;
}

export function pullJson(uri: string, manifest: Manifest, outcome: PullOutcome): object {
  return {
    bundle: uri,
    digest: manifest.digest,
    directory: outcome.directory,
    source: outcome.source,
    files: outcome.files,
    bytes: outcome.bytes,
    left_out: outcome.leftOut,
    left_out_count: outcome.leftOutCount,
  };
}
