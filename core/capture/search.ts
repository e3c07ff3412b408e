/**
 * Searches one text, as it stands, with many rules: one scan finds all keywords, and each rule is tried only where the
 * scan says it may be.
 *
 * @module
 */
import { accept } from './accept.ts';
import type { Claim } from './claims.ts';
import type { Deadline } from './deadline.ts';
import { type Followers, followersOf, type MayMatch, mayMatchOf } from './hints.ts';
import type { Match } from './overlaps.ts';
import type { Region } from './regions.ts';
import { nameAround } from './rules/named-values.ts';
import type { Rule } from './rules/rule.ts';
import { DIGIT_GAP, NUMBER } from './scan/numbers.ts';
import { compileScan, type Listener } from './scan/scan.ts';
import { secretKind } from './secret-names.ts';
import { windowAround } from './windows.ts';

/** What the scan says of the text besides. */
export interface Seen {
  readonly isAscii: boolean;
  /** Where an escape may begin, a quote be quoted, or two halves meet, in the order of the text. */
  readonly marks: readonly number[];
  /** What may be encoded, in the order of the text. */
  readonly runs: readonly Region[];
}

/** Adds what the rules claim in `text` to `matches`. */
export type Search = (text: string, deadline: Deadline, matches: Match[]) => Seen;

interface Compiled {
  readonly r: number;
  readonly rule: Rule;
  readonly pattern: RegExp;
  readonly mayMatch: MayMatch | undefined;
  /** Bits of {@link NUMBER}; all of them: any number will do. */
  readonly shapes: number;
  readonly minDigits: number;
}

/**
 * Compiles the claims that `uses` picks; matches point into `claims`. A search is not to be called by what it calls.
 *
 * @throws {InvalidRuleError} for a keyword that the scan cannot take.
 */
export function compileSearch(claims: readonly Claim[], uses: (claim: Claim, rule: Rule) => boolean): Search {
  const used: Compiled[] = claims.flatMap((claim, r) =>
    claim.rule !== undefined && uses(claim, claim.rule) ? [compile(claim.rule, r)] : [],
  );
  const ofKeyword = new Map<string, Compiled[]>();
  for (const compiled of used) {
    for (const keyword of compiled.rule.keywords) {
      const others = ofKeyword.get(keyword);
      if (others === undefined) ofKeyword.set(keyword, [compiled]);
      else others.push(compiled);
    }
  }
  const groupOf = createGroups();
  const byKeyword = [...ofKeyword.values()].map(groupOf);
  const withoutKeyword = used.filter(({ rule }) => rule.keywords.length === 0);
  const forNumbers = withoutKeyword.filter(({ rule }) => rule.minDigits !== undefined);
  const forAll = withoutKeyword.filter(({ rule }) => rule.minDigits === undefined);

  const askedShapes = forNumbers.reduce((all, { shapes }) => all | shapes, 0);
  const scan = compileScan([...ofKeyword.keys()], askedShapes);

  const coveredTo = new Int32Array(claims.length);
  const wholeText = new Set<Compiled>();
  let text = '';
  let deadline: Deadline = { check: () => undefined, tick: () => undefined };
  let matches: Match[] = [];
  let namedAt = -1;
  let announces = false;
  let marks: number[] = [];
  let runs: Region[] = [];
  const listener: Listener = {
    keyword: onKeyword,
    digits: onDigits,
    mark: (at) => marks.push(at),
    run: (start, end) => runs.push({ start, end }),
  };

  /** Tries the pattern at, or from, `from`; where to go on, or -1. */
  function attempt({ r, rule, pattern }: Compiled, within: string, offset: number, from: number): number {
    deadline.tick();
    pattern.lastIndex = from;
    const found = pattern.exec(within);
    if (found === null) return -1;
    const match = accept(rule, r, found);
    if (match === undefined) return found.index + 1;
    matches.push(offset === 0 ? match : { ...match, start: match.start + offset, end: match.end + offset });
    return Math.max(match.end, found.index + 1);
  }

  function searchAll(compiled: Compiled, start: number, end: number): void {
    const within = start === 0 && end === text.length ? text : text.slice(start, end);
    for (let from = 0; from >= 0 && from <= within.length; ) from = attempt(compiled, within, start, from);
  }

  /** Whether the name around this position announces a secret; several rules ask about the same. */
  function isInSecretName(at: number): boolean {
    if (namedAt !== at) {
      namedAt = at;
      announces = secretKind(nameAround({ input: text, index: at })) !== undefined;
    }
    return announces;
  }

  function onKeyword(keyword: number, start: number): void {
    const group = byKeyword[keyword];
    if (group === undefined) return;
    for (const compiled of group.others) {
      if (compiled.mayMatch === undefined || compiled.mayMatch(text, start)) tryAt(compiled, start);
    }
    if (group.followers !== undefined) {
      for (const compiled of group.followers(text, start)) tryAt(compiled, start);
    }
  }

  function tryAt(compiled: Compiled, start: number): void {
    const { r, rule, pattern } = compiled;
    if (start < (coveredTo[r] ?? 0)) return;
    if (rule.named === true && !isInSecretName(start)) return;
    if (rule.needs !== undefined && !text.includes(rule.needs)) {
      coveredTo[r] = text.length;
    } else if (pattern.sticky) {
      coveredTo[r] = attempt(compiled, text, 0, start);
    } else if (rule.reach === undefined) {
      wholeText.add(compiled);
      coveredTo[r] = text.length;
    } else {
      const window = windowAround(text, start, rule.reach);
      searchAll(compiled, window.start, window.end);
      coveredTo[r] = window.covers;
    }
  }

  function onDigits(start: number, end: number, digits: number, shapes: number): void {
    for (const compiled of forNumbers) {
      if (digits < compiled.minDigits || (shapes & compiled.shapes) === 0) continue;
      // The margin ends before the next number: half of one might look like something else.
      searchAll(compiled, Math.max(0, start - DIGIT_GAP), Math.min(text.length, end + DIGIT_GAP));
    }
  }

  return (searched, until, found) => {
    text = searched;
    deadline = until;
    matches = found;
    coveredTo.fill(0);
    namedAt = -1;
    wholeText.clear();
    marks = [];
    runs = [];
    const isAscii = scan(text, listener);
    for (const compiled of wholeText) searchAll(compiled, 0, text.length);
    for (const compiled of forAll) searchAll(compiled, 0, text.length);
    return { isAscii, marks, runs };
  };
}

/** The rules of one keyword. */
interface Group {
  /** Those that say what follows the name. */
  readonly followers: Followers<Compiled> | undefined;
  readonly others: readonly Compiled[];
}

/** Most keywords of names have the same followers, whose tables take their time. */
function createGroups(): (all: readonly Compiled[]) => Group {
  const made = new Map<string, Followers<Compiled>>();
  return (all) => {
    const following = all.filter(({ rule }) => rule.follows !== undefined && rule.pattern.sticky);
    if (following.length === 0) return { followers: undefined, others: all };
    const key = following.map(({ r }) => r).join();
    const followers = made.get(key) ?? followersOf(following);
    made.set(key, followers);
    return { followers, others: all.filter((compiled) => !following.includes(compiled)) };
  };
}

function compile(rule: Rule, r: number): Compiled {
  return {
    r,
    rule,
    pattern: new RegExp(rule.pattern.source, rule.pattern.flags.replace('d', '')),
    mayMatch: mayMatchOf(rule),
    shapes: rule.number === undefined ? -1 : NUMBER[rule.number],
    minDigits: rule.minDigits ?? 0,
  };
}
