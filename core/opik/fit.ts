/**
 * Making one oversized item small enough for a request.
 *
 * @module
 */

export interface FittedItem<Item> {
  readonly item: Item;
  /** Serialised size of `item`. */
  readonly bytes: number;
  /** 0 if nothing was cut. */
  readonly cutBytes: number;
}

/**
 * Shortens the longest strings of an item until it fits.
 *
 * Guarantees: an item that fits is returned as it is; one that does not keeps its structure, its ids and every short
 * string, and each shortened string ends with a marker that says how much is missing; the outcome depends on the item
 * alone. An item of very many small values loses its largest free-form members instead, each replaced by a marker.
 */
export function fitItem<Item extends object>(item: Item, maxBytes: number): FittedItem<Item> {
  const bytes = jsonBytes(item);
  if (bytes + 1 <= maxBytes) return { item, bytes, cutBytes: 0 };
  const limit = maxBytes - 1;
  const fitted = shortenStrings(item, bytes - limit, limit) ?? dropLargest(item, limit);
  const fittedBytes = jsonBytes(fitted);
  return { item: fitted, bytes: fittedBytes, cutBytes: bytes - fittedBytes };
}

export function jsonBytes(value: unknown): number {
  return Buffer.byteLength(JSON.stringify(value) ?? 'null');
}

/** Strings up to this length are names, ids and times: never cut. */
const MIN_CUT = 256;
const MARKER_BYTES = 64;

/** Caps all strings at the largest length that frees enough; undefined if even the smallest cap does not. */
function shortenStrings<Item extends object>(item: Item, excess: number, limit: number): Item | undefined {
  const sizes: number[] = [];
  collectSizes(item, sizes);
  sizes.sort((a, b) => b - a);
  for (let wanted = excess; ; ) {
    const cap = capThatFrees(sizes, wanted);
    if (cap === undefined) return undefined;
    const capped = capStrings(item, cap);
    const over = jsonBytes(capped) - limit;
    if (over <= 0) return capped;
    // The markers took room, too, and a cut string may hold more escapes than the average: ask for that much more.
    wanted += over + MARKER_BYTES;
  }
}

function collectSizes(value: unknown, sizes: number[]): void {
  if (typeof value === 'string') {
    const size = Buffer.byteLength(JSON.stringify(value));
    if (size > MIN_CUT) sizes.push(size);
  } else if (Array.isArray(value)) {
    for (const member of value) collectSizes(member, sizes);
  } else if (typeof value === 'object' && value !== null) {
    for (const member of Object.values(value)) collectSizes(member, sizes);
  }
}

/** The largest cap, in bytes, such that cutting all longer strings to it frees `wanted` bytes. */
function capThatFrees(descending: readonly number[], wanted: number): number | undefined {
  let above = 0;
  for (const [index, size] of descending.entries()) {
    above += size;
    const next = Math.max(MIN_CUT, descending[index + 1] ?? MIN_CUT);
    if (above - next * (index + 1) >= wanted)
      return Math.max(MIN_CUT, Math.floor((above - wanted) / (index + 1)));
  }
  return undefined;
}

function capStrings<Value>(value: Value, cap: number): Value;
function capStrings(value: unknown, cap: number): unknown {
  if (typeof value === 'string') return capString(value, cap);
  if (Array.isArray(value)) return value.map((member) => capStrings(member, cap));
  if (typeof value === 'object' && value !== null) {
    return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, capStrings(member, cap)]));
  }
  return value;
}

function capString(text: string, cap: number): string {
  const size = Buffer.byteLength(JSON.stringify(text));
  if (size <= cap || size <= MIN_CUT) return text;
  const keep = Math.floor((text.length * cap) / size);
  const head = text.slice(0, keep).toWellFormed();
  return `${head.endsWith('\ufffd') ? head.slice(0, -1) : head}${marker(size - cap)}`;
}

function marker(bytes: number): string {
  return `…[truncated ${bytes} bytes by agentv-opik]`;
}

/** Replaces the largest members, except names, ids and times, until the rest fits. */
function dropLargest<Item extends object>(item: Item, limit: number): Item {
  const fitted: Item = { ...item };
  const members = Object.entries(item)
    .map(([name, member]) => ({ name, size: jsonBytes(member) }))
    .filter(({ size }) => size > MIN_CUT)
    .sort((a, b) => b.size - a.size);
  for (const { name, size } of members) {
    if (jsonBytes(fitted) <= limit) break;
    Reflect.set(fitted, name, { truncated: marker(size) });
  }
  return fitted;
}
