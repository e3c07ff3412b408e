/**
 * What the rules for named secrets share: how a name goes on from a keyword, how values are written, when they count.
 *
 * @module
 */
import { secretKind } from '../secret-names.ts';
import { isSecretText } from '../secret-values.ts';

/** Where a name may begin to be a secret's; the rest of the name is read around it. */
export const NAME_KEYWORDS: readonly string[] = [
  'pass',
  'pwd',
  'pw',
  'psk',
  'kennwort',
  'wachtwoord',
  'secret',
  'token',
  'credential',
  'authorization',
  'key',
  'jwt',
  'connection',
];

export const BOUND = 4096;
/** The name from the keyword on. */
export const REST = '[A-Za-z][A-Za-z0-9_.-]{1,63}(?![A-Za-z0-9_.-])';

/** A query goes on with `&name=`, a list with `,name=`; else the character is the value's. */
const NEXT_PAIR = String.raw`[A-Za-z_][A-Za-z0-9_.\[\]-]{0,63}[=:]`;
const BARE_CHAR = String.raw`(?:[^\s"'\x60\\<>&;,)}\]]|\\(?![nrtu"'\\])|&(?![&\s;]|amp;|${NEXT_PAIR})|[,;](?=[^\s"'\x60\\<>&;,)}\]])(?!${NEXT_PAIR}))`;
export const BARE = String.raw`((?![=(\[{|]|[$%#][{(])${BARE_CHAR}{1,${BOUND}}(?<![.:|]))`;

const SCHEME = '(?:(?:[Bb]earer|[Bb]asic|[Tt]oken|[Aa]pi[Kk]ey)(?: |%20))?';
const PREFIX = '[bfruBRN@$L]{0,2}';
/** Literals: double, single and back quotes, and quotes that are themselves escaped. */
export const QUOTED: readonly string[] = [
  String.raw`${PREFIX}"${SCHEME}((?:[^"\\\r\n]|\\.){1,${BOUND}})`,
  String.raw`${PREFIX}'${SCHEME}((?:[^'\\\r\n]|\\.){1,${BOUND}})`,
  String.raw`\x60${SCHEME}((?:[^\x60\\]|\\.){1,${BOUND}})`,
  String.raw`\\{1,7}["']${SCHEME}([^"'\\\r\n]{1,${BOUND}})`,
];
/** The number of the group of a value without quotes in {@link VALUE}, if no group stands before. */
export const BARE_GROUP = QUOTED.length + 1;
/** A value in any dress; its groups are those of {@link QUOTED}, then {@link BARE}. */
export const VALUE = `(?:${QUOTED.join('|')}|${BARE})`;

/** The whole name around a keyword: patterns begin in its middle. */
export function nameAround(match: RegExpExecArray): string {
  const { input, index } = match;
  let start = index;
  while (start > 0 && index - start < 64 && /[A-Za-z0-9_.$-]/.test(input.charAt(start - 1))) start -= 1;
  // `\npassword`, `%26token`: the letters of an escape are not the name's.
  if (input.charAt(start - 1) === '\\' && /[nrtbf]/.test(input.charAt(start))) start += 1;
  if (input.charAt(start - 1) === '%') start += 2;
  const rest = /[A-Za-z0-9_.-]{0,64}/y;
  rest.lastIndex = index;
  const name = input.slice(Math.min(start, index), index) + (rest.exec(input)?.[0] ?? '');
  // “API key”, “client secret”: people write the owner as a word of its own.
  if (!/^(?:key|keys|token|secret)$/i.test(name)) return name;
  const owner = /([A-Za-z]{2,16})[ \t]$/.exec(input.slice(Math.max(0, start - 18), start));
  return owner === null ? name : `${owner[1]} ${name}`;
}

/** Where the name around the match begins. */
export function nameStart(match: RegExpExecArray): number {
  const { input, index } = match;
  let start = index;
  while (start > 0 && index - start < 64 && /[A-Za-z0-9_.$-]/.test(input.charAt(start - 1))) start -= 1;
  return start;
}

export function isNamedSecret(match: RegExpExecArray, value: string, bareGroup: number): boolean {
  const bare = match[bareGroup] !== undefined;
  if (!isSecretText(nameAround(match), value, bare ? 'bare' : 'quoted')) return false;
  return !bare || !isCodeOrProse(match, value);
}

/** `password = read_password(`, `token: string;`, “secret: something that goes on”. */
function isCodeOrProse(match: RegExpExecArray, value: string): boolean {
  const after = match.input.slice(match.index + match[0].length, match.index + match[0].length + 3);
  if (/^[A-Za-z_][A-Za-z_.]*[[({]/.test(value + after)) return true;
  return /:[ \t]/.test(match[0]) && /^[A-Za-z'-]+$/.test(value) && /^ [A-Za-z]/.test(after);
}

/**
 * Whether a value looks so much like a secret that a name with nothing but a blank between is enough: long, with
 * letters of both cases and digits, or with a mark.
 */
export function looksLikeSecret(name: string, value: string): boolean {
  if (value.length < 8 || value.length > 256 || !/\d/.test(value) || !/[A-Za-z]/.test(value)) return false;
  if (/^(?:v?\d+[.:_-]|[a-z]+:\/\/|[/~.]|sha\d|\d{4}-\d\d)/i.test(value) || /[(){}[\]<>]/.test(value))
    return false;
  const isMade = (/[a-z]/.test(value) && /[A-Z]/.test(value)) || /[!@#$%^&*?+]/.test(value);
  if (secretKind(name) === 'password') return isMade || /^[A-Z][A-Z0-9_]*_[A-Z0-9_]+$/.test(name);
  return value.length >= 16 && isMade && !/[-_.][a-z]{3,}[-_.]/.test(value);
}
