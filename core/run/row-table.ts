/**
 * @module
 */
import { mapWords, wordAt } from '../words.ts';

/** The hashed columns of a row and how many 32-bit words each has. */
const COLUMNS = {
  /** The projection identity; all zero when the row has none. */
  identity: { at: 0, words: 4 },
  natural: { at: 4, words: 4 },
  loose: { at: 8, words: 2 },
  /** Where the row's files lie; all zero when it has none. */
  place: { at: 10, words: 2 },
} as const;
export type Column = keyof typeof COLUMNS;

const STRIDE = 12;

/** What is known of a row beside its hashes, as bits. */
export const ROW = { ok: 1, qualityFailure: 2, executionError: 4, streaming: 8 } as const;

/** Rows of one page: tables grow by a page, for doubling copies everything and holds it twice meanwhile. */
const PAGE_ROWS = 16_384;

const NO_WORDS = new Uint32Array(0);

interface Page {
  readonly lines: Uint32Array;
  readonly flags: Uint8Array;
  hashes: Uint32Array;
}

/**
 * One fixed-size record per row of an index: 53 bytes, so that a gigabyte of rows takes some 20 MB and no object.
 */
export class RowTable {
  readonly #pages: Page[] = [];
  #length = 0;

  get length(): number {
    return this.#length;
  }

  /** Adds a row and says its ordinal: rows are numbered from 0 in file order, rejected lines not counted. */
  add(line: number, flags: number): number {
    const ordinal = this.#length;
    if (ordinal === this.#pages.length * PAGE_ROWS) {
      this.#pages.push({
        lines: new Uint32Array(PAGE_ROWS),
        flags: new Uint8Array(PAGE_ROWS),
        hashes: mapWords(PAGE_ROWS * STRIDE),
      });
    }
    this.#length++;
    const page = this.#page(ordinal);
    page.lines[ordinal % PAGE_ROWS] = line;
    page.flags[ordinal % PAGE_ROWS] = flags;
    return ordinal;
  }

  setHash(ordinal: number, column: Column, sha256: string): void {
    const { at, words } = COLUMNS[column];
    const page = this.#page(ordinal);
    for (let word = 0; word < words; word++) {
      page.hashes[(ordinal % PAGE_ROWS) * STRIDE + at + word] = wordAt(sha256, word);
    }
  }

  line(ordinal: number): number {
    return this.#page(ordinal).lines[ordinal % PAGE_ROWS] ?? 0;
  }

  has(ordinal: number, flag: number): boolean {
    return ((this.#page(ordinal).flags[ordinal % PAGE_ROWS] ?? 0) & flag) !== 0;
  }

  /** Whether the row has a value in this column. */
  isSet(ordinal: number, column: Column): boolean {
    const { at, words } = COLUMNS[column];
    for (let word = 0; word < words; word++) {
      if (this.#word(ordinal, at + word) !== 0) return true;
    }
    return false;
  }

  /** Gives back nine tenths of the memory, once the rows' fates are decided: lines and flags stay. */
  forgetHashes(): void {
    for (const page of this.#pages) page.hashes = NO_WORDS;
  }

  /** Calls back with every set of two or more of these rows that share the column's value, in file order. */
  forEachGroup(ordinals: Uint32Array, column: Column, visit: (group: Uint32Array) => void): void {
    const { at, words } = COLUMNS[column];
    const compare = (a: number, b: number): number => {
      for (let word = at; word < at + words; word++) {
        const difference = this.#word(a, word) - this.#word(b, word);
        if (difference !== 0) return difference;
      }
      return 0;
    };
    const sorted = this.#repeated(ordinals, at).sort((a, b) => compare(a, b) || a - b);
    let from = 0;
    for (let to = 1; to <= sorted.length; to++) {
      const first = sorted[from];
      const next = sorted[to];
      if (first !== undefined && next !== undefined && compare(first, next) === 0) continue;
      if (to - from > 1) visit(sorted.subarray(from, to));
      from = to;
    }
  }

  /**
   * Of these rows those whose hash begins as another's does.
   *
   * In most runs there are none. Numbers are sorted in place; with a comparator V8 would first copy all rows into an array
   * of objects.
   */
  #repeated(ordinals: Uint32Array, at: number): Uint32Array {
    const prefixOf = (ordinal: number): number =>
      this.#word(ordinal, at) * 0x20_0000 + (this.#word(ordinal, at + 1) & 0x1f_ffff);
    const prefixes = Float64Array.from(ordinals, prefixOf).sort();
    const repeated = prefixes.filter((prefix, index) => prefix === prefixes[index - 1]);
    return ordinals.filter((ordinal) => includesSorted(repeated, prefixOf(ordinal)));
  }

  #page(ordinal: number): Page {
    const page = this.#pages[Math.floor(ordinal / PAGE_ROWS)];
    if (page === undefined) throw new RangeError(`row ${ordinal} of ${this.#length}`);
    return page;
  }

  #word(ordinal: number, word: number): number {
    return this.#page(ordinal).hashes[(ordinal % PAGE_ROWS) * STRIDE + word] ?? 0;
  }
}

/** Binary search in ascending numbers. */
function includesSorted(sorted: Float64Array, value: number): boolean {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((sorted[middle] ?? 0) < value) low = middle + 1;
    else high = middle;
  }
  return sorted[low] === value;
}
