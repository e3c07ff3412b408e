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
  // `pat` alone is the beginning of paths and patterns.
  'ext_pat',
  'extpat',
  'hub_pat',
  'hubpat',
  'gh_pat',
  'lab_pat',
  'devops_pat',
  'devopspat',
  'ext.pat',
  'ext-pat',
  'devops-pat',
];

export const BOUND = 4096;
/** The name from the keyword on. */
export const REST = '[A-Za-z][A-Za-z0-9_.-]{1,63}(?![A-Za-z0-9_.-])';

/** A query goes on with `&name=`, a list with `,name=`; else the character is the value's. */
const NEXT_PAIR = String.raw`[A-Za-z_][A-Za-z0-9_.\[\]-]{0,63}[=:]`;
const BARE_CHAR = String.raw`(?:[^\s"'\x60\\<>&;,)}\]]|\\(?![nrtu"'\\])|&(?![&\s;]|amp;|${NEXT_PAIR})|[,;](?=[^\s"'\x60\\<>&;,)}\]])(?!${NEXT_PAIR})|[)}\]](?=[A-Za-z0-9!@#%^*]))`;
export const BARE = String.raw`((?![=(\[{|]|[$%#][{(])${BARE_CHAR}{1,${BOUND}}(?<![.:|]))`;

const SCHEME = '(?:(?:[Bb]earer|[Bb]asic|[Tt]oken|[Aa]pi[Kk]ey)(?: |%20))?';
const PREFIX = '[bfruBRN@$L]{0,2}';
/** Literals: double, single and back quotes, and quotes that are themselves escaped. */
export const QUOTED: readonly string[] = [
  String.raw`${PREFIX}"(?:"(?=[A-Za-z0-9]))?${SCHEME}((?:[^"\\\r\n]|\\.){1,${BOUND}})`,
  String.raw`${PREFIX}'${SCHEME}((?:[^'\\\r\n]|\\.){1,${BOUND}})`,
  String.raw`\x60${SCHEME}((?:[^\x60\\]|\\.){1,${BOUND}})`,
  ...[1, 2, 3, 7].map(
    // As deep as the quote that opened: what has more backslashes belongs to the value.
    (depth) => String.raw`\\{${depth}}"${SCHEME}((?:[^"\\\r\n]|\\{${depth + 1},15}[^\\\r\n]){1,${BOUND}})`,
  ),
  String.raw`\\{1,7}["']${SCHEME}([^"'\\\r\n]{1,${BOUND}})`,
];
/** The number of the group of a value without quotes in {@link VALUE}, if no group stands before. */
export const BARE_GROUP = QUOTED.length + 1;
/** A value in any dress; its groups are those of {@link QUOTED}, then {@link BARE}. */
export const VALUE = `(?:${QUOTED.join('|')}|${BARE})`;

/** ASCII codes of letters, digits and `_.-`; 2 for what only stands before a name, `$`. */
const NAME_CHARS = Uint8Array.from({ length: 128 }, (_, code) => {
  const char = String.fromCharCode(code);
  return /[A-Za-z0-9_.-]/.test(char) ? 1 : char === '$' ? 2 : 0;
});
const LONGEST_HALF = 64;

/** A position in a name. */
export type InName = Pick<RegExpExecArray, 'input' | 'index'>;

/** Where the name around the position begins: patterns begin in its middle. */
export function nameStart({ input, index }: InName): number {
  let start = index;
  const first = Math.max(0, index - LONGEST_HALF);
  while (start > first && (NAME_CHARS[input.charCodeAt(start - 1)] ?? 0) !== 0) start -= 1;
  return start;
}

/** The whole name around a keyword. */
export function nameAround(place: InName): string {
  const { input, index } = place;
  let start = nameStart(place);
  const before = input.charAt(start - 1);
  // `\\npassword`, `%26token`: the letters of an escape are not the name's.
  if (before === '\\' && /[nrtbf]/.test(input.charAt(start))) start += 1;
  if (before === '%') start += 2;
  let end = index;
  const last = Math.min(input.length, index + LONGEST_HALF);
  while (end < last && NAME_CHARS[input.charCodeAt(end)] === 1) end += 1;
  const name = input.slice(Math.min(start, index), end);
  // “API key”, “client secret”: people write the owner as a word of its own.
  if (before !== ' ' || !/^(?:key|keys|token|secret|pass)$/i.test(name)) return name;
  const owner = wordBefore(input, start - 1);
  return owner.length < 2 ? name : `${owner} ${name}`;
}

/** The letters that end at `end`, at most sixteen. */
function wordBefore(text: string, end: number): string {
  let start = end;
  while (start > end - 16 && isLetter(text.charCodeAt(start - 1))) start -= 1;
  return text.slice(start, end);
}

