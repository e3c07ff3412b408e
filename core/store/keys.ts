/**
 * The rules of keys, in one place: what a key is, how keys are ordered, and how any name becomes a segment of one.
 *
 * @module
 */
import { createHash } from 'node:crypto';
import { InvalidKeyError } from './errors.ts';

/**
 * The limit of S3, in UTF-8 bytes, the store's own prefix included.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-keys.html
 */
export const MAX_KEY_BYTES = 1024;

/** Longest segment {@link encodeSegment} makes: under the 255 bytes that file systems allow a name. */
export const MAX_SEGMENT_BYTES = 200;

/** The file store's half-written files carry this prefix, so no segment of a key may. */
export const TEMPORARY_PREFIX = '.tmp-';

/**
 * Checks a whole key.
 *
 * Guarantees: a key that passes is relative, `/`-separated, in NFC, and has no empty, `.` or `..` segment, no segment
 * reserved for half-written files, no control character, no backslash, and at most 1,024 bytes.
 *
 * @throws InvalidKeyError
 */
export function assertKey(key: string): void {
  const problem = problemOfText(key) ?? problemOfSegments(key.split('/'));
  if (problem !== undefined) throw invalidKey(key, problem);
}

/** Whether {@link assertKey} would pass; listings use it to leave out what nobody could have put. */
export function isKey(key: string): boolean {
  return (problemOfText(key) ?? problemOfSegments(key.split('/'))) === undefined;
}

/**
 * Checks the beginning of keys, as a listing takes it: empty, or a key cut anywhere.
 *
 * @throws InvalidKeyError
 */
export function assertKeyPrefix(prefix: string): void {
  const segments = prefix.split('/');
  segments.pop();
  const problem = problemOfText(prefix) ?? problemOfSegments(segments);
  if (problem !== undefined) throw invalidKey(prefix, problem);
}

/**
 * Checks the name of a folder, as `listFolders` takes it: empty for the whole store, or ending in `/`.
 *
 * @throws InvalidKeyError
 */
export function assertFolder(prefix: string): void {
  if (prefix !== '' && !prefix.endsWith('/')) throw invalidKey(prefix, 'the name of a folder ends with "/"');
  assertKeyPrefix(prefix);
}

/**
 * Orders keys by their UTF-8 bytes, as S3 lists them.
 *
 * The default order of JavaScript strings differs: it puts the surrogates of U+10000 and above before U+E000..U+FFFF.
 */
export function compareKeys(a: string, b: string): number {
  const length = Math.min(a.length, b.length);
  for (let index = 0; index < length; index++) {
    const left = a.charCodeAt(index);
    const right = b.charCodeAt(index);
    if (left !== right) return utf8Rank(left) - utf8Rank(right);
  }
  return a.length - b.length;
}

/**
 * Makes one safe segment out of any name.
 *
 * Guarantees:
 * - distinct names give distinct segments, also where case is ignored (names told apart by a 64-bit hash);
 * - ASCII only, at most {@link MAX_SEGMENT_BYTES} bytes, and fit for a file name on Linux, macOS and Windows;
 * - the same name gives the same segment everywhere and always;
 * - a plain name (`a-z 0-9 . _ -`) stays as it is; any other keeps what is readable and gets `~` and 16 hex digits.
 *
 * @example
 * encodeSegment('gpt-4o')    // 'gpt-4o'
 * encodeSegment('GPT 4o')    // 'GPT_4o~<16 hex digits>'
 */
export function encodeSegment(name: string): string {
  if (isPlain(name)) return name;
  // UTF-16, because UTF-8 would turn every lone surrogate into the same U+FFFD.
  const hash = createHash('sha256').update(name, 'utf16le').digest('hex').slice(0, HASH_DIGITS);
  return `${readableOf(name)}~${hash}`;
}

const HASH_DIGITS = 16;
/** Lower case only: were upper case plain too, `Foo` and `foo` would be one name to Windows and macOS. */
const PLAIN = /^[a-z0-9_](?:[a-z0-9._-]*[a-z0-9_-])?$/;
/** @see https://learn.microsoft.com/windows/win32/fileio/naming-a-file */
const WINDOWS_DEVICE = /^(?:con|prn|aux|nul|com\d|lpt\d)(?:$|\.)/i;

function isPlain(name: string): boolean {
  return name.length <= MAX_SEGMENT_BYTES && PLAIN.test(name) && !WINDOWS_DEVICE.test(name);
}

function readableOf(name: string): string {
  const readable = name
    .slice(0, MAX_SEGMENT_BYTES)
    .normalize('NFKD')
    .replaceAll(/\p{M}+/gu, '')
    .replaceAll(/[^A-Za-z0-9._-]+/g, '_')
    .slice(0, MAX_SEGMENT_BYTES - HASH_DIGITS - 2);
  return /^[A-Za-z0-9_]/.test(readable) && !WINDOWS_DEVICE.test(readable) ? readable : `_${readable}`;
}

function problemOfText(text: string): string | undefined {
  if (!text.isWellFormed()) return 'it holds half of a surrogate pair';
  if (/\p{Cc}/u.test(text)) return 'it holds a control character';
  if (text.includes('\\')) return 'it holds a backslash';
  if (text !== text.normalize('NFC')) return 'it is not in Unicode normal form C';
  if (Buffer.byteLength(text) > MAX_KEY_BYTES) return `it is longer than ${MAX_KEY_BYTES} bytes`;
  return undefined;
}

function problemOfSegments(segments: readonly string[]): string | undefined {
  for (const segment of segments) {
    if (segment === '') return 'it is empty or has an empty segment';
    if (segment === '.' || segment === '..') return `it has the segment "${segment}"`;
    if (segment.startsWith(TEMPORARY_PREFIX))
      return `segments starting with "${TEMPORARY_PREFIX}" are reserved`;
  }
  return undefined;
}

function invalidKey(key: string, problem: string): InvalidKeyError {
  // JSON quotes the controls of ASCII; those that are left, and marks that turn the direction of text, mislead as well.
  const shown = JSON.stringify(key.length > 120 ? `${key.slice(0, 120)}…` : key).replaceAll(
    /[\p{Cc}\p{Cf}]/gu,
    (mark) => `\\u${mark.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
  return new InvalidKeyError(`The key ${shown} is not valid: ${problem}.`, {
    hint: 'Make each segment of a key with encodeSegment.',
  });
}

/** Moves the surrogates above U+E000..U+FFFF, where their UTF-8 bytes are. */
function utf8Rank(unit: number): number {
  if (unit < 0xd800) return unit;
  return unit >= 0xe000 ? unit - 0x800 : unit + 0x2000;
}
