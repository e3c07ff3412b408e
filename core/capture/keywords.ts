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

/** Called with a stretch that holds digits, from the first to after the last. */
export type OnDigits = (start: number, end: number, digits: number) => void;

/** Scans a text once, and returns its {@link SIGN}s. */
export type Scan = (text: string, onKeyword: OnKeyword, onDigits: OnDigits) => number;

/** Digits further apart than this belong to two numbers: longer than what stands between the digits of an IBAN. */
export const DIGIT_GAP = 16;
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
  const longest = Math.max(3, ...keywords.map((keyword) => keyword.length));
  // Bytes of the chunk, then of what may end in the next one, or zeros: a keyword at the very end must pass the gate too.
  const bytes = new Uint8Array(CHUNK + longest + 3);
  const buffer = Buffer.from(bytes.buffer);
  const passed = new Int32Array(CHUNK + 3);
  const digitsAt = new Int32Array(CHUNK + 3);

  return (text, onKeyword, onDigits) => {
    let signs = Buffer.byteLength(text) === text.length ? 0 : SIGN.beyondAscii << 5;
    const numbers = digitRuns(onDigits);
    for (let base = 0; base < text.length; base += CHUNK) {
      const rest = text.length - base;
      const piece =
        rest === text.length && rest <= bytes.length - 3 ? text : text.slice(base, base + bytes.length - 3);
      const length = buffer.write(piece, 0, 'latin1');
      bytes.fill(0, length, length + 3);
      const end = Math.min(length, CHUNK) + 3;

      // Without a branch: what passes is written down, and looked at afterwards.
      let window = 0;
      let passes = 0;
      let digits = 0;
      for (let i = 0; i < end; i += 1) {
        const kind = KIND[bytes[i] ?? 0] ?? 0;
        passed[passes] = i;
        passes += ((gate[window] ?? 0) >>> (kind & 31)) & 1;
        window = ((window << 5) | (kind & 31)) & GATE_MASK;
        signs |= kind;
        digitsAt[digits] = i;
        digits += (kind >> 5) & 1;
      }
      for (let d = 0; d < digits; d += 1) {
        const at = digitsAt[d] ?? 0;
        if (at < end - 3) numbers.add(base + at);
      }
      for (let p = 0; p < passes; p += 1) {
        const start = (passed[p] ?? 0) - 3;
        if (start >= 0) find(bytes, start, text, base, onKeyword);
      }
    }
    numbers.end();
    return signs >> 5;
  };
}

function digitRuns(onDigits: OnDigits): { add(at: number): void; end(): void } {
  let first = 0;
  let last = 0;
  let digits = 0;
  const end = () => {
    if (digits > 0) onDigits(first, last + 1, digits);
  };
  return {
    add(at) {
      if (digits > 0 && at - last > DIGIT_GAP) {
        end();
        digits = 0;
      }
      if (digits === 0) first = at;
      digits += 1;
      last = at;
    },
    end,
  };
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
  return {
    gate,
    find(bytes, start, text, base, onKeyword) {
      const window =
        (((KIND[bytes[start] ?? 0] ?? 0) & 31) << 10) |
        (((KIND[bytes[start + 1] ?? 0] ?? 0) & 31) << 5) |
        ((KIND[bytes[start + 2] ?? 0] ?? 0) & 31);
      for (const k of lists[listOf[window] ?? 0] ?? []) {
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

/** A bit for each class that the fourth character may be of. */
function fourthsOf(keyword: string): number {
  return keyword.length < 4 ? -1 : 1 << ((KIND[keyword.charCodeAt(3)] ?? 0) & 31);
}

function isAt(keyword: Uint8Array, bytes: Uint8Array, start: number): boolean {
  for (let i = 0; i < keyword.length; i += 1) {
    const byte = bytes[start + i] ?? 0;
    if ((byte >= 65 && byte <= 90 ? byte | 32 : byte) !== keyword[i]) return false;
  }
  return true;
}

/** The low byte of what is beyond Latin-1 may look like a letter. */
function isAscii(text: string, start: number, length: number): boolean {
  for (let i = start; i < start + length; i += 1) if (text.charCodeAt(i) >= 128) return false;
  return true;
}