function isLetter(code: number): boolean {
  const lower = code | 32;
  return lower >= 97 && lower <= 122;
}

export function isNamedSecret(match: RegExpExecArray, value: string, bareGroup: number): boolean {
  const bare = match[bareGroup] !== undefined;
  if (!isSecretText(nameAround(match), value, bare ? 'bare' : 'quoted')) return false;
  return !bare || !isCodeOrProse(match, value);
}

/** `password = read_password(`, `token: string;`, “secret: something that goes on”. */
function isCodeOrProse(match: RegExpExecArray, value: string): boolean {
  if (isOfRandomCase(/^[A-Za-z]*/.exec(value)?.[0] ?? '')) return false;
  const after = match.input.slice(match.index + match[0].length, match.index + match[0].length + 3);
  const [, head, bracket] = /^(&?[A-Za-z_$][\w$.?:]{0,80})([[({])/.exec(value + after) ?? [];
  if (head !== undefined && bracket !== undefined && isCodeHead(head, bracket)) return true;
  if (isElided(value, after) || isMemberOrGeneric(match, value, after)) return true;
  // `exports.toSecret = toSecret`; `user, password = pair`; `secret = REDACT;`.
  if (nameAround(match).endsWith(value)) return true;
  if (
    /^[a-z]+$/.test(value) &&
    / = /.test(match[0]) &&
    /\w, $/.test(match.input.slice(0, nameStart(match)).slice(-3))
  )
    return true;
  if (/^[A-Z]{3,20}$/.test(value) && after.startsWith(';')) return true;
  // `userid = passwd = acct = ''`: a chain.
  if (/^[a-z_]{1,40}$/.test(value) && /^ = /.test(after)) return true;
  // A path of Rust or C++: `Secret::new(password)`.
  if (/^:[A-Za-z_]{1,64}(?:\(|::|<|$)/.test(value) && /:$/.test(match[0].slice(0, -value.length)))
    return true;
  // A type: `password: BinaryLike;`.
  if (
    /:[ \t]?/.test(match[0]) &&
    /^[A-Z][A-Za-z]*(?:\d{1,2}[A-Za-z]*)?$/.test(value) &&
    /^[;,)|\]]/.test(after)
  )
    return true;
  // A part of an ARN: `:secret:MySecret-a1b2c3`.
  const written = match[0].slice(0, match[0].length - value.length);
  if (match.input[nameStart(match) - 1] === ':' && /[A-Za-z]:$/.test(written)) return true;
  return /:[ \t]/.test(match[0]) && /^[\p{L}\p{M}'-]+$/u.test(value) && /^ \p{L}/u.test(after);
}

/** `password: Dragon<br>` is no type. */
const GENERICS =
  /^(?:Option(?:al)?|Vec|(?:Readonly)?(?:Array|Map|Set)|Hash(?:Map|Set)|List|Dict(?:ionary)?|Promise|Result|Box|Arc|Rc|Cow|Maybe|Observable|Future|Task|Partial|Readonly|Record|Nullable|Mutex|RwLock|Supplier|Provider|Lazy|Func|Signal|Secret|Zeroizing|Protected)$/;

/** `sk-ant-...`: how a token begins, and dots. */
function isElided(value: string, after: string): boolean {
  return /^(?:\.{3}|…)/.test(after) && /^[A-Za-z]{2,8}(?:[-_][A-Za-z0-9]{1,8}){0,3}[-_]$/.test(value);
}

/** `$this->get(`, `self->token`; `Option<String>`, `Vec<u8>`; `*tokenBuf`; `clientSecret: clientSec`. */
function isMemberOrGeneric(match: RegExpExecArray, value: string, after: string): boolean {
  if (after.startsWith('>') && /^[$&*]?[A-Za-z_]{1,40}-$/.test(value)) return true;
  if (after.startsWith('<') && GENERICS.test(value)) return true;
  if (/^[*&][A-Za-z_]{1,40}$/.test(value) && /[:=][ \t]$/.test(match[0].slice(0, -value.length))) return true;
  return (
    /^[a-z]{2,16}(?:[A-Z][a-z]{1,16}){1,3}$/.test(value) &&
    nameAround(match).toLowerCase().startsWith(value.toLowerCase())
  );
}

/** Ten letters or more whose case changes as in no name of code: `InqYvvOHpDJnkzhD`. */
export function isOfRandomCase(letters: string): boolean {
  const { length } = letters;
  if (length < 10 || length > 512 || !/^[A-Za-z]*$/.test(letters)) return false;
  if ((letters.match(/[a-z][A-Z]/g)?.length ?? 0) < 3) return false;
  // Words of two letters or one are rare in names, and so are capitals in a row.
  const odd = letters.match(/[A-Z]{2}|[A-Z][a-z](?![a-z])/g)?.length ?? 0;
  const capitals = letters.match(/[A-Z]/g)?.length ?? 0;
  return odd >= 3 && capitals > length / 3 && capitals < (length * 2) / 3;
}

/** Names of what code indexes most; plurals and names of several words are known by their form. */
const CONTAINERS =
  /^(?:arg[sv]|auth|kwargs|param|config|conf|cfg|opt|env|environ|data|row|rec|record|map|dict|list|arr|array|match|m|group|result|res|req|request|body|form|query|session|state|store|cache|line|input|output|stack|buf|buffer|text|value|val|item|node|obj|object|self|this|ctx|user|parsed|tuple|split|pair|split_line)$/;

/**
 * Whether what stands before a bracket is code: a call, an index, a composite literal. A password may hold a bracket,
 * or be followed by one, so that only what is written like an identifier of its kind counts.
 */
function isCodeHead(head: string, bracket: string): boolean {
  const name = head.replace(/^[&$]/, '');
  // `utf8(`, `sha256(`, `b64decode(` have one group of digits; what machines make has more.
  const parts = bracket === '(' ? name.split(/[.:]/) : [name];
  if (parts.some((part) => (part.match(/\d+/g)?.length ?? 0) > 1)) return false;
  if (bracket === '(') return true;
  if (bracket === '{') return head.startsWith('&') || /^(?:[a-z]\w*(?:\.|::))?[A-Z][A-Za-z]*$/.test(name);
  if (/[._$?]/.test(name) || name.length < 3) return true;
  if (secretKind(name) !== undefined) return true;
  if (/\d/.test(name)) return false;
  return (
    /^[a-z]{2,20}s$|^[a-z]{1,16}(?:[A-Z][a-z]{1,15}){1,4}$|^[A-Z][A-Za-z]{0,30}$/.test(name) ||
    CONTAINERS.test(name)
  );
}

/**
 * What stands after a name whose value is empty: the next pair (`attempt=1`, `Retries:3`), a flag, an image.
 */
export function isNextArgument(value: string): boolean {
  return (
    /^[A-Za-z_][\w.-]{0,40}=[\w.-]{1,40}$/.test(value) ||
    /^[A-Z][A-Za-z]{1,30}:\d{1,6}$/.test(value) ||
    /^--[a-z][a-z-]{1,40}(?:=\S*)?$/.test(value) ||
    /^[a-z0-9][a-z0-9.-]{0,62}(?:\/[a-z0-9._-]{1,64}){1,4}:[\w.-]{1,64}$/.test(value)
  );
}

/** `DB_PASSWORD`, `API_KEY`: the name of a constant or a variable of the environment. */
export function isConstant(name: string): boolean {
  return /^[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+$/.test(name);
}

/** `PASSWORD`, `DB_PASSWORD`: of the environment, of a table of it, of a definition. */
export function isCapitals(name: string): boolean {
  return /^[A-Z][A-Z0-9_]{3,63}$/.test(name);
}

/** What people type at random or machines make: marks, or letters and digits, no word, path, date or version. */
export function looksMade(value: string): boolean {
  if (value.length < 8 || value.length > 512 || /[\s<>]/.test(value)) return false;
  if (/^(?:v?\d+[.:]\d|[a-z]+:\/\/|[/~.$]|\d{4}-\d\d-|[a-z]+\()/i.test(value)) return false;
  return (/\d/.test(value) && /[A-Za-z]/.test(value)) || /[!@#^&*?+%]/.test(value) || /^\d{8,}$/.test(value);
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

/** Letters and digits or marks, however short. */
export function isMadeWord(value: string): boolean {
  return (
    /^\S{6,}$/.test(value) &&
    /[A-Za-z]/.test(value) &&
    /[\d!@#$%^&*?+~]/.test(value) &&
    !/^[a-z_]+\d?$/.test(value)
  );
}

/** `--password SECRET    asks for it`, `--password     asks for it`: the columns of a help text; `--password. Then`. */
export function isHelp(match: RegExpExecArray, value: string): boolean {
  if (!/^[\p{L}\p{M}_-]+$/u.test(value)) return false;
  const end = match.index + match[0].length;
  const written = match[0].slice(0, match[0].length - value.length);
  if (/[ \t]{2}$|\.[ \t]$/.test(written)) return true;
  if (!/^[ \t]{2}/.test(match.input.slice(end, end + 2)) && !/^[A-Z][A-Z_-]{2,15}$/.test(value)) return false;
  const start = nameStart(match);
  // In a command it may be a password all the same.
  return /(?:^|[\r\n[]|\\n)[ \t]{0,24}(?:-[A-Za-z],? )?$/.test(
    match.input.slice(Math.max(0, start - 32), start),
  );
}
