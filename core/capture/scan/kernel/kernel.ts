/**
 * The one loop over every byte of every text: AssemblyScript, compiled to WebAssembly by `npm run kernel`.
 *
 * It reads the tables that `tables.ts` writes, and the text that `scan.ts` writes after them; what it finds it writes
 * behind the text, each kind in a list of its own. It takes no memory and calls nobody. Addresses are those of
 * `layout.ts`, which a test compares with these.
 */

/** For each byte its class, of which there are 32. */
const CLASS: usize = 0;
/** For the lower, then the upper four bits of a byte: what it may be, a bit for each {@link RUN}, {@link DIGIT} … */
const KIND: usize = 256;
/** For each first character the first keyword of one or two characters, by number; 0: none. */
const SHORT: usize = 512;
/** For each hash of three characters the first keyword that begins with them, by number; 0: none. */
const LONG: usize = 1024;
/** For each character that an escape may begin with, and each ASCII character after it, whether it may. */
const ESCAPE: usize = 9216;
/** For each three classes a bit for each class that a keyword may go on with. */
const GATE: usize = 25600;
const TEXT: usize = 156672;
const COUNTS: usize = 173312;
const DIGITS: usize = 173328;
const MARKS: usize = 238880;
const RUNS: usize = 304416;
/** For each keyword the number of the next of its list, its length and its address; then the keywords themselves. */
const KEYWORDS: usize = 324416;

const DIGIT: i8 = 4;
/** Letters, digits and `+/-_`. */
const RUN: i8 = 0x1f;
const MARK: i8 = <i8>0xe0;
const SHORTEST_RUN: i32 = 20;

let hits: usize = 0;
let count: i32 = 0;

/**
 * Looks at `length` bytes, and tells what begins in the first `owned` of them. Writes 32 zeros behind the text.
 *
 * @param into - the address of the list of hits: the position, times 4096, plus the keyword's number
 */
export function scan(owned: i32, length: i32, into: usize): void {
  hits = into;
  count = 0;
  const zero = i8x16.splat(0);
  v128.store(TEXT + length, zero);
  v128.store(TEXT + length, zero, 16);
  const lowBits = i8x16.splat(15);
  const lower = v128.load(KIND);
  const upper = v128.load(KIND, 16);
  let digits: i32 = 0;
  let marks: i32 = 0;
  let runs: i32 = 0;
  let wasDigit: u32 = 0;
  let runEnd: i32 = 0;
  let window = (classAt(0) << 10) | (classAt(1) << 5) | classAt(2);

  for (let i = 0; i < owned; i += 16) {
    const last = min(i + 16, owned);
    for (let at = i; at < last; at += 1) {
      const fourth = classAt(at + 3);
      if (((load<u32>(GATE + (window << 2)) >>> fourth) & 1) !== 0) compare(at);
      window = ((window << 5) | fourth) & 0x7fff;
    }

    const bytes = v128.load(TEXT + i);
    const kinds = v128.and(
      i8x16.swizzle(lower, v128.and(bytes, lowBits)),
      i8x16.swizzle(upper, i8x16.shr_u(bytes, 4)),
    );
    const within: u32 = (1 << (last - i)) - 1;

    const isDigit = <u32>i8x16.bitmask(i8x16.ne(v128.and(kinds, i8x16.splat(DIGIT)), zero)) & within;
    let changes = (isDigit ^ ((isDigit << 1) | wasDigit)) & 0xffff;
    wasDigit = isDigit >>> 15;
    for (; changes !== 0; changes &= changes - 1) digits = add(DIGITS, digits, i + ctz(changes));

    let isMark = <u32>i8x16.bitmask(i8x16.ne(v128.and(kinds, i8x16.splat(MARK)), zero)) & within;
    for (; isMark !== 0; isMark &= isMark - 1) {
      const at = i + ctz(isMark);
      const pair = (byteAt(at) << 7) | (byteAt(at + 1) & 127);
      if (load<u8>(ESCAPE + pair) !== 0) marks = add(MARKS, marks, at);
    }

    // A run of twenty has ten in a row in one of these sixteen, wherever it begins.
    let isRun = <u32>i8x16.bitmask(i8x16.ne(v128.and(kinds, i8x16.splat(RUN)), zero));
    isRun &= isRun >>> 1;
    isRun &= isRun >>> 2;
    isRun &= isRun >>> 4;
    isRun &= isRun >>> 2;
    if (isRun !== 0 && i + 15 >= runEnd) {
      let from = i + ctz(isRun);
      runEnd = from + 10;
      while (from > 0 && isInRun(from - 1)) from -= 1;
      while (runEnd < length && isInRun(runEnd)) runEnd += 1;
      // One that begins before, or ends after, these bytes may be longer than it looks.
      if (runEnd - from >= SHORTEST_RUN || from === 0 || runEnd === length) {
        runs = add(RUNS, runs, from);
        runs = add(RUNS, runs, runEnd);
      }
    }
  }
  if ((digits & 1) !== 0) digits = add(DIGITS, digits, owned);

  store<i32>(COUNTS, count);
  store<i32>(COUNTS, digits, 4);
  store<i32>(COUNTS, marks, 8);
  store<i32>(COUNTS, runs, 12);
}

/** Writes down every keyword that stands at `at`, in either case. */
function compare(at: i32): void {
  const first = fold(byteAt(at));
  const hash = ((first * 31 + fold(byteAt(at + 1))) * 37 + fold(byteAt(at + 2))) & 4095;
  compareAll(load<u16>(LONG + (hash << 1)), at);
  compareAll(load<u16>(SHORT + (first << 1)), at);
}

function compareAll(first: u32, at: i32): void {
  for (let keyword = first; keyword !== 0; ) {
    const record = KEYWORDS + (keyword << 3);
    const length = <i32>load<u16>(record, 2);
    const letters = <usize>load<u32>(record, 4);
    let i = 0;
    while (i < length && fold(byteAt(at + i)) === load<u8>(letters + i)) i += 1;
    if (i === length) count = add(hits, count, (at << 12) | keyword);
    keyword = load<u16>(record);
  }
}

// @ts-ignore: decorator
@inline
function add(list: usize, length: i32, value: i32): i32 {
  store<i32>(list + (length << 2), value);
  return length + 1;
}

// @ts-ignore: decorator
@inline
function byteAt(at: i32): u32 {
  return load<u8>(TEXT + at);
}

// @ts-ignore: decorator
@inline
function classAt(at: i32): u32 {
  return load<u8>(CLASS + byteAt(at));
}

// @ts-ignore: decorator
@inline
function isInRun(at: i32): bool {
  const byte = byteAt(at);
  return (load<u8>(KIND + (byte & 15)) & load<u8>(KIND + (byte >> 4), 16) & RUN) !== 0;
}

/** In lower case. */
// @ts-ignore: decorator
@inline
function fold(byte: u32): u32 {
  return byte - 65 < 26 ? byte | 32 : byte;
}
