/**
 * Soft readers of untrusted JSON: a value of the wrong type is as good as absent, and never loses the row it is in.
 *
 * They are hand-written because they run several times per field of every row of a run; the shapes that people
 * configure are parsed with zod elsewhere.
 *
 * @module
 */
import { compact } from '../compact.ts';
import type { TokenUsage } from './result.ts';

export type JsonObject = { readonly [key: string]: unknown };

/** Latest time that still has a four-digit year. */
const MAX_TIME_MS = 253_402_300_799_999;

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function asObject(value: unknown): JsonObject | undefined {
  return isObject(value) ? value : undefined;
}

export function asList(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

/** A string with something in it. */
export function asString(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

export function asNumber(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isFinite(value) ? value : undefined;
}

export function asNonNegative(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isFinite(value) && value >= 0 ? value : undefined;
}

/** A whole number from 0 up; fractional and negative counts are dropped, not rounded. */
export function asCount(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 ? value : undefined;
}

/** Milliseconds since the epoch of an ISO time string. */
export function asTimeMs(value: unknown): number | undefined {
  if (typeof value !== 'string') return undefined;
  const ms = Date.parse(value);
  return ms >= 0 && ms <= MAX_TIME_MS ? ms : undefined;
}

/** `YYYY-MM-DDTHH:mm:ss.sssZ`, whatever the offset and precision it was written with. */
export function asTime(value: unknown): string | undefined {
  const ms = asTimeMs(value);
  if (ms === undefined) return undefined;
  return typeof value === 'string' && isCanonical(value) ? value : new Date(ms).toISOString();
}

/** Whether a valid time is written just so already. A 29th to 31st may not exist, and be read as another day. */
function isCanonical(time: string): boolean {
  return /^\d{4}-\d\d-[012]\d(?<!29)T\d\d:\d\d:\d\d\.\d{3}Z$/.test(time) && !time.startsWith('24', 11);
}

/** OTLP nanoseconds, a decimal string that does not fit a double, as milliseconds. */
export function nanosToMs(value: unknown): number | undefined {
  const digits = typeof value === 'number' ? value.toFixed(0) : value;
  if (typeof digits !== 'string' || !/^\d{7,20}$/.test(digits)) return undefined;
  const ms = Number(digits.slice(0, -6));
  return ms <= MAX_TIME_MS ? ms : undefined;
}

/** The first of the named fields that is there at all: AgentV's snake_case name first, then its older ones. */
export function pick(object: JsonObject | undefined, ...names: readonly string[]): unknown {
  if (object === undefined) return undefined;
  for (const name of names) {
    const value = object[name];
    if (value !== undefined && value !== null) return value;
  }
  return undefined;
}

const SAFE_NAME = /^[\w.:@/ -]{1,128}$/;

/**
 * A name of a tool, model or provider.
 *
 * A model chooses these, so they may be a place to hide text; what does not look like a name is dropped.
 */
export function asName(value: unknown): string | undefined {
  if (typeof value !== 'string') return undefined;
  const name = value.trim();
  return SAFE_NAME.test(name) ? name : undefined;
}

/** A machine code such as `provider_error`. */
export function asCode(value: unknown): string | undefined {
  return typeof value === 'string' && /^[\w.:-]{1,64}$/.test(value) ? value : undefined;
}

/** Token counts, each dropped on its own if it is not a count; nothing if none is left. */
export function asUsage(value: unknown): TokenUsage | undefined {
  if (!isObject(value)) return undefined;
  return definedUsage({
    input: asCount(value.input),
    output: asCount(value.output),
    cached: asCount(value.cached),
    reasoning: asCount(value.reasoning),
  });
}

/** The usage without absent counts; nothing if all are absent. */
export function definedUsage(usage: TokenUsage): TokenUsage | undefined {
  const defined = compact(usage);
  return Object.keys(defined).length > 0 ? defined : undefined;
}

/** Counts by name, safe against names such as `__proto__`; nothing if there are none. */
export function toCounts(entries: Iterable<readonly [string, number]>): Record<string, number> | undefined {
  const counts = new Map<string, number>();
  for (const [name, count] of entries) counts.set(name, (counts.get(name) ?? 0) + count);
  return counts.size > 0 ? Object.fromEntries(counts) : undefined;
}
