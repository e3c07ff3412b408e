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
  return walk(value, undefined, path, 0);

  function walk(node: unknown, name: string | undefined, at: string, depth: number): unknown {
    if (typeof node === 'string') return visitor.string(node, name, at);
    if (typeof node === 'number') return visitor.number(node, name);
    if (typeof node === 'bigint') return visitor.string(String(node), name, at);
    if (node === null || node === undefined || typeof node === 'boolean') return node;
    if (typeof node !== 'object') return null;
    if (depth >= MAX_DEPTH) return visitor.tooDeep(node);
    if (!Array.isArray(node)) return walkObject(node, at, depth);
    const below = `${at}[]`;
    return node.map((item: unknown, i) => walk(item, nameInArray(node, i) ?? name, below, depth + 1));
  }

  function walkObject(object: object, at: string, depth: number): Record<string, unknown> {
    const pairName = nameOfPair(object);
    // One model token with its probability, as in OpenAI's logprobs: a piece of text, not a credential.
    const isLogprob = 'logprob' in object;
    const taken = new Set<string>();
    return Object.fromEntries(
      Object.entries(object).map(([key, child]: [string, unknown]) => {
        const name = key === 'value' && pairName !== undefined ? pairName : isLogprob ? undefined : key;
        return [unique(visitor.key(key), taken), walk(child, name, `${at}.${key}`, depth + 1)];
      }),
    );
  }
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
function unique(key: string, taken: Set<string>): string {
  let free = key;
  for (let n = 2; taken.has(free); n += 1) free = `${key} (${n})`;
  taken.add(free);
  return free;
}
