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
import { endOfTag, FILLER, isDealtWith } from './accept.ts';
import { type Claim, claimsOf, isPersonal, NAMED_VALUE } from './claims.ts';
import { createDeadline, type Deadline } from './deadline.ts';
import { decodeRuns } from './encoded.ts';
import { InvalidFindingError, RedactionUnstableError } from './errors.ts';
import type { OwnRules } from './finder.ts';
import { createKeyNames, type KeyNames } from './key-names.ts';
import { SIGN } from './keywords.ts';
import type { Known } from './known.ts';
import { compileLastCheck } from './last-check.ts';
import { type Match, resolveOverlaps } from './overlaps.ts';
import { type Region, regionsAround } from './regions.ts';
import type { Rule } from './rules/rule.ts';
import { compileSearch, type Search } from './search.ts';
import { type Tagger, tagPattern } from './tag.ts';
import {
  compose,
  escapesIn,
  hasMarkedKey,
  hasUnseen,
  inText,
  seen,
  unescaped,
  type View,
  withoutChangeMarks,
} from './views.ts';

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
  const indexOf = new Map(claims.map(({ id }, i) => [id, i] as const).reverse());
  const ownIndexOf = new Map(claims.flatMap(({ id, own }, i) => (own === true ? [[id, i] as const] : [])));
  const tags = tagPattern([...OTHER_WORDS, ...claims.map((claim) => claim.tag ?? claim.id)]);
  const searchAll = compileSearch(claims, () => true);
  // Numbers are not looked for in what has been decoded: they would be found in everything.
  const searchEncoded = lazily(() => compileSearch(claims, (_, rule) => rule.keywords.length > 0));

  const mask = (text: string): string =>
    text.includes('[REDACTED:') ? text.replace(tags, (found) => FILLER.repeat(found.length)) : text;

  function redact(text: string, watch?: Watch): Redacted {
    const deadline = createDeadline(clock, budgetMs);
    const hits: string[] = [];
    let current = text;
    let regions: readonly Region[] | undefined;
    for (let pass = 0; pass < MAX_PASSES; pass += 1) {
      const matches = findIn(mask(current), deadline, watch?.known ?? [], regions);
      deadline.check();
      if (matches.length === 0) return { text: current, rules: hits };
      // What was hidden elsewhere has been found: only beside a replacement may more come to light.
      const replaced: Region[] = [];
      current = replace(current, matches, hits, replaced, watch);
      regions = regionsAround(current, replaced);
    }
    throw new RedactionUnstableError('Redaction of a string reached no stable text');
  }

  /** What is claimed in the text; what is hidden in it is looked for in `regions` only, by default everywhere. */
  function findIn(
    text: string,
    deadline: Deadline,
    known: readonly Known[],
    regions?: readonly Region[],
  ): readonly Match[] {
    const matches: Match[] = [];
    const signs = searchAll(text, deadline, matches);
    findOwn(text, matches);
    for (const each of known) findKnown(text, each, matches);

    const mayHide = (signs & (SIGN.escape | SIGN.beyondAscii)) !== 0 || text.includes('[REDACTED:');
    if (mayHide && hasUnseen(text)) inView(seen(text), searchAll, 0, 1);
    if (hasMarkedKey(text)) inView(withoutChangeMarks(text), searchEncoded(), 0, 1);
    const hasEscapes = (signs & (SIGN.percent | SIGN.backslash | SIGN.ampersand)) !== 0;
    for (const region of regions ?? [{ start: 0, end: text.length }]) {
      const part = partOf(text, region);
      if (hasEscapes) searchEscaped(part, region.start);
      decodeRuns(part, ({ start, end, text: decoded }) => {
        deadline.tick();
        const winner = winnerIn(mask(decoded), deadline);
        if (winner === undefined) return;
        const at = { start: region.start + start, end: endOfTag(text, region.start + end) };
        matches.push({ ...winner, ...at, layer: 4 });
      });
    }
    if (matches.length === 0) return matches;
    return resolveOverlaps(matches.filter(isMeant), claims);

    function searchEscaped(part: string, offset: number): void {
      for (const region of regionsAround(part, escapesIn(part))) {
        const view = unescaped(partOf(part, region));
        inView(view, searchEncoded(), offset + region.start, 2);
        if (hasUnseen(view.text)) {
          inView(compose(view, seen(view.text)), searchEncoded(), offset + region.start, 3);
        }
      }
    }

    function inView(view: View, search: Search, offset: number, layer: number): void {
      const found: Match[] = [];
      search(view.text, deadline, found);
      findOwn(view.text, found);
      for (const match of found) matches.push(inText(view, match, offset, layer));
    }
  }

  /** The secret, or else the personal data, that an encoded text is replaced for. */
  function winnerIn(text: string, deadline: Deadline): Match | undefined {
    const found: Match[] = [];
    searchEncoded()(text, deadline, found);
    findOwn(text, found);
    const resolved = resolveOverlaps(found.filter(isMeant), claims);
    const rank = ({ rule, start, end }: Match): number =>
      (claims[rule]?.kind === 'secret' ? 1 << 30 : 0) + (end - start);
    return resolved.reduce<Match | undefined>(
      (best, each) => (best === undefined || rank(each) > rank(best) ? each : best),
      undefined,
    );
  }

  function isMeant({ rule, secret }: Match): boolean {
    return claims[rule]?.own === true || !allows(secret);
  }

  function findOwn(text: string, matches: Match[]): void {
    for (const finder of finders) {
      for (const { start, end: to, rule: id } of finder.find(text)) {
        const rule = ownIndexOf.get(id);
        if (rule === undefined || !(start >= 0 && start < to && to <= text.length)) {
          throw new InvalidFindingError('A redaction rule of your own named a stretch of text that is none');
        }
        const end = endOfTag(text, to);
        const secret = text.slice(start, end);
        if (!isDealtWith(secret)) matches.push({ start, end, rule, secret });
      }
    }
  }

  function findKnown(text: string, known: Known, matches: Match[]): void {
    const rule = indexOf.get(known.rule) ?? indexOf.get(NAMED_VALUE);
    if (rule === undefined) return;
    for (let at = text.indexOf(known.text); at >= 0; at = text.indexOf(known.text, at + 1)) {
      matches.push({ start: at, end: at + known.text.length, rule, secret: known.secret });
    }
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

function partOf(text: string, { start, end }: Region): string {
  return start === 0 && end === text.length ? text : text.slice(start, end);
}

function lazily<T extends object>(make: () => T): () => T {
  let made: T | undefined;
  return () => {
    made ??= make();
    return made;
  };
}
