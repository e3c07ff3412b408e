/**
 * Redaction of parsed JSON: strings as text, and values under a key that announces a secret as a whole.
 *
 * @module
 */
import { NAMED_VALUE } from './claims.ts';
import type { Engine, Watch } from './engine.ts';
import { RedactionUnstableError } from './errors.ts';
import { parseJsonText, rewriteJsonText } from './json-text.ts';
import { type JsonVisitor, walkJson } from './json-walk.ts';
import { marker, TOO_DEEP } from './tag.ts';

/** Told of every replacement: the ids of the rules. Values and keys stay inside. */
export type OnRedacted = (rules: readonly string[]) => void;

/** What may stand before a tag and tells nothing: the scheme of a header. */
const SCHEME = /^(?:bearer|basic|token|apikey|digest|negotiate)?$/i;
/** JSON in a string in JSON: deeper than anybody encodes. */
const MAX_NESTING = 4;
const MAX_ROUNDS = 4;

/** Redacts one string; `name` is the key it stands under, if any. */
export function redactString(
  engine: Engine,
  text: string,
  name: string | undefined,
  onRedacted: OnRedacted,
  watch?: Watch,
): string {
  const { text: out, rules } = redactText(engine, text, watch);
  if (name !== undefined && isSecretUnder(engine, name, out) && !engine.allows(text)) {
    onRedacted([NAMED_VALUE]);
    watch?.found?.(NAMED_VALUE, text);
    return engine.tag('secret', text);
  }
  onRedacted(rules);
  return out;
}

/** Judged by what the rules left of the text: the same now and when the outcome comes by again. */
function isSecretUnder(engine: Engine, name: string, out: string): boolean {
  if (!engine.keys.announces(name)) return false;
  const rest = engine.withoutTags(out);
  const isDone = rest !== out && SCHEME.test(rest.trim());
  return !isDone && engine.keys.isSecret(name, rest);
}

/** The text as text, then, if it is JSON, what the keys in it give away; until neither finds any more. */
function redactText(
  engine: Engine,
  text: string,
  watch: Watch | undefined,
): { text: string; rules: readonly string[] } {
  const first = engine.redact(text, watch);
  let current = first.text;
  let rules = first.rules;
  for (let round = 0; round < MAX_ROUNDS; round += 1) {
    const nested = redactNested(engine, current, watch, 0);
    if (nested.count === 0) return { text: current, rules };
    const next = engine.redact(nested.text, watch);
    rules = [...rules, ...Array.from({ length: nested.count }, () => NAMED_VALUE), ...next.rules];
    current = next.text;
  }
  throw new RedactionUnstableError('Redaction of JSON in a string reached no stable text');
}

interface Nested {
  readonly text: string;
  /** How many values were replaced; with none, the text is the very one that came in. */
  readonly count: number;
}

function redactNested(engine: Engine, text: string, watch: Watch | undefined, nesting: number): Nested {
  const parsed = nesting < MAX_NESTING ? parseJsonText(text) : undefined;
  if (parsed === undefined) return { text, count: 0 };
  let count = 0;
  const tag = (secret: string): string => {
    count += 1;
    watch?.found?.(NAMED_VALUE, secret);
    return engine.tag('secret', secret);
  };
  const after = walkJson(
    parsed.value,
    {
      string(value, name) {
        if (name !== undefined && isSecretUnder(engine, name, value) && !engine.allows(value))
          return tag(value);
        const deeper = redactNested(engine, value, watch, nesting + 1);
        count += deeper.count;
        return deeper.text;
      },
      key: (key) => key,
      number: (value, name) =>
        name !== undefined && engine.keys.isSecretNumber(name, value) ? tag(String(value)) : value,
      tooDeep: (node) => node,
    },
    '',
  );
  return count === 0 ? { text, count } : { text: rewriteJsonText(text, parsed.value, after), count };
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
export function createValueRedactor(engine: Engine, onRedacted: OnRedacted, watch?: Watch): ValueRedactor {
  const visitor: JsonVisitor = {
    string: (text, name) => redactString(engine, text, name, onRedacted, watch),
    key: (key) => redactString(engine, key, undefined, onRedacted, watch),
    number: redactNumber,
    tooDeep() {
      onRedacted([TOO_DEEP]);
      return marker(TOO_DEEP);
    },
  };

  function redactNumber(node: number, name: string | undefined): unknown {
    const digits = String(node);
    if (name !== undefined && engine.keys.isSecretNumber(name, node)) {
      onRedacted([NAMED_VALUE]);
      watch?.found?.(NAMED_VALUE, digits);
      return engine.tag('secret', digits);
    }
    if (!/^\d{13,19}$/.test(digits)) return node;
    const { text, rules } = engine.redact(digits, watch);
    onRedacted(rules);
    return rules.length === 0 ? node : text;
  }

  return {
    value: (value) => walkJson(value, visitor, ''),
    object: (value) => toRecord(walkJson(value, visitor, '')),
  };
}

function toRecord(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? { ...value } : {};
}
