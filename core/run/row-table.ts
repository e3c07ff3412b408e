/**
 * @module
 */

/** The hashed columns of a row and how many 32-bit words each has. */
const COLUMNS = {
  /** The projection identity; all zero when the row has none. */
  identity: { at: 1, words: 4 },
  natural: { at: 5, words: 4 },
  loose: { at: 9, words: 2 },
  /** Where the row's files lie; all zero when it has none. */
  place: { at: 11, words: 2 },
} as const;
export type Column = keyof typeof COLUMNS;

const STRIDE = 13;

/** What is known of a row beside its hashes, as bits. */
export const ROW = { ok: 1, qualityFailure: 2, executionError: 4, streaming: 8 } as const;

/**
 * One fixed-size record per row of an index: 53 bytes, so that a gigabyte of rows takes some 20 MB and no object.
 */
export class RowTable {
  #words = new Uint32Array(STRIDE * 1024);
  #flags = new Uint8Array(1024);
  #length = 0;

  get length(): number {
    return this.#length;
  }

  /** Adds a row and says its ordinal: rows are numbered from 0 in file order, rejected lines not counted. */
  add(line: number, flags: number): number {
    const ordinal = this.#length;
    if (ordinal === this.#flags.length) this.#grow();
    this.#words[ordinal * STRIDE] = line;
    this.#flags[ordinal] = flags;
    this.#length++;
    return ordinal;
  }

  setHash(ordinal: number, column: Column, sha256: Buffer): void {
    const { at, words } = COLUMNS[column];
    for (let word = 0; word < words; word++) {
      this.#words[ordinal * STRIDE + at + word] = sha256.readUInt32LE(word * 4);
    }
  }

  line(ordinal: number): number {
    return this.#words[ordinal * STRIDE] ?? 0;
  }

  has(ordinal: number, flag: number): boolean {
    return ((this.#flags[ordinal] ?? 0) & flag) !== 0;
  }

  /** Whether the row has a value in this column. */
  isSet(ordinal: number, column: Column): boolean {
    const { at, words } = COLUMNS[column];
    for (let word = 0; word < words; word++) {
      if (this.#words[ordinal * STRIDE + at + word] !== 0) return true;
    }
    return false;
  }

  /** Calls back with every set of two or more of these rows that share the column's value, in file order. */
  forEachGroup(ordinals: Uint32Array, column: Column, visit: (group: Uint32Array) => void): void {
    const { at, words } = COLUMNS[column];
    const table = this.#words;
    const compare = (a: number, b: number): number => {
      for (let word = at; word < at + words; word++) {
        const difference = (table[a * STRIDE + word] ?? 0) - (table[b * STRIDE + word] ?? 0);
        if (difference !== 0) return difference;
      }
      return 0;
    };
    const sorted = ordinals.slice().sort((a, b) => compare(a, b) || a - b);
    let from = 0;
    for (let to = 1; to <= sorted.length; to++) {
      const first = sorted[from];
      const next = sorted[to];
      if (first !== undefined && next !== undefined && compare(first, next) === 0) continue;
      if (to - from > 1) visit(sorted.subarray(from, to));
      from = to;
    }
  }

  #grow(): void {
    const words = new Uint32Array(this.#words.length * 2);
    words.set(this.#words);
    this.#words = words;
    const flags = new Uint8Array(this.#flags.length * 2);
    flags.set(this.#flags);
    this.#flags = flags;
  }
}
