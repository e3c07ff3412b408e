/**
 * Memory for large tables of numbers.
 *
 * @module
 */

/** 32-bit words whose memory {@link giveBack} returns. */
export type Words = Uint32Array<ArrayBuffer>;

/**
 * Words, all zero, mapped from the system by themselves.
 *
 * Any other typed array is a piece of the C heap, which keeps what is freed in its midst: a table that is outgrown and
 * copied would be held for the rest of the process. A resizable buffer is mapped.
 */
export function mapWords(count: number): Words {
  const bytes = count * Uint32Array.BYTES_PER_ELEMENT;
  return new Uint32Array(new ArrayBuffer(bytes, { maxByteLength: bytes }));
}

/** Returns the memory at once; the words are of length 0 from then on. */
export function giveBack(words: Words): void {
  words.buffer.resize(0);
}
