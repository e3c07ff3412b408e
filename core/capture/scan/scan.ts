/**
 * Finds all keywords in one scan of the text, however many there are. The same scan says where numbers, escapes and
 * what may be encoded stand, so that nobody has to look twice.
 *
 * @module
 */
import { Buffer } from 'node:buffer';
import { instantiateKernel } from './instance.ts';
import { BEHIND, CHUNK, LAYOUT } from './layout.ts';
import type { NUMBER, OnDigits } from './numbers.ts';
import { createTables } from './tables.ts';

/** Told of what a text holds, each in the order of the text. */
export interface Listener {
  /** The keyword's number and where it begins. */
  keyword(keyword: number, start: number): void;
  /** Digits that have one of the shapes that were asked for. */
  digits: OnDigits;
  /**
   * An escape character, or a `%`, `\` or `&` that an escape may begin with; a quote with another, or a backslash, behind
   * it; a `+` with a quote or a blank behind it, a backslash with another or the end of the line behind it.
   */
  mark(at: number): void;
  /** Letters, digits and `+/-_` in a row, twenty or more. Of one that goes over the border of two chunks the part in one may be missing. */
  run(start: number, end: number): void;
}

/** Scans a text once, and returns whether it is ASCII. */
export type Scan = (text: string, listener: Listener) => boolean;

/** What may stand in one chunk, with what stands before and behind. */
const MOST = LAYOUT.BEFORE + CHUNK + BEHIND;

/** By what they were compiled from: every capture has much the same rules, and each scan a memory of its own. */
const scans = new Map<string, Scan>();
const MOST_SCANS = 16;

/**
 * Prepares the scan, or hands out the one that was prepared before. Letters match in either case; keywords must be
 * lower-case ASCII. A scan is not to be called by its listener.
 *
 * @param shapes - bits of {@link NUMBER}: which numbers to tell of; -1: all of them
 * @throws {InvalidRuleError} for a keyword that is empty, too long, upper-case or not ASCII.
 */
export function compileScan(keywords: readonly string[], shapes: number): Scan {
  const key = [shapes, ...keywords].join('\n');
  const known = scans.get(key);
  if (known !== undefined) return known;
  const scan = createScan(keywords, shapes);
  if (scans.size >= MOST_SCANS) scans.clear();
  scans.set(key, scan);
  return scan;
}

function createScan(keywords: readonly string[], shapes: number): Scan {
  const { memory, hits } = createTables(keywords);
  const kernel = instantiateKernel(memory);
  const bytes = new Uint8Array(memory.buffer, LAYOUT.TEXT - LAYOUT.BEFORE, MOST);
  const whole = bytes.subarray(LAYOUT.BEFORE);
  const wide = Buffer.from(memory.buffer, LAYOUT.WIDE, 2 * MOST);
  const counts = new Int32Array(memory.buffer, LAYOUT.COUNTS, 4);
  const hitList = new Int32Array(memory.buffer, hits);
  const markList = new Int32Array(memory.buffer, LAYOUT.MARKS, CHUNK);
  const runList = new Int32Array(memory.buffer, LAYOUT.RUNS);
  const numberList = new Int32Array(memory.buffer, LAYOUT.NUMBERS);
  const encoder = new TextEncoder();

  /** Writes the piece, of which `lead` characters stand before the chunk; returns whether it is ASCII. */
  function write(piece: string, lead: number): boolean {
    const { read, written } = encoder.encodeInto(piece, lead === 0 ? whole : bytes);
    if (read === piece.length && written === read) return true;
    wide.write(piece, 'utf16le');
    kernel.narrow(lead, piece.length);
    return false;
  }

  return (text, listener) => {
    let isAscii = true;
    for (let base = 0; base < text.length; base += CHUNK) {
      const lead = base === 0 ? 0 : LAYOUT.BEFORE;
      const rest = text.length - base;
      const length = Math.min(rest, CHUNK + BEHIND);
      const piece = lead === 0 && length === rest ? text : text.slice(base - lead, base + length);
      isAscii = write(piece, lead) && isAscii;
      kernel.scan(base, Math.min(rest, CHUNK), length, rest <= CHUNK ? 1 : 0, hits, shapes);

      const hitCount = counts[0] ?? 0;
      for (let i = 0; i < hitCount; i += 1) {
        const hit = hitList[i] ?? 0;
        listener.keyword((hit & 4_095) - 1, base + (hit >> 12));
      }
      const markCount = counts[1] ?? 0;
      for (let i = 0; i < markCount; i += 1) listener.mark(markList[i] ?? 0);
      const runCount = counts[2] ?? 0;
      for (let i = 0; i < runCount; i += 2) listener.run(runList[i] ?? 0, runList[i + 1] ?? 0);
      const numbers = 4 * (counts[3] ?? 0);
      for (let i = 0; i < numbers; i += 4) {
        listener.digits(
          numberList[i] ?? 0,
          numberList[i + 1] ?? 0,
          numberList[i + 2] ?? 0,
          numberList[i + 3] ?? 0,
        );
      }
    }
    return isAscii;
  };
}
