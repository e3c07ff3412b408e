/**
 * What a team may say about redaction, as it was written.
 *
 * @module
 */
import type { PersonalKind } from './personal-kinds.ts';

/** Where a setting was written, as a person knows it: `.agentv/opik.yaml:7: redact_patterns`. */
interface Placed {
  readonly where: string;
}

/** A regular expression in RE2's language; `flags` are any of `i`, `m` and `s`. */
export interface PatternText {
  readonly pattern: string;
  readonly flags?: string | undefined;
}

export interface OwnPattern extends PatternText, Placed {
  /** Kebab-case; the word in the tag. */
  readonly id: string;
}

export interface OwnString extends Placed {
  readonly value: string;
  readonly ignoreCase: boolean;
}

export interface OwnName extends Placed {
  readonly name: string;
}

/** A value as a whole, or a pattern that a value has to match from beginning to end. */
export type OwnAllowance = Placed & ({ readonly value: string } | PatternText);

export interface OwnRuleSettings {
  readonly patterns: readonly OwnPattern[];
  readonly strings: readonly OwnString[];
  readonly keys: readonly OwnName[];
  readonly allow: readonly OwnAllowance[];
  /** Names of environment variables; a trailing `*` stands for any ending. */
  readonly env: readonly OwnName[];
  /** Kinds of personal data that are removed; undefined for all. */
  readonly personal: readonly PersonalKind[] | undefined;
}

export const NO_OWN_RULES: OwnRuleSettings = {
  patterns: [],
  strings: [],
  keys: [],
  allow: [],
  env: [],
  personal: undefined,
};
