/**
 * A run as `upload` would see it: every result, and every file beside them.
 *
 * @module
 */
import { createReadStream } from 'node:fs';
import type { Capture } from '../../core/capture/index.ts';
import { openRun, type RunLocation } from '../../core/run/index.ts';
import { NotTextError, RedactionFailedError } from '../errors.ts';
import { differences } from './compare.ts';
import type { Findings } from './findings.ts';
import { formatOf, scanFile } from './scan-file.ts';

export interface ScanRunSettings {
  readonly location: RunLocation;
  readonly capture: Capture;
  readonly findings: Findings;
  readonly signal: AbortSignal;
  readonly onResult: (done: number, total: number) => void;
}

/** Also an unfinished run. @throws what {@link openRun} throws for a run that cannot be read */
export async function scanRun({
  location,
  capture,
  findings,
  signal,
  onResult,
}: ScanRunSettings): Promise<string> {
  const run = await openRun(location, { source: 'local', allowIncomplete: true });
  let done = 0;
  for await (const read of run.results()) {
    signal.throwIfAborted();
    const { result, outcome } = capture.result(read);
    const place = { file: result.row.file, line: result.row.line, result: result.test_id };
    if (outcome === 'fell-back') findings.skip(`${place.file}:${place.line}`, 'goes metadata-only');
    else {
      for (const each of differences(read, result)) {
        findings.add({ ...place, path: each.path.replace(/^\./, '') }, each);
      }
    }
    done += 1;
    onResult(done, run.summary.results);
  }
  for await (const file of run.files()) {
    signal.throwIfAborted();
    const shown = capture.name(file.path);
    try {
      await scanFile({
        capture,
        findings,
        file: shown,
        format: formatOf(file.path),
        bytes: createReadStream(file.absolutePath),
        signal,
      });
    } catch (error) {
      if (!(error instanceof NotTextError || error instanceof RedactionFailedError)) throw error;
      findings.skip(shown, error instanceof NotTextError ? 'binary' : 'could not be redacted');
    }
  }
  return run.summary.run_id;
}
