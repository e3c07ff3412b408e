/**
 * @module
 */
import { hash } from 'node:crypto';
import { mapWords, wordAt } from '../words.ts';

const FIRST_CAPACITY = 1024;
/** Words of 32 bits that a key is known by. */
const WORDS = 3;
const MAX_LOAD = 0.75;
const GROWTH = 1.5;

/**
 * A set of keys known by 96 bits of their SHA-256: some 16 bytes a key, so that a million of them take 20 MB where a
 * `Set` of strings takes 100 MB.
 *
 * Guarantee: any two of a million different keys are taken for one with a probability below 1e-16.
 */
export class DigestSet {
  #slots = mapWords(FIRST_CAPACITY * WORDS);
  #size = 0;

  get size(): number {
    return this.#size;
  }

  /** Adds a key; false when it was there. */
  add(key: string): boolean {
    if (this.#size >= (this.#slots.length / WORDS) * MAX_LOAD) this.#grow();
    if (!insert(this.#slots, wordsOf(key))) return false;
    this.#size += 1;
    return true;
  }

  has(key: string): boolean {
    return this.#slots[find(this.#slots, wordsOf(key))] !== 0;
  }

  #grow(): void {
    const next = mapWords(Math.ceil((this.#slots.length / WORDS) * GROWTH) * WORDS);
    for (let at = 0; at < this.#slots.length; at += WORDS) {
      const words = this.#slots.subarray(at, at + WORDS);
      if (words[0] !== 0) insert(next, words);
    }
    this.#slots = next;
  }
}

/** The first word is never 0, which marks a free slot. */
function wordsOf(key: string): Uint32Array {
  const digest = hash('sha256', key, 'binary');
  return Uint32Array.of(wordAt(digest, 0) || 1, wordAt(digest, 1), wordAt(digest, 2));
}

/** Where the slot begins that holds the words, or the free one where they belong. */
function find(slots: Uint32Array, words: Uint32Array): number {
  const capacity = slots.length / WORDS;
  for (let slot = (words[0] ?? 0) % capacity; ; slot = (slot + 1) % capacity) {
    const at = slot * WORDS;
    if (slots[at] === 0 || words.every((word, offset) => slots[at + offset] === word)) return at;
  }
}

function insert(slots: Uint32Array, words: Uint32Array): boolean {
  const at = find(slots, words);
  if (slots[at] !== 0) return false;
  slots.set(words, at);
  return true;
}
