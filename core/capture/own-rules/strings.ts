/**
 * Aho–Corasick over any number of exact strings, in any script. `../scan` does the same for the lower-case ASCII
 * keywords of the built-in rules, where tables of half the size are enough.
 *
 * @see https://doi.org/10.1145/360825.360855 Aho & Corasick, “Efficient string matching” (1975)
 *
 * @module
 */
import { InvalidOwnRuleError } from './errors.ts';

/** Gives the number of each string that is found and where it begins; overlaps included, in order of their ends. */
export type StringScan = (text: string, onString: (string: number, start: number) => void) => void;

/** Entries of the transition table, four bytes each. */
const MAX_ENTRIES = 1 << 24;
/** Longer strings are looked for by their beginning, then compared. */
const KEY_LENGTH = 64;

export interface StringSearch {
  readonly strings: readonly string[];
  /** By the simple case folding of JavaScript: one UTF-16 unit for another. */
  readonly ignoreCase: boolean;
}

/**
 * Builds the automaton.
 *
 * Guarantees: one step for each UTF-16 unit of the text, however many strings there are; a string longer than 64 units
 * costs one comparison more at each place where its first 64 stand.
 *
 * @throws {InvalidOwnRuleError} when the strings need a table larger than 64 MiB: some 10,000 names.
 */
export function compileStrings({ strings, ignoreCase }: StringSearch): StringScan {
  const keys = strings.map((text) => text.slice(0, KEY_LENGTH));
  const { classOf, width } = charClasses(keys, ignoreCase);
  const { next, ends } = buildAutomaton(keys, classOf, width);
  const folded = ignoreCase ? strings.map(fold) : strings;

  return (text, onString) => {
    let state = 0;
    for (let i = 0; i < text.length; i += 1) {
      state = next[state * width + (classOf[text.charCodeAt(i)] ?? 0)] ?? 0;
      const found = ends[state];
      if (found === undefined) continue;
      for (const s of found) {
        const start = i + 1 - (keys[s]?.length ?? 0);
        if (isWhole(text, start, s)) onString(s, start);
      }
    }
  };

  function isWhole(text: string, start: number, s: number): boolean {
    const whole = folded[s] ?? '';
    if (whole.length <= KEY_LENGTH) return true;
    const there = text.slice(start, start + whole.length);
    return (ignoreCase ? fold(there) : there) === whole;
  }
}

/** Unit by unit, so that places stay the same: `İ`, whose lower case is two units, stays as it is. */
function fold(text: string): string {
  const lower = text.toLowerCase();
  if (lower.length === text.length) return lower;
  return [...text]
    .map((char) => (char.toLowerCase().length === char.length ? char.toLowerCase() : char))
    .join('');
}

function charClasses(keys: readonly string[], ignoreCase: boolean): { classOf: Uint16Array; width: number } {
  const classOf = new Uint16Array(0x10000);
  let width = 1;
  for (const key of keys) {
    for (let i = 0; i < key.length; i += 1) {
      const char = key.charAt(i);
      if (classOf[char.charCodeAt(0)] !== 0) continue;
      const variants = ignoreCase ? [char, char.toLowerCase(), char.toUpperCase()] : [char];
      for (const variant of variants) if (variant.length === 1) classOf[variant.charCodeAt(0)] = width;
      width += 1;
    }
  }
  return { classOf, width };
}

interface Automaton {
  /** state × class → state. */
  readonly next: Int32Array;
  /** The strings whose key ends in a state. */
  readonly ends: readonly (readonly number[] | undefined)[];
}

function buildAutomaton(keys: readonly string[], classOf: Uint16Array, width: number): Automaton {
  const most = keys.reduce((sum, key) => sum + key.length, 1);
  if (most * width > MAX_ENTRIES) {
    throw new InvalidOwnRuleError('There are more strings to redact than can be searched for at once', {
      hint: 'Some 10,000 names are possible; for more, write a pattern that fits them.',
    });
  }
  const next = new Int32Array(most * width);
  const ends: (number[] | undefined)[] = new Array(most).fill(undefined);
  let states = 1;
  keys.forEach((key, k) => {
    let state = 0;
    for (let i = 0; i < key.length; i += 1) {
      const edge = state * width + (classOf[key.charCodeAt(i)] ?? 0);
      if (next[edge] === 0) {
        next[edge] = states;
        states += 1;
      }
      state = next[edge] ?? 0;
    }
    ends[state] = [...(ends[state] ?? []), k];
  });
  linkSuffixes(next, ends, states, width);
  return { next, ends };
}

/** Breadth first: completes every missing edge by where the longest proper suffix would go. */
function linkSuffixes(next: Int32Array, ends: (number[] | undefined)[], states: number, width: number): void {
  const suffixOf = new Int32Array(states);
  const queue: number[] = [];
  for (let c = 0; c < width; c += 1) {
    const child = next[c] ?? 0;
    if (child !== 0) queue.push(child);
  }
  for (let head = 0; head < queue.length; head += 1) {
    const state = queue[head] ?? 0;
    const suffix = suffixOf[state] ?? 0;
    const inherited = ends[suffix];
    if (inherited !== undefined) ends[state] = [...(ends[state] ?? []), ...inherited];
    for (let c = 0; c < width; c += 1) {
      const viaSuffix = next[suffix * width + c] ?? 0;
      const edge = state * width + c;
      const child = next[edge] ?? 0;
      if (child === 0) next[edge] = viaSuffix;
      else {
        suffixOf[child] = viaSuffix;
        queue.push(child);
      }
    }
  }
}
