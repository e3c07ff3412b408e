/**
 * Decides whether a value under a secret's name is a secret, or a placeholder, a type, a reference in code, a count.
 *
 * @module
 */
import { isLabel } from './labels.ts';
import { isPlaceholder } from './placeholders.ts';
import { type SecretKind, secretKind } from './secret-names.ts';

/**
 * How the value stood there. `quoted`: in quotes, or a parsed JSON string, so it is a literal. `bare`: it may as well be
 * code or prose.
 */
export type ValueForm = 'quoted' | 'bare';

/** A type of TypeScript, Rust, Kotlin, Swift, Go: `&str`, `String?`, `[]byte`, `*string`. */
const TYPE_MARKS = /^(?:&(?:'[a-z]{1,16} )?(?:mut )?|\*|\[\])|[?!]$|\[\]$/g;
const TYPE_WORDS =
  /^(?:str|string|char|bytes?|int(?:8|16|32|64)?|uint(?:8|16|32|64)?|bool|boolean|float|double|number|any|object|nsstring)$/i;

/** Literals and type names of the languages that agents write. */
const CODE_WORDS = new Set(
  `true false null none nil undefined nan yes no on off string str text number int integer float boolean bool bytes any
  unknown object array list dict map void never optional required secretstr varchar char self this await new return
  function lambda async input output value values args kwargs options opts config settings request req response res env
  default empty example missing invalid expired incorrect wrong bearer basic token digest negotiate apikey oauth oauth2 jwt aws4-hmac-sha256
  password passwd passphrase pwd pw user username auth secret credentials pass raise continue break yield not is in gecos`.split(
    /\s+/,
  ),
);

/** Words that go on with a sentence rather than begin a value: “password: must be …”. */
const PROSE_WORDS = new Set(
  `a an the is are was must should may can cannot will would has have had to for from in on of at by with without and or
  not but if then when while use uses used using it its this that these those your my our their be been being do does
  enter please reset change changed length field policy`.split(/\s+/),
);

/** A reference such as `self.token`, `process.env.API_KEY`, `config::secret`. */
const REFERENCE = /^[A-Za-z_$][\w$]{0,40}(?:(?:\.|\?\.|::|->)[A-Za-z_$][\w$]{0,40}){1,8}$/;

/** A type of a module, digits and all: `crypto.Ed25519PrivateKey`. */
const TYPE = /^(?:[a-z_]{1,40}\.){1,4}[A-Z][a-z]{0,20}\d{1,5}(?:[A-Z][a-z]{1,20}){1,6}$/;

/** Where a secret lies, `/run/secrets/db-password`; without digits, for base64 may look like a path too. */
const PATH = /^(?:(?:~|\.{1,2})(?:\/[A-Za-z_.-]{1,40}){1,12}|(?:\/[A-Za-z_.-]{1,40}){2,12})$/;

const WALLET = /(?:mnemonic|(?:seed|recovery|backup|wallet)[_. -]?phrase)$/i;
const PHRASE = /^(?:[a-z]{3,8} ){11,23}[a-z]{3,8}$/;

/** Whether the text under this name is a secret. */
export function isSecretText(name: string, value: string, form: ValueForm): boolean {
  const kind = secretKind(name);
  if (kind === undefined) return false;
  // The shell's PWD is where one is, not how one gets in.
  if (/^(?:old)?pwd$/i.test(name) && /^(?:[/~]|[A-Za-z]:[\\/])/.test(value)) return false;
  // The mnemonic of an instruction is none of a wallet.
  if (WALLET.test(name)) return PHRASE.test(value.trim());
  return !isKnownInnocent(kind, name, value, form);
}

/** What was found innocent: code and transcripts say the same again and again. Secrets are never kept. */
const innocents = new Set<string>();
const MOST_INNOCENTS = 4_096;
const LONGEST_INNOCENT = 96;

function isKnownInnocent(kind: SecretKind, name: string, value: string, form: ValueForm): boolean {
  if (value.length > LONGEST_INNOCENT) return isInnocent(kind, name, value, form);
  const key = `${form} ${name}\n${value}`;
  if (innocents.has(key)) return true;
  if (!isInnocent(kind, name, value, form)) return false;
  if (innocents.size >= MOST_INNOCENTS) innocents.clear();
  innocents.add(key);
  return true;
}

/** Three lower-case words or more of which none belongs to a sentence or to code: `correct horse battery`. */
export function isPassphrase(text: string): boolean {
  if (!/^[a-z]{3,12}(?: [a-z]{3,12}){2,11}$/.test(text)) return false;
  return text.split(' ').every((word) => !PROSE_WORDS.has(word) && !CODE_WORDS.has(word));
}

/** A number under a secret's name: codes that people choose are, counts and limits are not. */
export function isSecretNumber(name: string, value: number): boolean {
  return secretKind(name) === 'password' && Number.isSafeInteger(value) && value >= 1000;
}

function isInnocent(kind: SecretKind, name: string, value: string, form: ValueForm): boolean {
  const text = value.trim().replace(/^(?:bearer|basic|token) +/i, '');
  if (text === '' || isPlaceholder(text)) return true;
  if (isTemplate(text) || text.length < 4) return true;
  // `password = db_password`, `token: "API_TOKEN"`: the name of a secret, not the secret.
  if (/^[A-Za-z_]+$/.test(text) && /_|[a-z][A-Z]/.test(text) && secretKind(text) !== undefined) return true;
  // `password: $password`, `"v1Token": "v1Token"`.
  if (/^\$[A-Za-z_]+$/.test(text) && secretKind(text.slice(1)) !== undefined) return true;
  if (kind === 'token' && text === name) return true;
  // `SECRET-KEY`; `invalid-refresh-token`, where people choose nothing.
  if (/^[A-Z]+(?:-[A-Z]+){1,4}$/.test(text) && secretKind(text) !== undefined) return true;
  if (
    kind === 'token' &&
    /^[a-z]+(?:-[a-z]+){1,4}$/.test(text) &&
    secretKind(text.split('-').slice(-2).join('-')) !== undefined
  )
    return true;
  // The fingerprint of a public key.
  if (/(?:gpg|pgp)[_. -]?key$/i.test(name) && /^(?:0x)?[0-9A-F]{8,40}$/.test(text)) return true;
  // The name of a header: `x-aws-ec2-metadata-token`, `X-Acme-Service-Token`.
  if (
    /^(?:[a-z]{1,16}(?:-[a-z0-9]{1,12}){2,6}|X(?:-[A-Z][a-z]{1,15}){2,6})$/.test(text) &&
    secretKind(text) !== undefined
  )
    return true;
  if (PATH.test(text) || isLabel(value.trim())) return true;
  const lower = text.toLowerCase();
  if (CODE_WORDS.has(lower)) return true;
  if (form === 'bare' && (PROSE_WORDS.has(lower) || TYPE.test(text) || isReference(text) || isTypeName(text)))
    return true;
  if (kind === 'password') return form === 'bare' && /^\d{1,3}$/.test(text);
  // Only how a token begins: `sk-ant-`.
  if (/^[a-z]{2,8}(?:[-_][a-z]{2,8}){0,2}[-_]$/.test(text)) return true;
  return isTooPlainForToken(text, form);
}

function isReference(text: string): boolean {
  return (
    REFERENCE.test(text) &&
    !/\d{3}/.test(text) &&
    // A token that joins a cluster of Kubernetes.
    !/^(?=\D{0,24}\d\D{0,24}\d)[a-z0-9]{6}\.[a-z0-9]{16}$/.test(text) &&
    // A name has one number: `abc1d2.x9y8z7` was made by a machine.
    !text.split(/[.:>]/).some((part) => (part.match(/\d+/g)?.length ?? 0) > 1)
  );
}

function isTypeName(text: string): boolean {
  return TYPE_WORDS.test(text.replace(TYPE_MARKS, ''));
}

/** Nothing but places to fill in: `%s:%s`, `{user}:{password}`, `OAuth %s`. */
function isTemplate(text: string): boolean {
  if (text.length > 256 || !/[%{]/.test(text)) return false;
  const rest = text.replace(/%(?:\(\w{1,40}\))?[sdrv]|\$?\{[^{}]{0,80}\}/g, '');
  return rest !== text && !/[A-Za-z0-9]/.test(rest.replace(/^oauth /i, ''));
}

/** Machines make tokens long and mixed: a word, a short number or a sentence is none. */
function isTooPlainForToken(text: string, form: ValueForm): boolean {
  if (text.length < 5 || /^[+-]?\d{1,9}(?:\.\d+)?[%a-z]{0,3}$/i.test(text)) return true;
  if (/^[~^=]?v?\d{1,4}(?:\.\d{1,4}){1,3}(?:[-+][\w.]{1,24})?$/i.test(text)) return true;
  if (/^[A-Za-z]?[a-z]{0,16}$/.test(text) || /^[A-Z]{1,12}$/.test(text)) return true;
  if (
    form === 'bare' &&
    /^(?:[A-Z]?[a-z]{2,15}|[A-Z]{2,5}|k)\d{0,2}(?:[A-Z][a-z]{1,15}){1,6}$|^[a-z]{2,15}(?:[A-Z][a-z]{2,15}){1,6}[A-Z]{2,5}$/.test(
      text,
    )
  )
    return true;
  // A grammar: `1*tchar`.
  if (form === 'bare' && /^\d?\*\d?[A-Za-z-]{2,24}$/.test(text)) return true;
  // A literal may be a secret that somebody chose: `"api_key": "not-a-shape"`.
  if (form === 'bare' && /^[a-z]+(?:[-_][a-z]+){1,5}$/.test(text) && text.length < 40) return true;
  return /^\S+(?: \S+){3,}$/.test(text.slice(0, 512)) && !/\S{24}/.test(text);
}
