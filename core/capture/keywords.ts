/**
 * Aho–Corasick: finds all keywords in one scan of the text, however many there are.
 *
 * @see https://doi.org/10.1145/360825.360855 Aho & Corasick, “Efficient string matching” (1975)
 *
 * @module
 */
import { InvalidRuleError } from './errors.ts';

/** Called with the keyword's number and where it begins. */
export type OnKeyword = (keyword: number, start: number) => void;

/** Scans a text once. Returns how many ASCII digits it holds: rules for numbers are skipped by it. */
export type KeywordScan = (text: string, onKeyword: OnKeyword) => number;

/**
 * Builds the automaton. Letters match in either case; keywords must be lower-case ASCII.
 *
 * @throws {InvalidRuleError} for a keyword that is empty, upper-case or not ASCII.
 */
export function compileKeywords(keywords: readonly string[]): KeywordScan {
  const classes = charClasses(keywords);
  const trie = buildTrie(keywords, classes);
  const { width, next, ends } = link(trie, keywords);
  const { fold } = classes;
  const lengths = Uint16Array.from(keywords, (keyword) => keyword.length);

  return (text, onKeyword) => {
    let state = 0;
    let digits = 0;
    for (let i = 0; i < text.length; i += 1) {
      const code = text.charCodeAt(i);
      if (code >= 48 && code <= 57) digits += 1;
      state = code < 128 ? (next[state * width + (fold[code] ?? 0)] ?? 0) : 0;
      const found = ends[state];
      if (found !== undefined) for (const k of found) onKeyword(k, i + 1 - (lengths[k] ?? 0));
    }
    return digits;
  };
}

interface CharClasses {
  /** ASCII code → class; class 0 is every character that occurs in no keyword. */
  readonly fold: Uint8Array;
  readonly width: number;
}

function charClasses(keywords: readonly string[]): CharClasses {
  const fold = new Uint8Array(128);
  let width = 1;
  for (const keyword of keywords) {
    if (!/^[\x20-\x40\x5b-\x7e]+$/.test(keyword)) {
      throw new InvalidRuleError(`Keyword ${JSON.stringify(keyword)} is not lower-case ASCII`);
    }
    for (const char of keyword) {
      const code = char.charCodeAt(0);
      if (fold[code] === 0) {
        fold[code] = width;
        fold[char.toUpperCase().charCodeAt(0)] = width;
        width += 1;
      }
    }
  }
  return { fold, width };
}

interface Trie {
  readonly width: number;
  readonly states: number;
  /** state × class → state, 0 where the trie has no edge. */
  readonly next: Uint16Array;
  /** Keywords that end in a state. */
  readonly ends: (number[] | undefined)[];
}

function buildTrie(keywords: readonly string[], { fold, width }: CharClasses): Trie {
  const most = keywords.reduce((sum, keyword) => sum + keyword.length, 1);
  if (most > 0xffff) throw new InvalidRuleError('The keywords of the redaction rules are too many');
  const next = new Uint16Array(most * width);
  const ends: (number[] | undefined)[] = new Array(most).fill(undefined);
  let states = 1;
  keywords.forEach((keyword, k) => {
    let state = 0;
    for (const char of keyword) {
      const edge = state * width + (fold[char.charCodeAt(0)] ?? 0);
      if (next[edge] === 0) {
        next[edge] = states;
        states += 1;
      }
      state = next[edge] ?? 0;
    }
    ends[state] = [...(ends[state] ?? []), k];
  });
  return { width, states, next, ends };
}

/** Breadth first: completes every missing edge by where the longest proper suffix would go. */
function link(trie: Trie, keywords: readonly string[]): Trie {
  const { width, states, next, ends } = trie;
  const fail = new Uint16Array(states);
  const queue: number[] = [];
  for (let c = 0; c < width; c += 1) {
    const child = next[c] ?? 0;
    if (child !== 0) queue.push(child);
  }
  for (let head = 0; head < queue.length; head += 1) {
    const state = queue[head] ?? 0;
    const suffix = fail[state] ?? 0;
    const inherited = ends[suffix];
    if (inherited !== undefined) ends[state] = [...(ends[state] ?? []), ...inherited];
    for (let c = 0; c < width; c += 1) {
      const viaSuffix = next[suffix * width + c] ?? 0;
      const child = next[state * width + c] ?? 0;
      if (child === 0) {
        next[state * width + c] = viaSuffix;
      } else {
        fail[child] = viaSuffix;
        queue.push(child);
      }
    }
  }
  if (queue.length !== states - 1) {
    throw new InvalidRuleError(`The keyword automaton of ${keywords.length} keywords is broken`);
  }
  return trie;
}
