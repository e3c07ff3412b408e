/**
 * Goes through JSON values: which name a value stands under, and where.
 *
 * @module
 */
import { secretKind } from './secret-names.ts';

/** What becomes of the parts of a value. */
export interface JsonVisitor {
  /** `name` is the key it stands under, if any; `path` its place without indexes. */
  string(text: string, name: string | undefined, path: string): unknown;
  key(key: string): string;
  number(value: number, name: string | undefined): unknown;
  /** An array or object beneath more than {@link MAX_DEPTH} others. */
  tooDeep(node: object): unknown;
}

/** Deeper than any transcript, shallower than any stack. */
export const MAX_DEPTH = 100;

/**
 * A copy of the value with its parts as the visitor gives them. The shape stays: no key and no element appears or goes.
 * What is not JSON (functions, symbols) becomes null.
 */
export function walkJson(value: unknown, visitor: JsonVisitor, path: string): unknown {
  return walk(value, undefined, createPlace(path), 0);

  function walk(node: unknown, name: string | undefined, at: Place, depth: number): unknown {
    if (typeof node === 'string') return visitor.string(node, name, at.path);
    if (typeof node === 'number') return visitor.number(node, name);
    if (typeof node === 'bigint') return visitor.string(String(node), name, at.path);
    if (node === null || node === undefined || typeof node === 'boolean') return node;
    if (typeof node !== 'object') return null;
    if (depth >= MAX_DEPTH) return visitor.tooDeep(node);
    if (!Array.isArray(node)) return walkObject(node, name, at, depth);
    const below = at.below(ITEMS);
    return node.map((item: unknown, i) => walk(item, nameInArray(node, i) ?? name, below, depth + 1));
  }

  function walkObject(
    object: object,
    of: string | undefined,
    at: Place,
    depth: number,
  ): Record<string, unknown> {
    // A pair, or an output of Terraform: `{"db_password": {"value": "…"}}`.
    const owner = nameOfPair(object) ?? of;
    // One model token with its probability, as in OpenAI's logprobs: a piece of text, not a credential.
    const isLogprob = 'logprob' in object;
    const copy: Record<string, unknown> = {};
    for (const key of Object.keys(object)) {
      const name = key === 'value' && owner !== undefined ? owner : isLogprob ? undefined : key;
      const after = unique(visitor.key(key), copy);
      const child = walk(Reflect.get(object, key), name, at.below(key), depth + 1);
      // An assignment to this one would change the prototype.
      if (after === '__proto__') Object.defineProperty(copy, after, { ...AS_ASSIGNED, value: child });
      else copy[after] = child;
    }
    return copy;
  }
}

/** Every string that {@link walkJson} would visit, in the same order, without a copy. */
export function visitStrings(
  value: unknown,
  onString: (text: string, path: string) => void,
  path: string,
): void {
  visit(value, createPlace(path), 0);

  function visit(node: unknown, at: Place, depth: number): void {
    if (typeof node === 'string') onString(node, at.path);
    else if (typeof node === 'bigint') onString(String(node), at.path);
    if (typeof node !== 'object' || node === null || depth >= MAX_DEPTH) return;
    if (Array.isArray(node)) {
      const below = at.below(ITEMS);
      for (const item of node) visit(item, below, depth + 1);
      return;
    }
    for (const key of Object.keys(node)) visit(Reflect.get(node, key), at.below(key), depth + 1);
  }
}

const AS_ASSIGNED = { configurable: true, enumerable: true, writable: true } as const;

/** Where a value stands, without indexes: the thousands of elements of an array share the places of their parts. */
interface Place {
  readonly path: string;
  below(step: string | typeof ITEMS): Place;
}

const ITEMS = Symbol('the elements of an array');

function createPlace(path: string): Place {
  let places: Map<string | typeof ITEMS, Place> | undefined;
  return {
    path,
    below(step) {
      places ??= new Map();
      const known = places.get(step);
      if (known !== undefined) return known;
      const place = createPlace(step === ITEMS ? `${path}[]` : `${path}.${step}`);
      places.set(step, place);
      return place;
    },
  };
}

/** `{"name": "API_KEY", "value": "…"}`, as environments and headers are often written. */
function nameOfPair(object: object): string | undefined {
  if (!('value' in object)) return undefined;
  for (const field of ['name', 'key', 'header'] as const) {
    const name: unknown = Reflect.get(object, field);
    if (typeof name === 'string') return name;
  }
  return undefined;
}

/** `["--password", "…"]` as in an argument list, `["X-Api-Key", "…"]` as in a list of headers. */
function nameInArray(items: readonly unknown[], i: number): string | undefined {
  const before = items[i - 1];
  if (typeof before !== 'string' || !/^[A-Za-z0-9_-]{3,64}$/.test(before)) return undefined;
  if (secretKind(before) === undefined) return undefined;
  const isFlag = before.startsWith('-');
  const isHeader = items.length === 2 && (before.includes('-') || /^(?:authorization|cookie)$/i.test(before));
  return isFlag || isHeader ? before : undefined;
}

/** Two keys may become one, such as the homes of two people; both entries stay. */
function unique(key: string, taken: object): string {
  let free = key;
  for (let n = 2; Object.hasOwn(taken, free); n += 1) free = `${key} (${n})`;
  return free;
}
