/**
 * The only loops over every byte of every text: AssemblyScript, compiled to WebAssembly by `npm run kernel`.
 *
 * They read the tables that `../tables.ts` writes, and the text that `../scan.ts` writes after them. What they find they
 * write behind the text, each kind in a list of its own. They take no memory and call nobody.
 */
import { addGroup, beginNumbers, endNumbers } from './numbers';
import {
  BEFORE,
  CHANGES,
  CLASS,
  COUNTS,
  ESCAPE,
  FOLLOW,
  GATE,
  KEYWORDS,
  KIND,
  LONG,
  LONGS,
  MARKS,
  PASSED,
  RUNS,
  SHORT,
  TEXT,
  WIDE,
} from './layout';

const DIGIT: i8 = 4;
/** Letters, digits and `+/-_`. */
const RUN: i8 = 0x1f;
const MARK: i8 = <i8>0xe0;
const SHORTEST_RUN: i32 = 20;
/** Makes lower-case of letters; what it makes of other characters it makes of a keyword's too. */
const FOLD: u64 = 0x2020202020202020;

let hits: usize = 0;
let count: i32 = 0;

/** Whether a group of digits goes on from the chunk before, and where in the text it begins. */
let isInGroup: bool = false;
let group: i32 = 0;

/**
 * Makes bytes of characters of sixteen bits; what has no byte becomes one that nothing looks for.
 *
 * @param lead - how many of them stand before the text
 */
export function narrow(lead: i32, length: i32): void {
  for (let i = 0; i < length; i += 16) {
    const low = v128.load(i << 1, WIDE);
    const high = v128.load(i << 1, WIDE + 16);
    v128.store(TEXT - lead + i, i8x16.narrow_i16x8_u(low, high));
  }
}

/**
 * Looks at the `length` bytes that begin at `base` of the text, and tells what begins in the first `owned` of them.
 * Writes 32 zeros behind them. Before them stand the 16 bytes before `base`.
 *
 * @param into - the address of the list of hits: the position, times 4096, plus the keyword's number
 * @param asked - the shapes of numbers that are asked for
 */
export function scan(base: i32, owned: i32, length: i32, isLast: bool, into: usize, asked: u32): void {
  if (base === 0) {
    v128.store(TEXT - BEFORE, i8x16.splat(0));
    isInGroup = false;
  }
  v128.store(length, i8x16.splat(0), TEXT);
  v128.store(length, i8x16.splat(0), TEXT + 16);

  hits = into;
  count = 0;
  const passed = gate(owned);
  for (let i = 0; i < passed; i += 1) compare(load<i32>(i << 2, PASSED));
  store<i32>(COUNTS, count);

  classify(base, owned);
  tellNumbers(base, owned, isLast, asked);
  tellRuns(base, length);
}

/** Writes down what passes the gate, and returns how many do. Without a branch and without a call: all pass through here. */
function gate(owned: i32): i32 {
  let passed: i32 = 0;
  let window = (classAt(0) << 10) | (classAt(1) << 5) | classAt(2);
  for (let at = 0; at < owned; at += 1) {
    const fourth = <u32>load<u8>(load<u8>(at, TEXT + 3), CLASS);
    store<i32>(passed << 2, at, PASSED);
    passed += (load<u32>(window << 2, GATE) >>> fourth) & 1;
    window = ((window << 5) | fourth) & 0x7fff;
  }
  return passed;
}

/** Writes down every keyword that stands at `at`, in either case. */
function compare(at: i32): void {
  const eight = load<u64>(at, TEXT) | FOLD;
  const hash = ((<u32>eight & 0xffffff) * 0x9e3779b1) >>> 20;
  compareAll(load<u16>(hash << 1, LONG), eight, at);
  compareAll(load<u16>((<u32>eight & 0xff) << 1, SHORT), eight, at);
}

/** A keyword: its first eight characters, folded, and which of them it has; the next of its list; its length and address. */
const RECORD: u32 = 24;

function compareAll(first: u32, eight: u64, at: i32): void {
  for (let keyword = first; keyword !== 0; ) {
    const record = keyword * RECORD;
    if ((eight & load<u64>(record, KEYWORDS + 8)) === load<u64>(record, KEYWORDS) && isAt(record, at)) {
      store<i32>(hits + (count << 2), (at << 12) | keyword);
      count += 1;
    }
    keyword = load<u16>(record, KEYWORDS + 16);
  }
}

function isAt(record: u32, at: i32): bool {
  const length = <i32>load<u16>(record, KEYWORDS + 18);
  const letters = <usize>load<u32>(record, KEYWORDS + 20);
  for (let i = 0; i < length; i += 1) {
    const byte = byteAt(at + i);
    if ((byte - 65 < 26 ? byte | 32 : byte) !== load<u8>(letters + i)) return false;
  }
  return true;
}

