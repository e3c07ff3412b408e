/**
 * @module
 */
import { hash } from 'node:crypto';

const INITIAL_SLOTS = 1024;

/**
 * A set of keys known by 106 bits of their SHA-256: 16 bytes a slot, so that a million of them take 32 MB where a
 * `Set` of strings takes 100 MB.
 *
 * Guarantee: two of a million different keys are taken for one with a probability below 1e-20.
 */
export class DigestSet {
  #slots = new Float64Array(INITIAL_SLOTS * 2);
  #size = 0;

  get size(): number {
    return this.#size;
  }

  /** Adds a key; false when it was there. */
  add(key: string): boolean {
    if (this.#size * 2 >= this.#slots.length / 2) this.#grow();
    const [high, low] = hashOf(key);
    if (!insert(this.#slots, high, low)) return false;
    this.#size += 1;
    return true;
  }

  has(key: string): boolean {
    const [high, low] = hashOf(key);
    return this.#slots[find(this.#slots, high, low)] !== 0;
  }

  #grow(): void {
    const next = new Float64Array(this.#slots.length * 2);
    for (let slot = 0; slot < this.#slots.length; slot += 2) {
      const high = this.#slots[slot] ?? 0;
      if (high !== 0) insert(next, high, this.#slots[slot + 1] ?? 0);
    }
    this.#slots = next;
  }
}

/** Two 53-bit numbers; the first is never 0, which marks a free slot. */
function hashOf(key: string): [number, number] {
  const digest = hash('sha256', key, 'buffer');
  const high = digest.readUIntBE(0, 6) * 32 + (digest.readUInt8(12) & 31) + 1;
  const low = digest.readUIntBE(6, 6) * 32 + (digest.readUInt8(13) & 31);
  return [high, low];
}

/** Index of the slot that holds the pair, or of the free one where it belongs. */
function find(slots: Float64Array, high: number, low: number): number {
  const count = slots.length / 2;
  for (let slot = high % count; ; slot = (slot + 1) % count) {
    const at = slot * 2;
    if (slots[at] === 0 || (slots[at] === high && slots[at + 1] === low)) return at;
  }
}

function insert(slots: Float64Array, high: number, low: number): boolean {
  const at = find(slots, high, low);
  if (slots[at] !== 0) return false;
  slots[at] = high;
  slots[at + 1] = low;
  return true;
}
