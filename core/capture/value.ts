/**
 * Redaction of parsed JSON: strings as text, and values under a key that announces a secret as a whole.
 *
 * @module
 */
import type { Engine } from './engine.ts';
import { secretKind } from './secret-names.ts';
import { isSecretNumber, isSecretText } from './secret-values.ts';
import { marker, TOO_DEEP } from './tag.ts';

/** Told of every replacement: the ids of the rules. Values and keys stay inside. */
export type OnRedacted = (rules: readonly string[]) => void;

/** The rule of a value that a JSON key gave away. */
export const NAMED_VALUE = 'named-value';
/** Deeper than any transcript, shallower than any stack. */
const MAX_DEPTH = 100;
/** What may stand before a tag and tells nothing: the scheme of a header. */
const SCHEME = /^(?:bearer|basic|token|apikey|digest|negotiate)?$/i;

/** Redacts one string; `name` is the key it stands under, if any. */
export function redactString(
  engine: Engine,
  text: string,
  name: string | undefined,
  onRedacted: OnRedacted,
): string {
  const { text: out, rules } = engine.redact(text);
  if (name === undefined || secretKind(name) === undefined) {
    onRedacted(rules);
    return out;
  }
  const rest = engine.withoutTags(out);
  const isDone = rest !== out && SCHEME.test(rest.trim());
  // Judged by what the rules left: the same now and when the outcome comes by again.
  if (isDone || !isSecretText(name, rest, 'quoted')) {
    onRedacted(rules);
    return out;
  }
  onRedacted([NAMED_VALUE]);
  return engine.tag('secret', text);
}

/** Redacts JSON values; made once for every field, so that replacements are counted where they happen. */
export interface ValueRedactor {
  value(value: unknown): unknown;
  object(value: object): Record<string, unknown>;
}

/**
 * Guarantees: keys are redacted as well as values; the shape stays (no key and no element appears or goes), and so do
 * booleans, nulls and numbers, except that a number which is a payment card or a password becomes a tag. Arrays and
 * objects deeper than 100, where alone the shape changes, become a marker that is counted as `too-deep`. What is not
 * JSON (functions, symbols) becomes null.
 */
export function createValueRedactor(engine: Engine, onRedacted: OnRedacted): ValueRedactor {
  function walk(node: unknown, name: string | undefined, depth: number): unknown {
    if (typeof node === 'string') return redactString(engine, node, name, onRedacted);
    if (typeof node === 'number') return redactNumber(node, name);
    if (typeof node === 'bigint') return redactString(engine, String(node), name, onRedacted);
    if (node === null || node === undefined || typeof node === 'boolean') return node;
    if (typeof node !== 'object') return null;
    if (depth >= MAX_DEPTH) {
      onRedacted([TOO_DEEP]);
      return marker(TOO_DEEP);
    }
    return Array.isArray(node) ? walkArray(node, name, depth) : walkObject(node, depth);
  }

  function walkArray(items: readonly unknown[], name: string | undefined, depth: number): unknown[] {
    return items.map((item, i) => walk(item, nameInArray(items, i) ?? name, depth + 1));
  }

  function walkObject(object: object, depth: number): Record<string, unknown> {
    const pairName = nameOfPair(object);
    // One model token with its probability, as in OpenAI's logprobs: a piece of text, not a credential.
    const isLogprob = 'logprob' in object;
    const taken = new Set<string>();
    return Object.fromEntries(
      Object.entries(object).map(([key, child]: [string, unknown]) => {
        const name = key === 'value' && pairName !== undefined ? pairName : isLogprob ? undefined : key;
        return [
          unique(redactString(engine, key, undefined, onRedacted), taken),
          walk(child, name, depth + 1),
        ];
      }),
    );
  }

  function redactNumber(node: number, name: string | undefined): unknown {
    const digits = String(node);
    if (name !== undefined && isSecretNumber(name, node)) {
      onRedacted([NAMED_VALUE]);
      return engine.tag('secret', digits);
    }
    if (!/^\d{13,19}$/.test(digits)) return node;
    const { text, rules } = engine.redact(digits);
    onRedacted(rules);
    return rules.length === 0 ? node : text;
  }

  return {
    value: (value) => walk(value, undefined, 0),
    object: (value) => walkObject(value, 0),
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
function unique(key: string, taken: Set<string>): string {
  let free = key;
  for (let n = 2; taken.has(free); n += 1) free = `${key} (${n})`;
  taken.add(free);
  return free;
}