let changes: i32 = 0;
let longs: i32 = 0;

/** Writes down where digits begin and end, where an escape may begin, and where a long run may be. */
function classify(base: i32, owned: i32): void {
  const zero = i8x16.splat(0);
  const lowBits = i8x16.splat(15);
  const kindLower = v128.load(KIND);
  const kindUpper = v128.load(KIND, 16);
  const followLower = v128.load(FOLLOW);
  const followUpper = v128.load(FOLLOW, 16);
  let wasDigit: u32 = isInGroup ? 1 : 0;
  let changesHere: i32 = 0;
  let longsHere: i32 = 0;
  let marks: i32 = 0;
  for (let i = 0; i < owned; i += 16) {
    const bytes = v128.load(i, TEXT);
    const kinds = v128.and(
      i8x16.swizzle(kindLower, v128.and(bytes, lowBits)),
      i8x16.swizzle(kindUpper, i8x16.shr_u(bytes, 4)),
    );
    const within: u32 = (1 << min(16, owned - i)) - 1;

    const isDigit = <u32>i8x16.bitmask(i8x16.ne(v128.and(kinds, i8x16.splat(DIGIT)), zero)) & within;
    let change = (isDigit ^ ((isDigit << 1) | wasDigit)) & 0xffff;
    wasDigit = isDigit >>> 15;
    for (; change !== 0; change &= change - 1) changesHere = add(CHANGES, changesHere, i + ctz(change));

    const nexts = v128.load(i, TEXT + 1);
    const follows = v128.and(
      i8x16.swizzle(followLower, v128.and(nexts, lowBits)),
      i8x16.swizzle(followUpper, i8x16.shr_u(nexts, 4)),
    );
    const both = v128.and(i8x16.ne(v128.and(kinds, i8x16.splat(MARK)), zero), i8x16.ne(follows, zero));
    let isMark = <u32>i8x16.bitmask(both) & within;
    for (; isMark !== 0; isMark &= isMark - 1) {
      const at = i + ctz(isMark);
      const pair = (byteAt(at) << 7) | (byteAt(at + 1) & 127);
      store<i32>(marks << 2, base + at, MARKS);
      marks += load<u8>(pair, ESCAPE);
    }

    // A run of twenty has ten in a row in one of these sixteen, wherever it begins.
    let isRun = <u32>i8x16.bitmask(i8x16.ne(v128.and(kinds, i8x16.splat(RUN)), zero));
    isRun &= isRun >>> 1;
    isRun &= isRun >>> 2;
    isRun &= isRun >>> 4;
    isRun &= isRun >>> 2;
    store<i32>(longsHere << 2, i + ctz(isRun), LONGS);
    longsHere += isRun !== 0 ? 1 : 0;
  }
  changes = changesHere;
  longs = longsHere;
  store<i32>(COUNTS, marks, 4);
}

function tellNumbers(base: i32, owned: i32, isLast: bool, asked: u32): void {
  beginNumbers(base === 0, asked);
  for (let i = 0; i < changes; i += 1) {
    const at = base + load<i32>(i << 2, CHANGES);
    if (isInGroup) addGroup(base, group, at);
    else group = at;
    isInGroup = !isInGroup;
  }
  if (isLast && isInGroup) addGroup(base, group, base + owned);
  endNumbers(isLast);
}

function tellRuns(base: i32, length: i32): void {
  let runs: i32 = 0;
  let to: i32 = 0;
  for (let i = 0; i < longs; i += 1) {
    let from = load<i32>(i << 2, LONGS);
    if (from < to) continue;
    to = from + 10;
    while (from > 0 && isInRun(from - 1)) from -= 1;
    while (to < length && isInRun(to)) to += 1;
    // One that begins before, or ends after, these bytes may be longer than it looks.
    if (to - from >= SHORTEST_RUN || from === 0 || to === length) {
      runs = add(RUNS, runs, base + from);
      runs = add(RUNS, runs, base + to);
    }
  }
  store<i32>(COUNTS, runs, 8);
}

function add(list: usize, length: i32, value: i32): i32 {
  store<i32>(list + (length << 2), value);
  return length + 1;
}

function byteAt(at: i32): u32 {
  return load<u8>(at, TEXT);
}

function classAt(at: i32): u32 {
  return load<u8>(byteAt(at), CLASS);
}

function isInRun(at: i32): bool {
  const byte = byteAt(at);
  return (load<u8>(byte & 15, KIND) & load<u8>(byte >> 4, KIND + 16) & RUN) !== 0;
}
