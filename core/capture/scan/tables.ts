/**
 * The tables that the kernel goes by: a gate of four characters that most positions do not pass, the keywords for those
 * that do, and what single bytes are.
 *
 * @see https://www.cs.arizona.edu/sites/default/files/TR94-17.pdf Wu & Manber, “A fast algorithm for multi-pattern
 *   searching” (1994), whose hash of the first characters the gate is
 *
 * @module
 */
import { InvalidRuleError } from '../errors.ts';
import { hasIbans } from '../rules/checksums.ts';
import { BEHIND, CHUNK, fold, hashOf, LAYOUT, RECORD } from './layout.ts';

/** Half of what may stand behind a chunk: the other half is for what follows a keyword. */
const LONGEST_KEYWORD = BEHIND / 2;
/** A hit has twelve bits for the keyword's number. */
const MOST_KEYWORDS = 4_095;
const PAGE = 65_536;

/** A memory with the tables in it. */
export interface Tables {
  readonly memory: WebAssembly.Memory;
  /** The address of the list of hits. */
  readonly hits: number;
}

/**
 * Keywords match letters in either case.
 *
 * @throws {InvalidRuleError} for a keyword that is empty, too long, upper-case or not ASCII, and for too many.
 */
export function createTables(keywords: readonly string[]): Tables {
  for (const keyword of keywords) checkKeyword(keyword);
  if (keywords.length > MOST_KEYWORDS) {
    throw new InvalidRuleError(`There are ${keywords.length} keywords, and room for ${MOST_KEYWORDS}`);
  }
  const letters = LAYOUT.KEYWORDS + RECORD * (keywords.length + 1);
  const hits = 4 * Math.ceil((letters + keywords.join('').length) / 4);
  const pages = Math.ceil((hits + 4 * CHUNK * mostAtOnePlace(keywords)) / PAGE);
  const memory = new WebAssembly.Memory({ initial: pages, maximum: pages });
  const view = new DataView(memory.buffer);
  writeBytes(new Uint8Array(memory.buffer));
  writeGate(new Int32Array(memory.buffer, LAYOUT.GATE, 1 << 15), keywords);
  writeKeywords(view, keywords, letters);
  return { memory, hits };
}

function checkKeyword(keyword: string): void {
  if (!/^[\x20-\x40\x5b-\x7e]+$/.test(keyword)) {
    throw new InvalidRuleError(`Keyword ${JSON.stringify(keyword)} is not lower-case ASCII`);
  }
  if (keyword.length > LONGEST_KEYWORD) {
    throw new InvalidRuleError(
      `Keyword ${JSON.stringify(keyword)} is longer than ${LONGEST_KEYWORD} characters`,
    );
  }
}

/** How many keywords may begin at one position: those that begin like one another. */
function mostAtOnePlace(keywords: readonly string[]): number {
  const all = new Set(keywords);
  let most = 1;
  for (const keyword of keywords) {
    let beginnings = 1;
    for (let i = 1; i < keyword.length; i += 1) if (all.has(keyword.slice(0, i))) beginnings += 1;
    most = Math.max(most, beginnings);
  }
  return most;
}

/**
 * The class of a byte for the gate: letters by their number, everything else in few classes, for the gate may let too
 * much through, never too little.
 */
const CLASSES = Uint8Array.from({ length: 256 }, (_, code) => {
  const char = String.fromCharCode(code);
  if (/[A-Za-z]/.test(char)) return code & 31;
  if (/[0-9]/.test(char)) return 27;
  if (/[-_]/.test(char)) return 28;
  if (/[/:\\.]/.test(char)) return 29;
  if (/[@+]/.test(char)) return 30;
  return /[ =~%$*]/.test(char) ? 31 : 0;
});

/** What share a bit of a kind: their upper halves are the same, or no other character has these two halves. */
const KINDS = [
  'ABCDEFGHIJKLMNOabcdefghijklmno',
  'PQRSTUVWXYZpqrstuvwxyz',
  '0123456789',
  '+/-',
  '_',
  '%&"\'+',
  '\\',
  '\x1b',
];

/** For each character that an escape may begin with, those that it may go on with; quoted quotes; and joints. */
const ESCAPES: Readonly<Record<string, string>> = {
  '%': '01234567',
  '\\': 'ux0\\\r\n',
  '&': '#algq',
  '\x1b': '[]',
  '"': '"',
  "'": "'\\",
  '+': ' "\'`\\\r\n\t',
};

function writeBytes(bytes: Uint8Array): void {
  bytes.set(CLASSES, LAYOUT.CLASS);
  KINDS.forEach((chars, bit) => {
    for (const char of chars) addKind(bytes, LAYOUT.KIND, char, bit);
  });
  for (const [char, goesOn] of Object.entries(ESCAPES)) {
    for (const next of goesOn) {
      bytes[LAYOUT.ESCAPE + ((char.charCodeAt(0) << 7) | next.charCodeAt(0))] = 1;
      // A bit for each upper half.
      addKind(bytes, LAYOUT.FOLLOW, next, next.charCodeAt(0) >> 4);
    }
  }
  for (let pair = 0; pair < 1 << 10; pair += 1) {
    const country = String.fromCharCode(64 + (pair >> 5), 64 + (pair & 31));
    bytes[LAYOUT.COUNTRY + pair] = Number(hasIbans(country));
  }
}

function addKind(bytes: Uint8Array, table: number, char: string, bit: number): void {
  const code = char.charCodeAt(0);
  for (const at of [table + (code & 15), table + 16 + (code >> 4)]) bytes[at] = (bytes[at] ?? 0) | (1 << bit);
}

function writeGate(gate: Int32Array, keywords: readonly string[]): void {
  for (const keyword of keywords) {
    // A keyword of less than four characters goes on with anything.
    const free = 5 * (3 - Math.min(3, keyword.length));
    const first =
      ((classAt(keyword, 0) << 10) | (classAt(keyword, 1) << 5) | classAt(keyword, 2)) & (-1 << free);
    const fourth = keyword.length < 4 ? -1 : 1 << classAt(keyword, 3);
    for (let window = first; window < first + (1 << free); window += 1) {
      gate[window] = (gate[window] ?? 0) | fourth;
    }
  }
}

/** 0 beyond its end. */
function classAt(keyword: string, i: number): number {
  return i < keyword.length ? (CLASSES[keyword.charCodeAt(i)] ?? 0) : 0;
}

function writeKeywords(view: DataView, keywords: readonly string[], letters: number): void {
  let at = letters;
  for (let k = 0; k < keywords.length; k += 1) {
    const keyword = keywords[k] ?? '';
    const list = listOf(keyword);
    const record = LAYOUT.KEYWORDS + RECORD * (k + 1);
    for (let i = 0; i < keyword.length; i += 1) {
      const code = keyword.charCodeAt(i);
      view.setUint8(at + i, code);
      if (i >= 8) continue;
      view.setUint8(record + i, fold(code));
      view.setUint8(record + 8 + i, 0xff);
    }
    view.setUint16(record + 16, view.getUint16(list, true), true);
    view.setUint16(record + 18, keyword.length, true);
    view.setUint32(record + 20, at, true);
    view.setUint16(list, k + 1, true);
    at += keyword.length;
  }
}

/** The address of the first keyword of those that begin alike. */
function listOf(keyword: string): number {
  const first = fold(keyword.charCodeAt(0));
  if (keyword.length < 3) return LAYOUT.SHORT + 2 * first;
  return LAYOUT.LONG + 2 * hashOf(first, fold(keyword.charCodeAt(1)), fold(keyword.charCodeAt(2)));
}
