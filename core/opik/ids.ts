/**
 * Deterministic UUIDv7: what makes every delivery an upsert.
 *
 * @module
 */
import { hash } from 'node:crypto';

/**
 * The UUIDv7 of a thing: a real time in the first 48 bits, SHA-256 of what it is in the rest.
 *
 * Guarantees:
 * - the same `timeMs` and `key` give the same id, on every machine and in every version of this tool;
 * - keys are joined as JSON, so that no two lists of parts can read as one.
 *
 * @param timeMs milliseconds since 1970 of the run or the test itself, never of the upload: Opik may refuse trace ids
 * whose time is made up, and orders and filters by it
 * @see Opik `OpenTelemetryMapper.convertOtelIdToUUIDv7`, which builds its ids in the same way
 */
export function uuidV7(timeMs: number, ...key: readonly (string | number)[]): string {
  const time = Math.max(0, Math.trunc(timeMs)).toString(16).padStart(12, '0');
  const digest = hash('sha256', JSON.stringify(key), 'hex');
  const variant = ((Number.parseInt(digest[4] ?? '', 16) & 0x3) | 0x8).toString(16);
  return (
    `${time.slice(0, 8)}-${time.slice(8)}-7${digest.slice(1, 4)}-` +
    `${variant}${digest.slice(5, 8)}-${digest.slice(8, 20)}`
  );
}

/** Dataset items belong to no run; a constant time keeps their ids the same in all of them. 2025-01-01T00:00:00Z. */
export const TIMELESS_MS = Date.UTC(2025, 0, 1);
