/**
 * Knows what stands where a secret belongs: stand-ins that a template, a reader or a shell replaces, the addresses of
 * stores that hold the secret, hashes of modules.
 *
 * @module
 */

/** So peculiar that no secret is written like it, wherever it stands. */
const STAND_INS: readonly RegExp[] = [
  /^%[A-Z_][A-Z0-9_]*%$/,
  /^your[a-z]{2,40}here$/i,
  /^YOUR_(?:[A-Z0-9]{1,24}_){0,8}HERE$/i,
  /^(?:[A-Za-z]{2,8}[-_]){0,3}x{6,256}$/i,
  /^[a-z]{2,16}(?:[-_][a-z]{2,16}){0,4}[-_]placeholder$/i,
  // Where a secret is kept: 1Password, AWS, Google Cloud, Vault, a file, a variable.
  /^op:\/\/[^\s/]{1,64}(?:\/[^\s/]{1,64}){1,3}$/,
  /^arn:aws[a-z-]{0,12}:[a-z-]{2,32}:/,
  /^projects\/[\w.-]{1,64}\/secrets\/[\w.-]{1,255}(?:\/versions\/\w{1,16})?$/,
  /^(?:vault|secret|secrets|ssm|awssm|gcpsm|keyvault|aws-secretsmanager):(?:\/\/)?[A-Za-z_.-]{0,32}(?:\/[A-Za-z0-9_.-]{1,40}){1,8}(?:#[A-Za-z_.-][A-Za-z0-9_.-]{0,64})?$/,
  /^file:(?:\/\/)?(?:\/[A-Za-z0-9_.-]{1,40}){1,12}$/,
  /^env:(?:\/\/)?[A-Z_][A-Z0-9_]{0,64}$/,
  /^(?:\/var)?\/run\/secrets(?:\/[\w.-]{1,64}){1,8}$/,
];

const PLACEHOLDERS: readonly RegExp[] = [
  /^\$\{[^}]*\}$/,
  /^\$\{\{.*\}\}$/,
  /^\{\{.*\}\}$/,
  /^\$\([^)]*\)$/,
  /^\$(?:env:)?[A-Z_][A-Z0-9_]*$/,
  /^<[^<>]*>$/,
  /^\[[^[\]]*\]$/,
  /^\{[A-Za-z_][\w.]*\}$/,
  /^[*•.·_xX?#-]+$/,
  /^(?:your|my|the|some|insert|enter|put|example|dummy)[-_ ](?:[a-z]+[-_ ]){0,4}(?:key|token|secret|password|credentials?)(?:[-_ ]?here)?$/i,
  /^(?:redacted|removed|masked|hidden|omitted|censored|filtered|sensitive|placeholder|todo|tbd|changeit|n\/a)$/i,
  /^(?:change|replace|update|fill)[-_ ]?(?:me|this|it)(?:[-_ ].{0,40})?$/i,
  /^\([A-Za-z ]{1,40}\)$/,
  /^@[A-Za-z_]+@$/,
  /^%[sdv]$/,
  /x{6}|(?:\.{3}|…)$/i,
  // What a template or a shell fills in.
  /^\$\{/,
  // A constant's name, an elided regular expression, an address without a login.
  /^_?[A-Z]{2,}(?:_[A-Z]{2,}){1,8}$/,
  /^(?:\/\^|\(\?|\[\^)/,
  // A colour; what stands after a quote that closes, in code that puts text together.
  /^#[0-9a-f]{3,8}$/i,
  /^[+,)](?: |$)|^\+[A-Za-z_][\w.]{0,60}\)$|^\/\/ /,
  /^-?0x[0-9a-f]{1,8}$/i,
  /^https?:\/\/[^\s@]*$/i,
  // A file that holds one; a version; stars behind a sign.
  /^(?:[A-Za-z_-]{1,40}\/){1,8}[A-Za-z_-]{1,40}\.(?:json|pem|key|crt|p12|pfx|jks|ya?ml|txt|env)$/,
  /^[~^]?\d{1,4}\.\d{1,4}\.\d{1,4}$/,
  /^:?\*{2,}$/,
  // The rest of a regular expression; a comment; a variable of a package, or between two strings.
  /^\.[*+]\??[|/#,@]/,
  /^\/\*[^*]{0,80}\*\/$/,
  /^\$\w{1,40}::\w/,
  /^\. [\w:$>-]{1,60} \.$/,
  /^(?:path|your|my)\/to\/[\w./-]{1,128}$|^(?:[\w.-]{1,40}\/){1,8}id_(?:rsa|dsa|ecdsa|ed25519)$/,
  // A tag of YAML: `!Ref DbPassword`.
  /^!(?:Ref|Sub|GetAtt|ImportValue|Join|Select|Split|FindInMap|If|Base64|Transform|vault|secret|env_var|include|reference)$/,
  // What somebody took out; code that puts text together.
  /\*{2}[A-Za-z ]{3,16}\*{2}/,
  /^["'\x60]? ?\+ ?[A-Za-z_][\w.]{0,60}\([\w., "'\x60]{0,80}\)/,
];

const LONGEST = 256;

/** Whether this cannot be the secret, whatever name it stands under: `YOUR_API_KEY_HERE`, `arn:aws:secretsmanager:…`. */
export function isStandIn(text: string): boolean {
  return text.length <= LONGEST && STAND_INS.some((pattern) => pattern.test(text));
}

/** Whether it takes the place of a secret where a secret's name announces one. */
export function isPlaceholder(text: string): boolean {
  return text.length <= LONGEST && (isStandIn(text) || PLACEHOLDERS.some((pattern) => pattern.test(text)));
}

/** Whether at `start` of the text stands the hash of a module of Go, behind its version: `v1.2.3/go.mod h1:…`. */
export function isModuleHash(text: string, start: number): boolean {
  return (
    text.startsWith(' h1:', start - 4) &&
    /v\d[\w.+-]{2,60}(?:\/go\.mod)?$/.test(text.slice(Math.max(0, start - 68), start - 4))
  );
}
