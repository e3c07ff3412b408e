/**
 * What the numbers in a text look like, learned from where its digits stand: most numbers are counts, dates and ids, and
 * no rule needs to look at them. Shapes are those of `../numbers.ts`; each lets too much through, never too little.
 */
import { BEFORE, COUNTRY, COUNTS, NUMBERS, TEXT } from './layout';

const CARD: u32 = 1;
const SSN: u32 = 2;
const IPV4: u32 = 4;
const IPV6: u32 = 8;
const IBAN: u32 = 16;
const PHONE: u32 = 32;
/** Every number has it. */
const ANY: u32 = 64;

/** Digits further apart than this belong to two numbers: longer than what stands between the digits of an IBAN. */
const GAP: i32 = 16;

const BLANK: u32 = 0x20;
const OPENING: u32 = 0x28;
const CLOSING: u32 = 0x29;
const HYPHEN: u32 = 0x2d;
const DOT: u32 = 0x2e;
const SLASH: u32 = 0x2f;
const TWO: u32 = 0x32;
const THREE: u32 = 0x33;
const SIX: u32 = 0x36;
const COLON: u32 = 0x3a;
const BACKSLASH: u32 = 0x5c;
const LETTER_M: u32 = 0x6d;

let asked: u32 = 0;
let count: i32 = 0;

/** Of the number so far. */
let first: i32 = 0;
let last: i32 = 0;
let digits: i32 = 0;
let shapes: u32 = 0;
/** Digits so far with nothing between that the shape does not have. */
let card: i32 = 0;
let phone: i32 = 0;
let phoneGroups: i32 = 0;
let dots: i32 = 0;
/** How long the two groups before are, if single hyphens join them to this one. */
let before: i32 = 0;
let beforeThat: i32 = 0;

/** To be called before each chunk. */
export function beginNumbers(isFirst: bool, shapesAsked: u32): void {
  count = 0;
  if (!isFirst) return;
  asked = shapesAsked;
  digits = 0;
}

/** Digits from `from` to before `to`, with no digit before or after. */
export function addGroup(base: i32, from: i32, to: i32): void {
  let between = from - last;
  if (digits > 0 && between >= GAP) endNumber();
  if (digits === 0) {
    first = from;
    shapes = ANY;
    between = GAP;
  }
  const length = to - from;
  const code = byteAt(base, from - 1);
  const isHyphen = between === 1 && code === HYPHEN;
  if (!isHyphen) {
    before = 0;
    beforeThat = 0;
    if (between !== 1 || code !== BLANK) card = 0;
  }
  dots = between === 1 && code === DOT ? dots + 1 : 0;
  if (between > 2 || !isOfPhone(code) || (between === 2 && !isOfPhone(byteAt(base, from - 2)))) {
    phone = 0;
    phoneGroups = 0;
  }
  const digit = byteAt(base, from);
  if (card > 0 || (digit >= TWO && digit <= SIX) || code === BACKSLASH || isOutOfSight(base, from)) card += length;
  phone += length;
  phoneGroups += 1;

  if (card >= 13) shapes |= CARD;
  if (length === 4 && before === 2 && beforeThat >= 3) shapes |= SSN;
  if (dots >= 3) shapes |= IPV4;
  if (phone >= 9 && phoneGroups > 1) shapes |= PHONE;
  if (isOutOfSight(base, from) || (isLetter(code) && isCountryAt(base, from - 2))) shapes |= IBAN;
  if (mayBeIpv6(base, from, to)) shapes |= IPV6;

  beforeThat = before;
  before = length;
  digits += length;
  last = to;
}

/** To be called after each chunk. */
export function endNumbers(isLast: bool): void {
  if (isLast) endNumber();
  store<i32>(COUNTS, count, 12);
}

function endNumber(): void {
  if (digits === 0) return;
  if ((shapes & asked) !== 0) {
    const record = NUMBERS + (count << 4);
    store<i32>(record, first);
    store<i32>(record, last, 4);
    store<i32>(record, digits, 8);
    store<u32>(record, shapes, 12);
    count += 1;
  }
  digits = 0;
}

/** A 2 or 3 and, four characters on, a colon: the first group of a public IPv6 address may begin in these digits. */
function mayBeIpv6(base: i32, from: i32, to: i32): bool {
  for (let i = max(from, to - 4); i < to; i += 1) {
    const digit = byteAt(base, i);
    if ((digit === TWO || digit === THREE) && byteAt(base, i + 4) === COLON) return true;
  }
  return false;
}

/** Whether the code of a country stands at `at` that is not part of a word, unless it may be part of an escape. */
function isCountryAt(base: i32, at: i32): bool {
  const code = byteAt(base, at);
  if (!isLetter(code)) return false;
  if (load<u8>(((code & 31) << 5) | (byteAt(base, at + 1) & 31), COUNTRY) === 0) return false;
  const previous = byteAt(base, at - 1);
  if (!isLetter(previous) && previous - 0x30 > 9) return true;
  return byteAt(base, at - 2) === BACKSLASH || previous === LETTER_M;
}

function isLetter(code: u32): bool {
  return (code | 32) - 0x61 < 26;
}

function isOfPhone(code: u32): bool {
  return (
    code === BLANK || code === OPENING || code === CLOSING || code === HYPHEN || code === DOT || code === SLASH
  );
}

/** What a group follows that began too far before this chunk is not known any more. */
function isOutOfSight(base: i32, from: i32): bool {
  return base > 0 && from - base < 4 - <i32>BEFORE;
}

/** The byte at a position of the text; 0 for what is out of sight. */
function byteAt(base: i32, at: i32): u32 {
  const i = at - base + <i32>BEFORE;
  return i < 0 ? 0 : load<u8>(i, TEXT - BEFORE);
}
