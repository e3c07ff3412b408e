/**
 * Base64 and hex: finds the runs that may be encoded text, and decodes them once.
 *
 * An image, a hash, an integrity string must cost nearly nothing: a run is decoded only if samples of it can be text.
 *
 * @module
 */
import { Buffer, isUtf8 } from 'node:buffer';
import type { Region } from './regions.ts';

/** Decoded text and the run it stood in. */
export interface Decoded {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** `token=abcdefg` in base64; anything shorter has no room for a secret and its name. */
const SHORTEST = 20;
const SHORTEST_HEX = 32;
/** A line of wrapped base64 is at least as long. */
const SHORTEST_LINE = 56;
/** Longer runs are decoded piece by piece; the pieces overlap by more than any token is long. */
const PIECE = 1 << 18;
const OVERLAP = 1 << 13;
const SAMPLES = 8;
const GROUPS_PER_SAMPLE = 8;

const BASE64 = table(/[A-Za-z0-9+/_-]/);
const HEX = table(/[0-9A-Fa-f]/);
/** The first of four characters whose first byte is a line end, a tab, a NUL (UTF-16), or printable ASCII. */
const FIRST_OF_TEXT = table(/[ACDI-Za-f]/);
/** The first of two hex digits of a byte that is printable ASCII, a line end or a tab. */
const FIRST_OF_HEX_TEXT = table(/[02-7]/);

/**
 * Calls `onDecoded` for every run in `text` that decodes to text. `onDecoded` must not search for runs itself.
 *
 * @param runs - where there may be one, in order: none of {@link SHORTEST} characters is missing, but a part of one may be
 */
export function decodeRuns(
  text: string,
  runs: readonly Region[],
  onDecoded: (decoded: Decoded) => void,
): void {
  let done = 0;
  for (const run of runs) {
    if (run.end <= done) continue;
    let start = Math.max(run.start, done);
    while (start > done && isIn(BASE64, text, start - 1)) start -= 1;
    let { end } = run;
    while (end < text.length && isIn(BASE64, text, end)) end += 1;
    done = end - start >= SHORTEST ? decodeRun(text, start, end, onDecoded) : end;
  }
}

/** Returns where the run, with its further lines, ends. */
function decodeRun(
  text: string,
  start: number,
  lineEnd: number,
  onDecoded: (decoded: Decoded) => void,
): number {
  if (decodeHex(text, start, lineEnd, onDecoded)) return lineEnd;
  const end = lineEnd - start >= SHORTEST_LINE ? endOfLines(text, lineEnd) : lineEnd;
  const run = end === lineEnd ? text.slice(start, end) : unwrapped(text.slice(start, end));
  const alignment = alignmentOf(run);
  if (alignment === undefined) return end;
  const padding = /^(?:=|%3[Dd]){0,2}/.exec(text.slice(end, end + 6))?.[0].length ?? 0;
  decodePieces(run, alignment, { start, end: end + padding }, onDecoded);
  // Perhaps the next line is a word, or a text of its own.
  if (end !== lineEnd) decodeLines(text, start, end, onDecoded);
  return end + padding;
}

function decodePieces(
  run: string,
  alignment: number,
  { start, end }: { readonly start: number; readonly end: number },
  onDecoded: (decoded: Decoded) => void,
): void {
  for (let from = alignment; from < run.length; from += PIECE - OVERLAP) {
    const decoded = asText(Buffer.from(run.slice(from, from + PIECE), 'base64'));
    if (decoded !== undefined) onDecoded({ start, end, text: decoded });
    if (from + PIECE >= run.length) break;
  }
}

/** Each line but those inside a block of lines as long as one another, which are one text. */
function decodeLines(text: string, start: number, end: number, onDecoded: (decoded: Decoded) => void): void {
  const lines = [...text.slice(start, end).matchAll(/[A-Za-z0-9+/_-]{20,}/g)];
  lines.forEach(({ 0: line, index }, i) => {
    const isInside = i > 0 && i < lines.length - 1 && lines[i - 1]?.[0].length === line.length;
    if (isInside) return;
    const alignment = alignmentOf(line);
    const at = { start: start + index, end: start + index + line.length };
    if (alignment !== undefined) decodePieces(line, alignment, at, onDecoded);
  });
}

/** Whether the run is hex as a whole. */
function decodeHex(text: string, start: number, end: number, onDecoded: (decoded: Decoded) => void): boolean {
  for (let i = start + SHORTEST_HEX - 1; i < end; i += SHORTEST_HEX) {
    if (!isIn(HEX, text, i)) continue;
    let from = i;
    while (from > start && isIn(HEX, text, from - 1)) from -= 1;
    let to = i + 1;
    while (to < end && isIn(HEX, text, to)) to += 1;
    if (to - from >= SHORTEST_HEX) decodeHexRun(text, from, to, onDecoded);
    if (from === start && to === end) return true;
    i = Math.max(i, to - ((to - start) % SHORTEST_HEX) - 1);
  }
  return false;
}

function decodeHexRun(text: string, from: number, to: number, onDecoded: (decoded: Decoded) => void): void {
  for (const shift of [0, 1]) {
    if (!isHexText(text, from + shift, to)) continue;
    const digits = text.slice(from + shift, to - ((to - from - shift) % 2));
    for (let piece = 0; piece < digits.length; piece += PIECE - OVERLAP) {
      const decoded = asText(Buffer.from(digits.slice(piece, piece + PIECE), 'hex'));
      if (decoded !== undefined) onDecoded({ start: from, end: to, text: decoded });
    }
  }
}

function isHexText(text: string, from: number, to: number): boolean {
  for (let i = from; i < Math.min(to - 1, from + SHORTEST_HEX); i += 2) {
    if (!isIn(FIRST_OF_HEX_TEXT, text, i)) return false;
  }
  return true;
}

/**
 * The end of the last line that goes on, unbroken, with the run that ended at `end`: `base64` wraps at 64 or 76. After it
 * a line ends: `PASSWORD=` is the name of what follows.
 */
function endOfLines(text: string, from: number): number {
  let end = from;
  const next =
    /(?:\r?\n|\\n|\\r\\n)[ \t>|]{0,16}[+-]?([A-Za-z0-9+/_-]+)(={0,2})(?![ \t]{0,4}[\w.=:@([{$+/-])/y;
  for (;;) {
    next.lastIndex = end;
    const [whole = '', body = '', padding = ''] = next.exec(text) ?? [];
    // A short line is the last, and makes the groups of four full; any other is the next word of the text.
    const isLast = body.length < SHORTEST_LINE;
    if (body === '' || (isLast && (body.length + padding.length) % 4 !== 0)) return end;
    end += whole.length - padding.length;
    if (isLast || padding !== '') return end;
  }
}

/** One line; a change mark is one only if every further line begins with it. */
function unwrapped(run: string): string {
  const lines = run.split(/(?:\r?\n|\\n|\\r\\n)[ \t>|]{0,16}/);
  const mark = lines[1]?.charAt(0) ?? '';
  const isMarked =
    (mark === '+' || mark === '-') && lines.every((line, i) => i === 0 || line.startsWith(mark));
  return lines.map((line, i) => (isMarked && i > 0 ? line.slice(1) : line)).join('');
}

/** At which of its first four characters the run, or a good part of it, decodes to text. */
function alignmentOf(run: string): number | undefined {
  const span = Math.min(run.length - 3, GROUPS_PER_SAMPLE * 4);
  const step = Math.max(4, Math.floor((run.length - span) / SAMPLES / 4) * 4);
  for (let alignment = 0; alignment < 4; alignment += 1) {
    for (let s = 0; s < SAMPLES; s += 1) {
      const from = alignment + s * step;
      if (from + span > run.length + 3) break;
      if (isSampleOfText(run, from, Math.min(run.length, from + span))) return alignment;
    }
  }
  return undefined;
}

function isSampleOfText(run: string, from: number, to: number): boolean {
  for (let i = from; i < to; i += 4) if (!isIn(FIRST_OF_TEXT, run, i)) return false;
  return to - from >= 12;
}

/** The bytes as text, or nothing if too much of them cannot be. */
function asText(bytes: Buffer): string | undefined {
  if (bytes.length < 6) return undefined;
  let printable = 0;
  let zeros = 0;
  for (const byte of bytes) {
    if (byte === 0) zeros += 1;
    else if ((byte >= 32 && byte < 127) || byte === 10 || byte === 9 || byte === 13) printable += 1;
  }
  // UTF-16, as PowerShell encodes commands: every other byte is zero.
  if (zeros > bytes.length * 0.4 && printable > bytes.length * 0.4)
    return bytes.toString('latin1').replaceAll('\0', '');
  if (printable < bytes.length * 0.75 && !isUtf8(bytes)) return undefined;
  return printable === bytes.length ? bytes.toString('latin1') : bytes.toString('utf8');
}

function isIn(set: Uint8Array, text: string, i: number): boolean {
  return (set[text.charCodeAt(i)] ?? 0) !== 0;
}

function table(chars: RegExp): Uint8Array {
  return Uint8Array.from({ length: 256 }, (_, code) =>
    Number(code < 128 && chars.test(String.fromCharCode(code))),
  );
}
