/**
 * Names and ids: what survives metadata-only, and so must be harmless whatever somebody called a test.
 *
 * @module
 */
import type { Engine } from './engine.ts';
import { marker, UNSCANNED } from './tag.ts';
import type { Tally } from './tally.ts';

const LONGEST_NAME = 512;
const MAX_ROUNDS = 8;

/** Makes a name safe; `field` is where it stands, for the counts. */
export type NameGuard = (text: string, field: string) => string;

/**
 * Guarantees: no control character, no direction override, at most 512 UTF-16 units, nothing that a rule finds; the
 * same name always becomes the same name, and a safe one stays as it is. Never throws because of the name: one that
 * cannot be looked at becomes a marker, counted as `unscanned`.
 */
export function createNameGuard(engine: Engine, tally: Tally): NameGuard {
  const known = guardedBy(engine);
  return (text, field) => {
    try {
      const { name, rules } = known(text);
      if (rules.length > 0) tally.add(field, rules);
      return name;
    } catch {
      // Fails closed, and is counted: the reason is the content's, the marker all there is to say.
      tally.add(field, [UNSCANNED]);
      return marker(UNSCANNED);
    }
  };
}

interface Guarded {
  readonly name: string;
  readonly rules: readonly string[];
}

/** Names of suites, targets and graders come again with every row: most are looked at once. */
const REMEMBERED = 8_192;
const memories = new WeakMap<Engine, Map<string, Guarded>>();

function guardedBy(engine: Engine): (text: string) => Guarded {
  const memory = memories.get(engine) ?? new Map<string, Guarded>();
  memories.set(engine, memory);
  return (text) => {
    const remembered = memory.get(text);
    if (remembered !== undefined) return remembered;
    const guarded = guard(engine, text);
    if (memory.size >= REMEMBERED) memory.clear();
    memory.set(text, guarded);
    return guarded;
  };
}

function guard(engine: Engine, text: string): Guarded {
  // Before its line ends go: what they part from a secret would grow together with it.
  const seen = engine.redact(text);
  const rules = [...seen.rules];
  let name = seen.text.replace(INVISIBLE, '');
  // Cutting may reveal what the cut-off part hid from a rule, and a tag may lengthen the name again.
  for (let round = 0; round < MAX_ROUNDS; round += 1) {
    const redacted = engine.redact(name);
    rules.push(...redacted.rules);
    const next = shorten(redacted.text);
    if (next === name) return { name, rules };
    name = next;
  }
  return { name: marker(UNSCANNED), rules: [UNSCANNED] };
}

/** Controls, direction overrides, zero-width blanks: nothing that a person could see in a name. */
const INVISIBLE = /[\p{Cc}\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff]/gu;

/** Cut with the hash of the whole, so that two long names stay two. */
function shorten(name: string): string {
  if (name.length <= LONGEST_NAME) return name;
  const tail = `…~${process.getBuiltinModule('node:crypto').createHash('sha256').update(name).digest('hex').slice(0, 12)}`;
  return name.slice(0, LONGEST_NAME - tail.length).toWellFormed() + tail;
}

/** A stage or reason code as AgentV writes them; whatever else somebody put there becomes `other`. */
export function code(text: string): string {
  return /^[a-z0-9_.-]{1,64}$/i.test(text) ? text : 'other';
}

/** Whether the path stays inside the folder it is relative to, and names nothing outside: no URL, no home, no drive. */
export function isRelativePath(path: string): boolean {
  return (
    path !== '' &&
    !/^(?:[/\\~]|[A-Za-z]:|[A-Za-z][A-Za-z0-9+.-]*:)/.test(path) &&
    !/(?:^|[/\\])\.\.(?:[/\\]|$)/.test(path)
  );
}
