/**
 * Finds all keywords in one scan of the text, however many there are: a gate of four characters that most positions do
 * not pass, and a comparison for those that do. The same scan says what else the text holds, so that nobody has to look twice.
 *
 * @see https://www.cs.arizona.edu/sites/default/files/TR94-17.pdf Wu & Manber, “A fast algorithm for multi-pattern
 *   searching” (1994), whose hash of the first characters the gate is
 *
 * @module
 */
import { Buffer } from 'node:buffer';
import { InvalidRuleError } from './errors.ts';
import { createDigitRuns, type OnDigits } from './numbers.ts';

/** What a text holds; the bits of {@link Scanned.signs}. */
export const SIGN = {
  digit: 1,
  escape: 2,
  percent: 4,
  backslash: 8,
  ampersand: 16,
  beyondAscii: 32,
} as const;

/** Called with the keyword's number and where it begins, in the order of the text. */
export type OnKeyword = (keyword: number, start: number) => void;

/** Scans a text once, and returns its {@link SIGN}s. */
export type Scan = (text: string, onKeyword: OnKeyword, onDigits: OnDigits) => number;

const CHUNK = 1 << 15;
const GATE_MASK = (1 << 15) - 1;

/**
 * Prepares the scan. Letters match in either case; keywords must be lower-case ASCII.
 *
 * @throws {InvalidRuleError} for a keyword that is empty, upper-case or not ASCII.
 */
export function compileKeywords(keywords: readonly string[]): Scan {
  for (const keyword of keywords) {
    if (!/^[\x20-\x40\x5b-\x7e]+$/.test(keyword)) {
      throw new InvalidRuleError(`Keyword ${JSON.stringify(keyword)} is not lower-case ASCII`);
    }
  }
  const { gate, find } = compileGate(keywords);
  const longest = Math.max(8, ...keywords.map((keyword) => keyword.length));
  // Bytes of the chunk, then of what may end in the next one, or zeros: a keyword at the very end must pass the gate too.
  const bytes = new Uint8Array(CHUNK + longest + 3);
  const buffer = Buffer.from(bytes.buffer);
  const events = new Int32Array(CHUNK + 3);
  const numbers = createDigitRuns();

  return (text, onKeyword, onDigits) => {
    let signs = Buffer.byteLength(text) === text.length ? 0 : SIGN.beyondAscii << 5;
    numbers.begin(text, onDigits);
    for (let base = 0; base < text.length; base += CHUNK) {
      const rest = text.length - base;
      const piece =
        rest === text.length && rest <= bytes.length - 3 ? text : text.slice(base, base + bytes.length - 3);
      const length = buffer.write(piece, 0, 'latin1');
      bytes.fill(0, length, length + 3);
      const end = Math.min(length, CHUNK) + 3;

      // Without a branch: digits, and what passes the gate, are written down and looked at afterwards.
      let window = 0;
      let count = 0;
      for (let i = 0; i < end; i += 1) {
        const kind = KIND[bytes[i] ?? 0] ?? 0;
        const passes = ((gate[window] ?? 0) >>> (kind & 31)) & 1;
        events[count] = (i << 1) | passes;
        count += passes | ((kind >> 5) & 1);
        window = ((window << 5) | (kind & 31)) & GATE_MASK;
        signs |= kind;
      }
      for (let e = 0; e < count; e += 1) {
        const event = events[e] ?? 0;
        const at = event >> 1;
        if (((KIND[bytes[at] ?? 0] ?? 0) & DIGIT) !== 0 && at < end - 3) {
          numbers.add(base + at, bytes[at + 4] === COLON && isTwoOrThree(bytes[at]));
        }
        if ((event & 1) !== 0 && at >= 3) find(bytes, at - 3, text, base, onKeyword);
      }
    }
    numbers.end();
    return signs >> 5;
  };
}

const COLON = 58;
const DIGIT = SIGN.digit << 5;

function isTwoOrThree(byte: number | undefined): boolean {
  return byte === 50 || byte === 51;
}

/**
 * In the low five bits the class of a character for the gate: letters by their number, everything else in few classes,
 * for the gate may let too much through, never too little. Above them its {@link SIGN}.
 */
const KIND = Uint16Array.from({ length: 256 }, (_, code) => {
  const char = String.fromCharCode(code);
  return classOf(char, code) | (signOf(char) << 5);
});

function classOf(char: string, code: number): number {
  if (/[a-z]/i.test(char)) return code < 128 ? code & 31 : 0;
  if (/\d/.test(char)) return 27;
  if (/[-_]/.test(char)) return 28;
  if (/[/:\\.]/.test(char)) return 29;
  if (/[@+]/.test(char)) return 30;
  return /[ =~%$*]/.test(char) ? 31 : 0;
}

