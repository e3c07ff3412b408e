/**
 * Which names of JSON keys and variables announce a secret: those that everybody uses, and the team's own.
 *
 * @module
 */
import { escapeRegExp, type Rule } from './rules/rule.ts';
import { secretKind, wordsOf } from './secret-names.ts';
import { isSecretNumber, isSecretText } from './secret-values.ts';

export interface KeyNames {
  /** Whether what stands under this name may be a secret. */
  announces(name: string): boolean;
  /** Whether this text, a literal under this name, is one. */
  isSecret(name: string, text: string): boolean;
  /** Whether this number under this name is one. */
  isSecretNumber(name: string, value: number): boolean;
  /** The team's own names where they stand in text: `SHOP_CODE=…`, `shopCode: "…"`. */
  readonly rules: readonly Rule[];
}

/** The rule of a value under one of the team's own names. */
export const OWN_KEY = 'own-key';

export function createKeyNames(own: readonly string[]): KeyNames {
  const ownNames = new Set(own.map(normal).filter((name) => name !== ''));
  const isOwn = (name: string): boolean =>
    ownNames.size > 0 && name.length <= LONGEST_NAME && ownNames.has(normal(name));
  return {
    announces: (name) => isOwn(name) || secretKind(name) !== undefined,
    // Whatever it looks like, says the team.
    isSecret: (name, text) => (isOwn(name) ? text.trim() !== '' : isSecretText(name, text, 'quoted')),
    isSecretNumber: (name, value) => isOwn(name) || isSecretNumber(name, value),
    rules: ownNames.size === 0 ? [] : [ownKeyRule(own)],
  };
}

const LONGEST_NAME = 128;

/** `SHOP_CODE`, `shopCode` and `shop-code` are one name. */
function normal(name: string): string {
  const words = wordsOf(name).join('');
  // A name in another script has no words.
  return words === '' ? name.trim().toLowerCase() : words;
}

function ownKeyRule(names: readonly string[]): Rule {
  const alternatives = names
    .map((name) => {
      const words = wordsOf(name);
      return words.length === 0 ? escapeRegExp(name.trim()) : words.map(escapeRegExp).join('[-_. ]?');
    })
    .sort((a, b) => b.length - a.length || (a < b ? -1 : 1));
  return {
    id: OWN_KEY,
    description: 'A value under a name of your own (redact_keys)',
    tag: 'secret',
    anyValue: true,
    keywords: [],
    pattern: new RegExp(
      String.raw`(?<![A-Za-z0-9])(?:${alternatives.join('|')})(?![A-Za-z0-9_])\\{0,3}["'\x60]?\]?[ \t]{0,8}(?:=>|:=|={1,3}|:|%3D)[ \t]{0,8}(?:\\{0,3}"([^"\\\r\n]{1,4096})|\\{0,3}'([^'\\\r\n]{1,4096})|([^\s"'\\<>&;,)}\]]{1,4096}))`,
      'dgi',
    ),
    bound: 4096,
    examples: { match: [], noMatch: [] },
  };
}
