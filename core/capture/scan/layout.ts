/**
 * Where things lie in the memory of the kernel. What they are is said in `kernel/layout.ts`, for a kernel imports nothing
 * from here; a test compares the two.
 *
 * @module
 */

export const LAYOUT = {
  CLASS: 0,
  KIND: 256,
  FOLLOW: 288,
  SHORT: 512,
  LONG: 1_024,
  ESCAPE: 9_216,
  GATE: 25_600,
  COUNTRY: 156_672,
  BEFORE: 16,
  TEXT: 157_712,
  WIDE: 174_352,
  COUNTS: 207_632,
  NUMBERS: 207_648,
  PASSED: 224_128,
  MARKS: 224_128,
  CHANGES: 289_680,
  LONGS: 355_232,
  RUNS: 359_392,
  KEYWORDS: 379_392,
} as const;

/** So many bytes are looked at in one call. */
export const CHUNK = 16_384;
/** So many may stand behind them: what begins in them may end there. Then the kernel writes zeros. */
export const BEHIND = 128;

/** How many bytes are known of each keyword. */
export const RECORD = 24;

/** Makes lower-case of letters; what it makes of other characters it makes of the text's too. */
export function fold(code: number): number {
  return code | 0x20;
}

/** Of the first three characters of a keyword, folded. */
export function hashOf(first: number, second: number, third: number): number {
  return Math.imul(first | (second << 8) | (third << 16), 0x9e3779b1) >>> 20;
}
