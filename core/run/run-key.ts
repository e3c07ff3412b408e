/**
 * @module
 */
import { sha256Hex } from './identity.ts';

const TIME_ID = /^(\d{4}-\d{2}-\d{2})T(\d{2})-(\d{2})-(\d{2})-(\d{3})Z$/;

/** Milliseconds since the epoch of a run id such as `2026-11-20T10-21-37-666Z`; nothing for any other id. */
export function timeOfRunId(runId: string): number | undefined {
  const match = TIME_ID.exec(runId);
  if (match === null) return undefined;
  const [, day, hour, minute, second, ms] = match;
  const time = Date.parse(`${day}T${hour}:${minute}:${second}.${ms}Z`);
  return Number.isNaN(time) ? undefined : time;
}

/**
 * The name of a run in keys and paths.
 *
 * A directory may be called anything (`--output results`), so a name that is no time is made unique by what resuming the
 * run does not change: the time of its first row and its experiment.
 */
export function runKeyOf(
  runId: string,
  firstTimestamp: string | undefined,
  experiment: string | undefined,
): string {
  if (timeOfRunId(runId) !== undefined) return runId;
  const name = runId
    .replaceAll(/[^A-Za-z0-9._-]/g, '_')
    .replace(/^\.+/, '_')
    .slice(0, 80);
  return `${name}-${sha256Hex(`${firstTimestamp ?? ''}${experiment ?? ''}`).slice(0, 8)}`;
}
