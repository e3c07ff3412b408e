/**
 * @module
 */
import { open } from 'node:fs/promises';

/** One non-blank line. `bytes` is a view that the next step of the iteration overwrites: decode it at once. */
export interface Line {
  /** 1-based, blank lines counted. */
  readonly number: number;
  /** Without its line ending; empty when `tooLong`. */
  readonly bytes: Buffer;
  /** The line exceeds the limit; it was passed over and never held. */
  readonly tooLong: boolean;
}

export interface LineOptions {
  /** A line of more bytes than this is passed over. */
  readonly maxLineBytes: number;
  /** How much is asked of the source at once. */
  readonly chunkBytes?: number;
}

/** Fills `buffer` from `offset` with up to `length` bytes and says how many; 0 is the end. */
export type ReadInto = (buffer: Buffer, offset: number, length: number) => Promise<number>;

const LF = 0x0a;
const CR = 0x0d;
const DEFAULT_CHUNK_BYTES = 1024 * 1024;
const EMPTY = Buffer.alloc(0);

/**
 * Cuts a byte source into lines, however the bytes arrive.
 *
 * Guarantees: line numbers are those an editor shows; CRLF, a byte order mark, blank lines and a missing last newline
 * are tolerated; memory stays within `maxLineBytes` plus two chunks, whatever the length of a line.
 */
export async function* splitLines(read: ReadInto, options: LineOptions): AsyncGenerator<Line> {
  const chunkBytes = options.chunkBytes ?? DEFAULT_CHUNK_BYTES;
  // Beside the line: a byte order mark and a carriage return.
  const holdBytes = options.maxLineBytes + 4;
  let buffer = Buffer.allocUnsafe(chunkBytes * 2);
  let start = 0;
  let scanned = 0;
  let end = 0;
  let number = 1;
  let overlong = false;

  for (;;) {
    const newline = scanned < end ? buffer.subarray(0, end).indexOf(LF, scanned) : -1;
    if (newline >= 0) {
      const line = lineOf(buffer, start, newline, number, overlong, options.maxLineBytes);
      if (line !== undefined) yield line;
      start = newline + 1;
      scanned = start;
      number++;
      overlong = false;
      continue;
    }
    scanned = end;
    if (overlong || end - start > holdBytes) {
      overlong = true;
      start = 0;
      scanned = 0;
      end = 0;
    } else if (buffer.length - end < chunkBytes) {
      const held = end - start;
      const target = held + chunkBytes > buffer.length ? Buffer.allocUnsafe((held + chunkBytes) * 2) : buffer;
      buffer.copy(target, 0, start, end);
      buffer = target;
      start = 0;
      scanned = held;
      end = held;
    }
    const got = await read(buffer, end, chunkBytes);
    if (got === 0) break;
    end += got;
  }
  const last = lineOf(buffer, start, end, number, overlong, options.maxLineBytes);
  if (last !== undefined) yield last;
}

/**
 * The lines of a file.
 *
 * @see splitLines for what it guarantees
 */
export async function* readLines(path: string, options: LineOptions): AsyncGenerator<Line> {
  const file = await open(path, 'r');
  try {
    yield* splitLines(async (buffer, offset, length) => {
      const { bytesRead } = await file.read(buffer, offset, length, null);
      return bytesRead;
    }, options);
  } finally {
    await file.close();
  }
}

function lineOf(
  buffer: Buffer,
  from: number,
  to: number,
  number: number,
  overlong: boolean,
  maxLineBytes: number,
): Line | undefined {
  if (overlong) return { number, bytes: EMPTY, tooLong: true };
  const hasMark =
    number === 1 && buffer[from] === 0xef && buffer[from + 1] === 0xbb && buffer[from + 2] === 0xbf;
  const start = hasMark && to - from >= 3 ? from + 3 : from;
  const stop = to > start && buffer[to - 1] === CR ? to - 1 : to;
  if (isBlank(buffer, start, stop)) return undefined;
  if (stop - start > maxLineBytes) return { number, bytes: EMPTY, tooLong: true };
  return { number, bytes: buffer.subarray(start, stop), tooLong: false };
}

function isBlank(buffer: Buffer, from: number, to: number): boolean {
  for (let at = from; at < to; at++) {
    const byte = buffer[at];
    if (byte !== 0x20 && byte !== 0x09 && byte !== CR) return false;
  }
  return true;
}
