/**
 * What the numbers in a text look like, learned from where its digits stand: most numbers are counts, dates and ids, and
 * no rule needs to look at them.
 *
 * @module
 */
import { hasIbans } from '../rules/checksums.ts';

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

/** Digits further apart than this belong to two numbers: longer than what stands between the digits of an IBAN. */
export const DIGIT_GAP = 16;

/** Called with a stretch that holds digits, from the first to after the last; `shapes` are bits of {@link NUMBER}. */
export type OnDigits = (start: number, end: number, digits: number, shapes: number) => void;

/** Told of the digits of one text in their order. */
export interface DigitRuns {
  begin(text: string, onDigits: OnDigits): void;
  /** Digits from `start` to before `end`; they may go on those that were last added. */
  add(start: number, end: number, mayBeIpv6: boolean): void;
  end(): void;
}

const BLANK = 32;
const OPENING = 40;
const CLOSING = 41;
const HYPHEN = 45;
const DOT = 46;
const SLASH = 47;
const TWO = 50;
const SIX = 54;
const BACKSLASH = 92;
const LETTER_M = 109;

export function createDigitRuns(): DigitRuns {
  let text = '';
  let onDigits: OnDigits = () => undefined;
  let first = 0;
  /** After the last digit. */
  let last = 0;
  let digits = 0;
  let shapes = 0;
  /** Where the digits begin that have nothing between them, and are not yet counted below. */
  let group = 0;
  /** Digits so far with nothing between that the shape does not have. */
  let card = 0;
  let phone = 0;
  let phoneGroups = 0;
  let dots = 0;
  /** How long the two groups before are, if single hyphens join them to this one. */
  let before = 0;
  let beforeThat = 0;

  function closeGroup(): void {
    const length = last - group;
    if (card > 0 || mayBeginCard(group)) card += length;
    phone += length;
    phoneGroups += 1;
    if (card >= 13) shapes |= NUMBER.card;
    if (length === 4 && before === 2 && beforeThat >= 3) shapes |= NUMBER.ssn;
    if (dots >= 3) shapes |= NUMBER.ipv4;
    if (phone >= 9 && phoneGroups > 1) shapes |= NUMBER.phone;
    beforeThat = before;
    before = length;
  }

  function mayBeginCard(at: number): boolean {
    const code = text.charCodeAt(at);
    return (code >= TWO && code <= SIX) || text.charCodeAt(at - 1) === BACKSLASH;
  }

  /** @param between - how many characters stand between it and the digit before */
  function openGroup(at: number, between: number): void {
    group = at;
    const code = text.charCodeAt(at - 1);
    const isHyphen = between === 1 && code === HYPHEN;
    if (!isHyphen) {
      before = 0;
      beforeThat = 0;
      if (between !== 1 || code !== BLANK) card = 0;
    }
    dots = between === 1 && code === DOT ? dots + 1 : 0;
    if (between > 2 || !isOfPhone(code) || (between === 2 && !isOfPhone(text.charCodeAt(at - 2)))) {
      phone = 0;
      phoneGroups = 0;
    }
    if (isLetter(code) && isCountryAt(text, at - 2)) shapes |= NUMBER.iban;
  }

  function end(): void {
    if (digits === 0) return;
    closeGroup();
    onDigits(first, last, digits, shapes);
    digits = 0;
  }

  return {
    begin(nextText, nextOnDigits) {
      text = nextText;
      onDigits = nextOnDigits;
      digits = 0;
    },
    add(start, to, mayBeIpv6) {
      if (digits > 0 && start - last >= DIGIT_GAP) end();
      if (digits === 0) {
        first = start;
        shapes = 0;
        openGroup(start, DIGIT_GAP);
      } else if (start > last) {
        closeGroup();
        openGroup(start, start - last);
      }
      digits += to - start;
      last = to;
      if (mayBeIpv6) shapes |= NUMBER.ipv6;
    },
    end,
  };
}

function isOfPhone(code: number): boolean {
  return (
    code === BLANK ||
    code === OPENING ||
    code === CLOSING ||
    code === HYPHEN ||
    code === DOT ||
    code === SLASH
  );
}

function isLetter(code: number): boolean {
  const lower = code | 32;
  return lower >= 97 && lower <= 122;
}

/** By two letters, as a number of two digits to the base of 32. */
const COUNTRIES = Uint8Array.from({ length: 1024 }, (_, pair) =>
  Number(hasIbans(String.fromCharCode(64 + (pair >> 5), 64 + (pair & 31)))),
);

/** Whether the code of a country stands at `at` that is not part of a word, unless it may be part of an escape. */
function isCountryAt(text: string, at: number): boolean {
  const first = text.charCodeAt(at);
  if (!isLetter(first) || COUNTRIES[((first & 31) << 5) | (text.charCodeAt(at + 1) & 31)] === 0) return false;
  const before = text.charCodeAt(at - 1);
  if (!isLetter(before) && !(before >= 48 && before <= 57)) return true;
  return text.charCodeAt(at - 2) === BACKSLASH || before === LETTER_M;
}
