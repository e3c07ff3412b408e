/**
 * Finds all keywords in one scan of the text, however many there are. The same scan says where numbers, escapes and
 * what may be encoded stand, so that nobody has to look twice.
 *
 * @module
 */
import { Buffer } from 'node:buffer';
import { instantiateKernel } from './instance.ts';
import { BEHIND, CHUNK, LAYOUT, ZEROS } from './layout.ts';
import { createDigitRuns, type OnDigits } from './numbers.ts';
import { createTables } from './tables.ts';

/** Told of what a text holds, each in the order of the text. */
export interface Listener {
  /** The keyword's number and where it begins. */
  keyword(keyword: number, start: number): void;
  digits: OnDigits;
  /** An escape character, or a `%`, `\` or `&` that an escape may begin with, or a quote with another, or a backslash, behind it. */
  mark(at: number): void;
  /**
   * Letters, digits and `+/-_` in a row, twenty or more; a character beyond Latin-1 may pass for one of them. One that
   * goes over the border of two chunks may come in parts.
   */
  run(start: number, end: number): void;
}

/** Scans a text once, and returns whether it is ASCII. */
export type Scan = (text: string, listener: Listener) => boolean;

/**
 * Prepares the scan. Letters match in either case; keywords must be lower-case ASCII.
 *
 * @throws {InvalidRuleError} for a keyword that is empty, too long, upper-case or not ASCII.
 */
export function compileScan(keywords: readonly string[]): Scan {
  const { memory, hits } = createTables(keywords);
  const kernel = instantiateKernel(memory);
  const bytes = Buffer.from(memory.buffer, LAYOUT.TEXT, CHUNK + BEHIND + ZEROS);
  const counts = new Int32Array(memory.buffer, LAYOUT.COUNTS, 4);
  const hitList = new Int32Array(memory.buffer, hits);
  const digitList = new Int32Array(memory.buffer, LAYOUT.DIGITS);
  const markList = new Int32Array(memory.buffer, LAYOUT.MARKS);
  const runList = new Int32Array(memory.buffer, LAYOUT.RUNS);
  const lengths = Int32Array.from(keywords, ({ length }) => length);
  const numbers = createDigitRuns();

  return (text, listener) => {
    const isAscii = Buffer.byteLength(text) === text.length;
    numbers.begin(text, listener.digits);
    for (let base = 0; base < text.length; base += CHUNK) {
      const rest = text.length - base;
      const isWhole = base === 0 && rest <= CHUNK + BEHIND;
      const length = bytes.write(
        isWhole ? text : text.slice(base, base + CHUNK + BEHIND),
        0,
        CHUNK + BEHIND,
        'latin1',
      );
      kernel(Math.min(rest, CHUNK), length, hits);

      const hitCount = counts[0] ?? 0;
      const digitCount = counts[1] ?? 0;
      const markCount = counts[2] ?? 0;
      const runCount = counts[3] ?? 0;
      for (let i = 0; i < hitCount; i += 1) {
        const hit = hitList[i] ?? 0;
        const keyword = (hit & 4_095) - 1;
        const start = base + (hit >> 12);
        // The low byte of what is beyond Latin-1 may look like a letter.
        if (isAscii || isAsciiAt(text, start, lengths[keyword] ?? 0)) listener.keyword(keyword, start);
      }
      for (let i = 0; i < digitCount; i += 2) {
        const from = digitList[i] ?? 0;
        const to = digitList[i + 1] ?? 0;
        numbers.add(base + from, base + to, isIpv6(bytes, from, to));
      }
      for (let i = 0; i < markCount; i += 1) listener.mark(base + (markList[i] ?? 0));
      for (let i = 0; i < runCount; i += 2) {
        listener.run(base + (runList[i] ?? 0), base + (runList[i + 1] ?? 0));
      }
    }
    numbers.end();
    return isAscii;
  };
}

function isAsciiAt(text: string, start: number, length: number): boolean {
  for (let i = start; i < start + length; i += 1) if (text.charCodeAt(i) >= 128) return false;
  return true;
}

const COLON = 58;

/** A 2 or 3 and, four characters on, a colon: the first group of a public IPv6 address may begin in these digits. */
function isIpv6(bytes: Uint8Array, from: number, to: number): boolean {
  for (let i = Math.max(from, to - 4); i < to; i += 1) {
    if ((bytes[i] === 50 || bytes[i] === 51) && bytes[i + 4] === COLON) return true;
  }
  return false;
}
