/**
 * What makes a row the same row: the keys by which copies, twins and shared folders are found, and the result's key.
 *
 * @module
 */
import { createHash, hash } from 'node:crypto';
import { posix } from 'node:path';
import { type AgentvRow, evalPathOf, pathOf } from './agentv-row.ts';

/** Rows with the same natural key are one test on one target, run or named more than once. */
export function naturalKey(row: AgentvRow): string {
  return JSON.stringify([row.suite, evalPathOf(row), row.testId, row.target, row.sampleIndex]);
}

/** The same without the eval source, for an index where some rows do not say theirs. */
export function looseNaturalKey(row: AgentvRow): string {
  return JSON.stringify([row.suite, row.testId, row.target, row.sampleIndex]);
}

/** Where the row's own files lie, by its grading file or folder; two rows with one place overwrote each other's. */
export function artifactPlace(row: AgentvRow): string | undefined {
  const grading = pathOf(row, 'grading_path');
  if (grading !== undefined) return posix.normalize(grading);
  const dir = pathOf(row, 'artifact_dir') ?? pathOf(row, 'result_dir');
  return dir === undefined ? undefined : posix.normalize(dir).replace(/\/$/, '');
}

/** What a result's key is made of beside the row. */
export interface KeyScope {
  readonly source: string;
  readonly experiment: string | undefined;
  readonly runKey: string;
}

/**
 * The 32 hex digits that name a result for ever.
 *
 * Guarantees: depends on no content, so that every capture mode shares it; a re-run of the test has another.
 */
export function resultKey(scope: KeyScope, row: AgentvRow, occurrence: number): string {
  const identity =
    row.projection?.id ??
    JSON.stringify([row.suite, evalPathOf(row), row.testId, row.target, 0, row.sampleIndex, occurrence]);
  return sha256Hex(
    JSON.stringify([scope.source, scope.experiment ?? '', scope.runKey, identity, row.timestamp ?? '']),
  ).slice(0, 32);
}

export function sha256Hex(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

/** SHA-256 as a string of bytes, for tables that hold a part of it. */
export function digest(text: string): string {
  return hash('sha256', text, 'binary');
}