function signOf(char: string): number {
  if (/[0-9]/.test(char)) return SIGN.digit;
  if (char === '\x1b') return SIGN.escape;
  if (char === '%') return SIGN.percent;
  if (char === '\\') return SIGN.backslash;
  if (char === '&') return SIGN.ampersand;
  return 0;
}

/** The values of three characters' classes that a keyword may begin with: a range, if it is shorter than three. */
function windowsOf(keyword: string): { readonly first: number; readonly count: number } {
  const [a = 0, b = 0, c = 0] = Array.from(keyword, (char) => (KIND[char.charCodeAt(0)] ?? 0) & 31);
  return {
    first:
      ((a << 10) | (b << 5) | c) &
      (keyword.length === 1 ? 31 << 10 : keyword.length === 2 ? 1023 << 5 : GATE_MASK),
    count: 1 << (5 * (3 - Math.min(3, keyword.length))),
  };
}

interface Gate {
  /** For every three classes of characters the classes, as bits, of the fourth that a keyword may go on with. */
  readonly gate: Int32Array;
  /** Compares what stands at `start` with the few keywords that the gate leaves. */
  readonly find: (bytes: Uint8Array, start: number, text: string, base: number, onKeyword: OnKeyword) => void;
}

function compileGate(keywords: readonly string[]): Gate {
  const gate = new Int32Array(GATE_MASK + 1);
  const listOf = new Uint16Array(GATE_MASK + 1);
  const lists: number[][] = [[]];
  keywords.forEach((keyword, k) => {
    const { first, count } = windowsOf(keyword);
    for (let window = first; window < first + count; window += 1) {
      gate[window] = (gate[window] ?? 0) | fourthsOf(keyword);
      if (listOf[window] === 0) listOf[window] = lists.push([]) - 1;
      lists[listOf[window] ?? 0]?.push(k);
    }
  });
  const codes = keywords.map((keyword) => Uint8Array.from(keyword, (char) => char.charCodeAt(0)));
  // Of the first four characters those that the keyword has.
  const masks = Int32Array.from(keywords, ({ length }) => (length >= 4 ? -1 : (1 << (8 * length)) - 1));
  const words = Int32Array.from(codes, (code) => wordAt(code, 0));
  return {
    gate,
    find(bytes, start, text, base, onKeyword) {
      const window =
        (((KIND[bytes[start] ?? 0] ?? 0) & 31) << 10) |
        (((KIND[bytes[start + 1] ?? 0] ?? 0) & 31) << 5) |
        ((KIND[bytes[start + 2] ?? 0] ?? 0) & 31);
      const list = lists[listOf[window] ?? 0] ?? [];
      if (list.length === 0) return;
      const word = wordAt(bytes, start);
      for (const k of list) {
        if (((word ^ (words[k] ?? 0)) & (masks[k] ?? 0)) !== 0) continue;
        const keyword = codes[k];
        if (
          keyword !== undefined &&
          isAt(keyword, bytes, start) &&
          isAscii(text, base + start, keyword.length)
        ) {
          onKeyword(k, base + start);
        }
      }
    },
  };
}

/** Four bytes, in lower case. */
function wordAt(bytes: Uint8Array, start: number): number {
  return (
    lower(bytes[start]) |
    (lower(bytes[start + 1]) << 8) |
    (lower(bytes[start + 2]) << 16) |
    (lower(bytes[start + 3]) << 24)
  );
}

const LOWER = Uint8Array.from({ length: 256 }, (_, byte) => (byte >= 65 && byte <= 90 ? byte | 32 : byte));

function lower(byte = 0): number {
  return LOWER[byte] ?? 0;
}

/** A bit for each class that the fourth character may be of. */
function fourthsOf(keyword: string): number {
  return keyword.length < 4 ? -1 : 1 << ((KIND[keyword.charCodeAt(3)] ?? 0) & 31);
}

/** The first four have been compared. */
function isAt(keyword: Uint8Array, bytes: Uint8Array, start: number): boolean {
  for (let i = 4; i < keyword.length; i += 1) if (lower(bytes[start + i]) !== keyword[i]) return false;
  return true;
}

/** The low byte of what is beyond Latin-1 may look like a letter. */
function isAscii(text: string, start: number, length: number): boolean {
  for (let i = start; i < start + length; i += 1) if (text.charCodeAt(i) >= 128) return false;
  return true;
}
