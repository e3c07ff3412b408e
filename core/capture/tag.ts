/**
 * The tag that stands where a secret stood.
 *
 * @module
 */
/** Markers are tags for what could not be looked at; they carry no hash, for there is nothing to compare. */
export const TOO_DEEP = 'too-deep';
export const UNSCANNED = 'unscanned';

/** The hash of a tag made without a key. */
const NO_HASH = '00000000';

/** The same secret comes again and again: a hash costs more than all the rest. */
const REMEMBERED = 4096;
const LONGEST_REMEMBERED = 512;

/** Makes the tag for one secret found by one rule. */
export type Tagger = (rule: string, secret: string) => string;

/**
 * Guarantees: `[REDACTED:<rule>:<8 hex>]`, where the hex is HMAC-SHA256(key, rule NUL secret). The same secret found by
 * the same rule gives the same tag wherever the key is the same, so that people can see that two places held one
 * secret without learning it.
 *
 * Without a key the hex is always `00000000`: an unkeyed hash of a short password could be guessed by trying, so none
 * is written. Tags stay stable, but no longer tell secrets apart.
 */
export function createTagger(key: Uint8Array | undefined): Tagger {
  if (key === undefined) return (rule) => `[REDACTED:${rule}:${NO_HASH}]`;
  // Loaded for the first key: importing this module must cost nothing.
  const { createHmac } = process.getBuiltinModule('node:crypto');
  const made = new Map<string, string>();
  return (rule, secret) => {
    const name = `${rule}\0${secret}`;
    const known = made.get(name);
    if (known !== undefined) return known;
    const hash = createHmac('sha256', key).update(name).digest('hex').slice(0, 8);
    const tag = `[REDACTED:${rule}:${hash}]`;
    if (made.size >= REMEMBERED) made.clear();
    if (name.length <= LONGEST_REMEMBERED) made.set(name, tag);
    return tag;
  };
}

/** The marker for a subtree or a string that was left out unseen. */
export function marker(reason: typeof TOO_DEEP | typeof UNSCANNED): string {
  return `[REDACTED:${reason}:${NO_HASH}]`;
}

/** Finds tags in text, but only those that these rules write: an unknown word in a tag's clothes is plain text. */
export function tagPattern(rules: Iterable<string>): RegExp {
  const names = [...new Set([...rules, TOO_DEEP, UNSCANNED])].sort();
  return new RegExp(`\\[REDACTED:(?:${names.join('|')}):[0-9a-f]{8}\\]`, 'g');
}
