/**
 * Redacts the content of a whole (a result, a test): what is split over its strings, each string, and then everywhere
 * what a name gave away in one of them.
 *
 * @module
 */
import { type ContentChange, changedContent } from './content.ts';
import type { Engine, Watch } from './engine.ts';
import { RedactionUnstableError } from './errors.ts';
import type { ContentPolicy } from './facts.ts';
import { type JsonVisitor, visitStrings, walkJson } from './json-walk.ts';
import { createKnowledge, type Knowledge } from './known.ts';
import { redactJoined } from './pieces.ts';
import type { Tally } from './tally.ts';
import { createValueRedactor, redactString } from './value.ts';

/** Builds the whole anew, its content as the policy says. */
export type Rebuild<T> = (source: T, policy: ContentPolicy) => T;

const MAX_ROUNDS = 4;

/**
 * Guarantees: the order of fields does not matter to what is found; the outcome put in again comes out unchanged.
 *
 * @throws what the engine throws.
 */
export function redactWhole<T>(engine: Engine, source: T, rebuild: Rebuild<T>, tally: Tally): T {
  const knowledge = createKnowledge();
  let current = source;
  for (let round = 0; round < MAX_ROUNDS; round += 1) {
    const changes = { count: 0 };
    const count: Tally['add'] = (field, rules) => {
      changes.count += rules.length;
      tally.add(field, rules);
    };
    const joined = redactSplit(engine, current, rebuild, count, knowledge);
    if (round > 0 && changes.count === 0) return joined;
    const once = rebuild(joined, redacting(engine, count, { found: knowledge.found }));
    current = rebuildKnown(engine, once, rebuild, count, knowledge);
    // Nothing was replaced, so nothing can have come to stand beside something else.
    if (changes.count === 0) return current;
  }
  throw new RedactionUnstableError('Redaction of a result reached no stable texts');
}

type Count = Tally['add'];

function redacting(engine: Engine, count: Count, watch: Watch): ContentPolicy {
  const told = (field: string) => (rules: readonly string[]) => {
    if (rules.length > 0) count(field, rules);
  };
  return changedContent({
    text: (field, value) => redactString(engine, value, undefined, told(field), watch),
    json: (field, value) => createValueRedactor(engine, told(field), watch).value(value),
    object: (field, value) => createValueRedactor(engine, told(field), watch).object(value),
  });
}

/** Replaces what has become known, in every string that holds it. */
function rebuildKnown<T>(
  engine: Engine,
  source: T,
  rebuild: Rebuild<T>,
  count: Count,
  knowledge: Knowledge,
): T {
  const known = knowledge.known();
  if (known.length === 0) return source;
  const change = (field: string, text: string): string => {
    if (!known.some((each) => text.includes(each.text))) return text;
    return redactString(engine, text, undefined, (rules) => count(field, rules), { known });
  };
  return rebuild(source, changedContent(everyString(change, (field, key) => change(field, key))));
}

/** Replaces what is split over strings that follow one another in one place. */
function redactSplit<T>(
  engine: Engine,
  source: T,
  rebuild: Rebuild<T>,
  count: Count,
  knowledge: Knowledge,
): T {
  const lanes = new Map<string, { field: string; texts: string[] }>();
  rebuild(
    source,
    changedContent(
      seeStrings((field, text, place) => {
        const lane = lanes.get(place);
        if (lane === undefined) lanes.set(place, { field, texts: [text] });
        else lane.texts.push(text);
      }),
    ),
  );

  const changed = new Map<string, readonly string[]>();
  for (const [place, { field, texts }] of lanes) {
    if (texts.length < 2) continue;
    const joined = redactJoined(engine, texts);
    if (joined.found.length === 0) continue;
    changed.set(place, joined.texts);
    for (const { replacement } of joined.found) {
      count(field, [replacement.rule]);
      if (replacement.isSecret) knowledge.found(replacement.rule, replacement.secret);
    }
  }
  if (changed.size === 0) return source;

  const next = new Map<string, number>();
  return rebuild(
    source,
    changedContent(
      everyString((_, text, place) => {
        const i = next.get(place) ?? 0;
        next.set(place, i + 1);
        return changed.get(place)?.[i] ?? text;
      }),
    ),
  );
}

/** Shows the strings that {@link everyString} would change, in the same order, and leaves them. */
function seeStrings(see: (field: string, text: string, place: string) => void): ContentChange {
  const json = (field: string, value: unknown): unknown => {
    visitStrings(value, (text, place) => see(field, text, place), field);
    return value;
  };
  return {
    text(field, value) {
      see(field, value, field);
      return value;
    },
    json,
    object(field, value) {
      json(field, value);
      return value;
    },
  };
}

/** Changes strings, and leaves everything else as it is. `place` is the field and the path in it, without indexes. */
function everyString(
  change: (field: string, text: string, place: string) => string,
  changeKey: (field: string, key: string) => string = (_, key) => key,
): ContentChange {
  const visitorOf = (field: string): JsonVisitor => ({
    string: (text, _, path) => change(field, text, path),
    key: (key) => changeKey(field, key),
    number: (value) => value,
    tooDeep: (node) => node,
  });
  const json = (field: string, value: unknown): unknown => walkJson(value, visitorOf(field), field);
  return {
    text: (field, value) => change(field, value, field),
    json,
    object(field, value) {
      const changed = json(field, value);
      return typeof changed === 'object' && changed !== null ? { ...changed } : {};
    },
  };
}
