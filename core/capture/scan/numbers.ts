/**
 * What the numbers in a text look like: most of them are counts, dates and ids, and no rule needs to look at them.
 *
 * @see kernel/numbers.ts
 *
 * @module
 */

/** Shapes of numbers that rules ask for. Each lets too much through, never too little. */
export const NUMBER = {
  /** Thirteen digits, the first of them from 2 to 6, with at most one blank or hyphen between two of them. */
  card: 1,
  /** Three digits, two and four, joined by single hyphens. */
  ssn: 2,
  /** Four groups of digits joined by single dots. */
  ipv4: 4,
  /** A 2 or 3, and four characters on a colon. */
  ipv6: 8,
  /** The letters of a country that has IBANs, in either case, then a digit; before them no letter or digit. */
  iban: 16,
  /** Nine digits in groups with at most two of blanks, dots, hyphens, slashes and round brackets between two of them. */
  phone: 32,
} as const;

export type NumberShape = keyof typeof NUMBER;

/** Digits further apart than this belong to two numbers. */
export const DIGIT_GAP = 16;

/** Called with a stretch that holds digits, from the first to after the last; `shapes` are bits of {@link NUMBER}. */
export type OnDigits = (start: number, end: number, digits: number, shapes: number) => void;
