/**
 * Memory for large tables of numbers.
 *
 * @module
 */

/**
 * Words, all zero, mapped from the system by themselves.
 *
 * Any other typed array is a piece of the C heap, which keeps what is freed in its midst: a table that is outgrown and
 * copied would be held for the rest of the process. A resizable buffer is mapped, and unmapped when it is collected.
 */
export function mapWords(count: number): Uint32Array {
  const bytes = count * Uint32Array.BYTES_PER_ELEMENT;
  return new Uint32Array(new ArrayBuffer(bytes, { maxByteLength: bytes }));
}

/** The n-th four bytes of a digest given as a string of bytes (Node's encoding `binary`): no Buffer is made for each row. */
export function wordAt(digest: string, word: number): number {
  const at = word * 4;
  return (
    (digest.charCodeAt(at) |
      (digest.charCodeAt(at + 1) << 8) |
      (digest.charCodeAt(at + 2) << 16) |
      (digest.charCodeAt(at + 3) << 24)) >>>
    0
  );
}
