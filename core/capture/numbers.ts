/**
 * What the numbers in a text look like, learned from where its digits stand: most numbers are counts, dates and ids, and
 * no rule needs to look at them.
 *
 * @module
 */
import { hasIbans } from './rules/checksums.ts';

/** Shapes of numbers that rules ask for. Each lets too much through, never too little. */
export const NUMBER = {
  /** Thirteen digits with at most one blank or hyphen between two of them. */
  card: 1,
  /** Nine digits in three groups, joined by single hyphens. */
  ssn: 2,
  /** Four groups of digits joined by single dots. */
  ipv4: 4,
  /** A 2 or 3, and four characters on a colon. */
  ipv6: 8,
  /** The letters of a country that has IBANs, in either case, then a digit; before them no letter or digit. */
  iban: 16,
  /** Nine digits with at most two of blanks, dots, hyphens, slashes and round brackets between two of them. */
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
  add(at: number, mayBeIpv6: boolean): void;
  end(): void;
}

const BLANK = 32;
const OPENING = 40;
const CLOSING = 41;
const HYPHEN = 45;
const DOT = 46;
const SLASH = 47;
const BACKSLASH = 92;
const LETTER_M = 109;

export function createDigitRuns(): DigitRuns {
  let text = '';
  let onDigits: OnDigits = () => undefined;
  let first = 0;
  let last = 0;
  let digits = 0;
  let shapes = 0;
  /** Digits without anything between, not yet counted below. */
  let group = 0;
  /** Digits so far with nothing between that the shape does not have. */
  let card = 0;
  let ssn = 0;
  let phone = 0;
  let hyphens = 0;
  let dots = 0;

  function closeGroup(): void {
    card += group;
    ssn += group;
    phone += group;
    group = 0;
    if (card >= 13) shapes |= NUMBER.card;
    if (hyphens >= 2 && ssn >= 9) shapes |= NUMBER.ssn;
    if (dots >= 3) shapes |= NUMBER.ipv4;
    if (phone >= 9) shapes |= NUMBER.phone;
  }

  function openGroup(at: number, gap: number): void {
    const before = text.charCodeAt(at - 1);
    const isSingle = gap === 2;
    const isHyphen = isSingle && before === HYPHEN;
    if (!isHyphen && !(isSingle && before === BLANK)) card = 0;
    if (isHyphen) hyphens += 1;
    else {
      hyphens = 0;
      ssn = 0;
    }
    dots = isSingle && before === DOT ? dots + 1 : 0;
    if (!(gap <= 3 && isOfPhone(before) && (isSingle || isOfPhone(text.charCodeAt(at - 2))))) phone = 0;
    if (isLetter(before) && isCountryAt(text, at - 2)) shapes |= NUMBER.iban;
  }

  function end(): void {
    if (digits === 0) return;
    closeGroup();
    onDigits(first, last + 1, digits, shapes);
    digits = 0;
  }

  return {
    begin(nextText, nextOnDigits) {
      text = nextText;
      onDigits = nextOnDigits;
      digits = 0;
    },
    add(at, mayBeIpv6) {
      if (digits > 0 && at === last + 1) {
        group += 1;
      } else {
        if (digits > 0 && at - last > DIGIT_GAP) end();
        if (digits === 0) {
          first = at;
          shapes = 0;
          openGroup(at, DIGIT_GAP);
        } else {
          closeGroup();
          openGroup(at, at - last);
        }
        group = 1;
      }
      digits += 1;
      last = at;
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
