/**
 * What was replaced in a JSON value, told from the value before and after.
 *
 * @module
 */
import { align, writtenIn } from './align.ts';

/** One replacement in one string of a value. */
export interface Difference {
  /** JSON path with the keys as they were written after, for keys may hold secrets too; empty for the value itself. */
  readonly path: string;
  readonly written: string;
  /** What stood there; undefined where it cannot be told. */
  readonly secret: string | undefined;
  /** Where in the string it began. */
  readonly start: number;
}

/** All replacements, in the order of the value. What the redacted value leaves out is none. */
export function* differences(before: unknown, after: unknown, path = ''): Generator<Difference> {
  if (typeof before === 'string' && typeof after === 'string') yield* inString(before, after, path);
  else if (Array.isArray(before) && Array.isArray(after)) {
    for (const [i, item] of before.entries()) yield* differences(item, after[i], `${path}[${i}]`);
  } else if (isObject(before) && isObject(after)) yield* inObject(before, after, path);
  else if (typeof after === 'string' && after !== before) {
    const secret = typeof before === 'number' || typeof before === 'bigint' ? String(before) : undefined;
    for (const written of writtenIn(after).slice(0, 1)) yield { path, written, secret, start: 0 };
  }
}

function* inString(before: string, after: string, path: string): Generator<Difference> {
  if (before === after) return;
  const replacements = align(before, after);
  if (replacements !== undefined) {
    for (const { start, end, written } of replacements) {
      yield { path, written, secret: before.slice(start, end), start };
    }
    return;
  }
  const there = new Set(writtenIn(before));
  for (const written of writtenIn(after)) {
    if (!there.has(written)) yield { path, written, secret: undefined, start: 0 };
  }
}

/** A key that was redacted keeps its place. */
function* inObject(
  before: Record<string, unknown>,
  after: Record<string, unknown>,
  path: string,
): Generator<Difference> {
  const keys = Object.keys(after);
  const samePlaces = keys.length === Object.keys(before).length;
  for (const [i, [key, value]] of Object.entries(before).entries()) {
    const moved = samePlaces ? keys[i] : undefined;
    const now = Object.hasOwn(after, key) ? key : moved;
    if (now === undefined) continue;
    const child = `${path}${member(now)}`;
    if (now !== key) yield* inString(key, now, `${child} (key)`);
    yield* differences(value, after[now], child);
  }
}

function member(key: string): string {
  return /^[A-Za-z_][A-Za-z0-9_-]*$/.test(key) ? `.${key}` : `[${JSON.stringify(key)}]`;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
