/**
 * What a team adds to the built-in rules, as the engine sees it.
 *
 * @module
 */

/** A stretch of text that must not leave: `text.slice(start, end)`. */
export interface Finding {
  readonly start: number;
  readonly end: number;
  /** The rule's id, kebab-case; part of the tag and the key of the counts. */
  readonly rule: string;
}

/** Searches a text by other means than a {@link Rule}: exact strings, values of the environment, a team's patterns. */
export interface Finder {
  /** Every id that {@link Finder.find} may name. */
  readonly rules: readonly string[];
  /**
   * It looks for texts as they are (values of the environment, exact strings), never for a pattern. Only such a finder
   * takes part in the last check of what leaves: a pattern may well match our own ids and times.
   */
  readonly isExact?: boolean | undefined;
  /** Linear in the length of the text. The findings may overlap and come in any order. */
  find(text: string): Iterable<Finding>;
}

/** The team's own rules, compiled. */
export interface OwnRules {
  readonly finders: readonly Finder[];
  /** Names of keys and variables whose values are secrets, whatever they look like. */
  readonly keyNames: readonly string[];
  /** True for a text that is no secret although a built-in rule says so. Findings of `finders` are never asked about. */
  readonly allows: (secret: string) => boolean;
  /** Ids of built-in rules of personal data that are switched off. */
  readonly disabled: readonly string[];
}
