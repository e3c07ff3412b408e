/**
 * Everything that is claimed in one text: as it stands, as it reads, with its escapes undone, and in what is encoded in
 * it.
 *
 * @module
 */
import { endOfTag, isDealtWith } from './accept.ts';
import { type Claim, NAMED_VALUE } from './claims.ts';
import type { Deadline } from './deadline.ts';
import { decodeRuns } from './encoded.ts';
import { InvalidFindingError } from './errors.ts';
import type { Finder } from './finder.ts';
import { joined, jointsAt } from './joints.ts';
import type { Known } from './known.ts';
import { type Match, resolveOverlaps } from './overlaps.ts';
import { isBlank, isBlankOrQuote, type Region, regionsAround, touching, within } from './regions.ts';
import { compileSearch, type Search } from './search.ts';
import {
  compose,
  ESC,
  escapesAt,
  hasDoubledQuotes,
  hasMark,
  hasMarkedKey,
  hasUnseen,
  inText,
  seen,
  unescaped,
  type View,
  withoutChangeMarks,
  withoutDoubledQuotes,
} from './views.ts';

export interface FindSettings {
  readonly claims: readonly Claim[];
  readonly finders: readonly Finder[];
  /** Whether the team says that this is no secret. */
  readonly allows: (secret: string) => boolean;
  /** The text with every tag as filler. */
  readonly mask: (text: string) => string;
}

/**
 * The spans to replace in a text whose tags are masked, in order, none overlapping. What is hidden in it is looked for
 * in `regions` only, by default everywhere. Throws what the deadline and the finders throw.
 */
export type Find = (
  text: string,
  deadline: Deadline,
  known: readonly Known[],
  regions?: readonly Region[],
) => readonly Match[];

/** @throws {InvalidRuleError} for a keyword that the scan cannot take. */
export function compileFind({ claims, finders, allows, mask }: FindSettings): Find {
  const indexOf = new Map(claims.map(({ id }, i) => [id, i] as const).reverse());
  const ownIndexOf = new Map(claims.flatMap(({ id, own }, i) => (own === true ? [[id, i] as const] : [])));
  const searchAll = compileSearch(claims, () => true);
  // Numbers are not looked for in what has been decoded: they would be found in everything.
  const searchEncoded = lazily(() => compileSearch(claims, (_, rule) => rule.keywords.length > 0));

  function findIn(
    text: string,
    deadline: Deadline,
    known: readonly Known[],
    regions?: readonly Region[],
  ): readonly Match[] {
    const matches: Match[] = [];
    const { isAscii, marks, runs } = searchAll(text, deadline, matches);
    findOwn(text, deadline, matches);
    for (const each of known) findKnown(text, each, matches);

    const mayHide = !isAscii || hasMark(text, marks, ESC) || text.includes('[REDACTED:');
    if (mayHide && hasUnseen(text)) inView(seen(text), searchAll, 0, 1);
    if (hasMarkedKey(text)) inView(withoutChangeMarks(text), searchEncoded(), 0, 1);
    if (hasDoubledQuotes(text, marks)) inView(withoutDoubledQuotes(text), searchEncoded(), 0, 2);
    const escapes = escapesAt(text, marks);
    searchEscaped(regions === undefined ? escapes : within(regions, escapes));
    const joints = jointsAt(text, marks);
    for (const region of regionsAround(text, regions === undefined ? joints : within(regions, joints))) {
      inView(joined(partOf(text, region)), searchEncoded(), region.start, 2);
    }
    const near = regions === undefined ? runs : touching(regions, runs);
    decodeRuns(text, near, ({ start, end, text: decoded }) => {
      deadline.tick();
      const winner = winnerIn(mask(decoded), deadline);
      if (winner !== undefined) matches.push({ ...winner, start, end: endOfTag(text, end), layer: 4 });
    });
    if (matches.length === 0) return matches;
    return resolveOverlaps(matches.filter(isMeant), claims);

    function searchEscaped(escapes: readonly Region[]): void {
      if (escapes.length === 0) return;
      const isPercent = escapes.every(({ start }) => text.charAt(start) === '%');
      for (const region of regionsAround(text, escapes, isPercent ? isBlankOrQuote : isBlank)) {
        const view = unescaped(partOf(text, region));
        inView(view, searchEncoded(), region.start, 2);
        if (hasUnseen(view.text)) inView(compose(view, seen(view.text)), searchEncoded(), region.start, 3);
      }
    }

    function inView(view: View, search: Search, offset: number, layer: number): void {
      const found: Match[] = [];
      search(view.text, deadline, found);
      findOwn(view.text, deadline, found);
      for (const match of found) matches.push(inText(view, match, offset, layer));
    }
  }

  /** The secret, or else the personal data, that an encoded text is replaced for. */
  function winnerIn(text: string, deadline: Deadline): Match | undefined {
    const found: Match[] = [];
    searchEncoded()(text, deadline, found);
    findOwn(text, deadline, found);
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

  function findOwn(text: string, deadline: Deadline, matches: Match[]): void {
    for (const finder of finders) {
      for (const { start, end: to, rule: id } of finder.find(text)) {
        deadline.tick();
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

  return findIn;
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
