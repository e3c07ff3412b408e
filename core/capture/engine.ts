/**
 * The redaction engine: rules in, a function from text to text out.
 *
 * A text is searched as it stands, as it reads (without what cannot be seen), with its escapes undone, and what is
 * encoded in it decoded once. What overlaps is resolved by length, then by rule, so that the order of rules cannot
 * matter. The new text is built in one go, and looked at again until nothing more is found: that makes redaction
 * idempotent by construction.
 *
 * @module
 */
import { FILLER } from './accept.ts';
import { type Claim, claimsOf, isPersonal } from './claims.ts';
import { createDeadline } from './deadline.ts';
import { RedactionUnstableError } from './errors.ts';
import { compileFind } from './find.ts';
import type { OwnRules } from './finder.ts';
import { createKeyNames, type KeyNames } from './key-names.ts';
import type { Known } from './known.ts';
import { compileLastCheck } from './last-check.ts';
import type { Match } from './overlaps.ts';
import { isBlankOrQuote, type Region, regionsAround } from './regions.ts';
import type { Rule } from './rules/rule.ts';
import { type Tagger, tagPattern } from './tag.ts';

export interface EngineSettings {
  readonly rules: readonly Rule[];
  readonly tagger: Tagger;
  /** Milliseconds one string may take. */
  readonly budgetMs: number;
  /** Milliseconds, from any origin. */
  readonly clock: () => number;
  /** What the team adds. */
  readonly own?: OwnRules | undefined;
}

export interface Redacted {
  readonly text: string;
  /** The rule of every replacement, by id. Empty: the text is the very one that came in. */
  readonly rules: readonly string[];
}

/** What is known of the whole that a text is part of. */
export interface Watch {
  /** Told of every secret (not of personal data) that is replaced. */
  readonly found?: ((rule: string, secret: string) => void) | undefined;
  /** Replaced wherever it stands. */
  readonly known?: readonly Known[] | undefined;
}

/** A span that is replaced, and by what. */
export interface Replacement {
  readonly start: number;
  readonly end: number;
  readonly rule: string;
  readonly secret: string;
  readonly isSecret: boolean;
  readonly by: string;
}

export interface Engine {
  /**
   * Guarantees: `redact(redact(t).text).text === redact(t).text`; a tag is never looked into.
   *
   * @throws {RedactionBudgetError} when the string takes longer than the budget.
   * @throws {RedactionUnstableError} when no stable text is reached.
   * @throws {InvalidFindingError} when a finder of the team's own names a span that is none.
   */
  redact(text: string, watch?: Watch): Redacted;
  /** What one pass over the text would replace. Throws as `redact` does. */
  find(text: string): readonly Replacement[];
  /** The last check of a serialised text that has been redacted. @see last-check.ts */
  leaks(serialised: string): boolean;
  /** Which names of keys announce a secret. */
  readonly keys: KeyNames;
  /** Tags a secret that something else than a pattern gave away, e.g. the JSON key it stood under. */
  tag(rule: string, secret: string): string;
  /** Whether the team says that this is no secret. */
  allows(secret: string): boolean;
  /** The text without its tags. */
  withoutTags(text: string): string;
  /** The text with every tag as filler, which no pattern matches. */
  masked(text: string): string;
}

const MAX_PASSES = 8;
const REMEMBERED = 8192;
const LONGEST_REMEMBERED = 32;
/** The words in tags of secrets that no pattern found. */
const OTHER_WORDS = ['secret'];

/** @throws {InvalidRuleError} for rules that share an id, or a pattern that is neither sticky nor global. */
export function createEngine(settings: EngineSettings): Engine {
  const { tagger, budgetMs, clock } = settings;
  const finders = settings.own?.finders ?? [];
  const allows = settings.own?.allows ?? (() => false);
  const keys = createKeyNames(settings.own?.keyNames ?? []);
  const disabled = new Set(settings.own?.disabled ?? []);
  const rules = settings.rules.filter((rule) => !(disabled.has(rule.id) && isPersonal(rule)));
  const claims = claimsOf([...rules, ...keys.rules], finders);
  const tags = tagPattern([...OTHER_WORDS, ...claims.map((claim) => claim.tag ?? claim.id)]);

  const mask = (text: string): string =>
    text.includes('[REDACTED:') ? text.replace(tags, (found) => FILLER.repeat(found.length)) : text;

  const findIn = compileFind({ claims, finders, allows, mask });

  // Keys, roles and chunks of a stream come again and again.
  const clean = new Set<string>();

  function redact(text: string, watch?: Watch): Redacted {
    const isShort = text.length <= LONGEST_REMEMBERED && watch?.known === undefined;
    if (isShort && clean.has(text)) return { text, rules: [] };
    const deadline = createDeadline(clock, budgetMs);
    const hits: string[] = [];
    let current = text;
    let regions: readonly Region[] | undefined;
    for (let pass = 0; pass < MAX_PASSES; pass += 1) {
      const matches = findIn(mask(current), deadline, watch?.known ?? [], regions);
      deadline.check();
      if (matches.length === 0) {
        if (isShort && pass === 0) remember(text);
        return { text: current, rules: hits };
      }
      // What was hidden elsewhere has been found: only beside a replacement may more come to light.
      const replaced: Region[] = [];
      current = replace(current, matches, hits, replaced, watch);
      regions = regionsAround(current, replaced, isBlankOrQuote);
    }
    throw new RedactionUnstableError('Redaction of a string reached no stable text');
  }

  function remember(text: string): void {
    if (clean.size >= REMEMBERED) clean.clear();
    clean.add(text);
  }

  const written = ({ rule, secret }: Match, claim: Claim): string =>
    claim.replacement ?? tagger(claims[rule]?.tag ?? claim.id, secret);

  function replace(
    text: string,
    matches: readonly Match[],
    hits: string[],
    replaced: Region[],
    watch: Watch | undefined,
  ): string {
    let out = '';
    let from = 0;
    for (const match of matches) {
      const claim = claims[match.rule];
      if (claim === undefined) continue;
      out += text.slice(from, match.start);
      const start = out.length;
      out += written(match, claim);
      replaced.push({ start, end: out.length });
      hits.push(claim.id);
      if (claim.kind === 'secret') watch?.found?.(claim.id, match.secret);
      from = match.end;
    }
    return out + text.slice(from);
  }

  return {
    redact,
    find(text) {
      const deadline = createDeadline(clock, budgetMs);
      return findIn(mask(text), deadline, []).flatMap((match) => {
        const claim = claims[match.rule];
        if (claim === undefined) return [];
        const { start, end, secret } = match;
        const isSecret = claim.kind === 'secret';
        return [{ start, end, rule: claim.id, secret, isSecret, by: written(match, claim) }];
      });
    },
    leaks: compileLastCheck({ claims, finders, allows, mask, clock, budgetMs }),
    keys,
    tag: tagger,
    allows,
    withoutTags: (text) => (text.includes('[REDACTED:') ? text.replace(tags, '') : text),
    masked: mask,
  };
}
