/**
 * Where things lie in the memory of the kernel. They are written down there too, for a kernel imports nothing; a test
 * compares the two.
 *
 * @see kernel/kernel.ts
 *
 * @module
 */

export const LAYOUT = {
  CLASS: 0,
  KIND: 256,
  SHORT: 512,
  LONG: 1_024,
  ESCAPE: 9_216,
  GATE: 25_600,
  TEXT: 156_672,
  COUNTS: 173_312,
  DIGITS: 173_328,
  MARKS: 238_880,
  RUNS: 304_416,
  KEYWORDS: 324_416,
} as const;

/** So many bytes are looked at in one call. */
export const CHUNK = 16_384;
/** So many may stand behind them: what begins in them may end there. Then the kernel writes zeros. */
export const BEHIND = 128;
export const ZEROS = 32;

/** Of three characters, lower-case. */
export function hashOf(first: number, second: number, third: number): number {
  return ((first * 31 + second) * 37 + third) & 4_095;
}
