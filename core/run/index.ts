/**
 * Reads a run of any AgentV layout as one stream of results.
 *
 * @example
 * const run = await openRun(await findRun({ cwd }), { source: 'github.com/acme/shop' });
 * for await (const result of run.results()) …
 *
 * @module
 */
export {
  AmbiguousRunError,
  EmptyRunError,
  IncompleteRunError,
  RunChangedError,
  RunNotFoundError,
} from './errors.ts';
export type { RunFile } from './files.ts';
export { type FindRunInput, findRun } from './find.ts';
export type { Rejected } from './index-scan.ts';
export type { RunLayout, RunLocation } from './layout.ts';
export { type OpenRunOptions, openRun, type Run } from './open.ts';
export * from './result.ts';
export type { RunSummary } from './summary.ts';
