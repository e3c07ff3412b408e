/**
 * The redaction engine: rules in, a function from text to text out.
 *
 * One scan finds all keywords; only rules whose keyword is there are tried, and the sticky ones only at the keyword.
 * What overlaps is resolved by length, then by rule, so that the order of rules cannot matter. The new text is built
 * in one go, and looked at again until nothing more is found: that makes redaction idempotent by construction.
 *
 * @module
 */
import { InvalidRuleError, RedactionBudgetError, RedactionUnstableError } from './errors.ts';
import { compileKeywords } from './keywords.ts';
import { type Match, resolveOverlaps } from './overlaps.ts';
import { entropyOf, type Rule } from './rules/rule.ts';
import { type Tagger, tagPattern } from './tag.ts';

export interface EngineSettings {
  readonly rules: readonly Rule[];
  readonly tagger: Tagger;
  /** Milliseconds one string may take. */
  readonly budgetMs: number;
  /** Milliseconds, from any origin. */
  readonly clock: () => number;
}

export interface Redacted {
  readonly text: string;
  /** The rule of every replacement, by id. Empty: the text is the very one that came in. */
  readonly rules: readonly string[];
}

export interface Engine {
  /**
   * Guarantees: `redact(redact(t).text).text === redact(t).text`; a tag is never looked into.
   *
   * @throws {RedactionBudgetError} when the string takes longer than the budget.
   * @throws {RedactionUnstableError} when no stable text is reached.
   */
  redact(text: string): Redacted;
  /** Tags a secret that something else than a pattern gave away, e.g. the JSON key it stood under. */
  tag(rule: string, secret: string): string;
  /** The text without its tags. */
  withoutTags(text: string): string;
}

/** Stands for a tag while patterns run: belongs to no class that a pattern names, and is no boundary either. */
const FILLER = '\ue000';
const MAX_PASSES = 8;
const ATTEMPTS_PER_CLOCK_READING = 256;

/** @throws {InvalidRuleError} for rules that share an id, or a pattern that is neither sticky nor global. */
export function createEngine(settings: EngineSettings): Engine {
  const { tagger, budgetMs, clock } = settings;
  const rules = [...settings.rules].sort((a, b) => (a.id < b.id ? -1 : a.id > b.id ? 1 : 0));
  checkRules(rules);
  const keywords = [...new Set(rules.flatMap((rule) => rule.keywords))].sort();
  const scan = compileKeywords(keywords);
  const rulesOf = keywords.map((keyword) =>
    rules.flatMap((rule, r) => (rule.keywords.includes(keyword) ? [r] : [])),
  );
  const always = rules.flatMap((rule, r) => (rule.keywords.length === 0 ? [r] : []));
  const tags = tagPattern(rules.map((rule) => rule.tag ?? rule.id));

  function redact(text: string): Redacted {
    const deadline = createDeadline(clock, budgetMs);
    const hits: string[] = [];
    let current = text;
    for (let pass = 0; pass < MAX_PASSES; pass += 1) {
      const matches = resolveOverlaps(find(current, deadline), rules);
      deadline.check();
      if (matches.length === 0) return { text: current, rules: hits };
      current = replace(current, matches, hits);
    }
    throw new RedactionUnstableError('Redaction of a string reached no stable text');
  }

  function find(text: string, deadline: Deadline): Match[] {
    const masked = text.includes('[REDACTED:')
      ? text.replace(tags, (found) => FILLER.repeat(found.length))
      : text;
    const matches: Match[] = [];
    const coveredTo = new Array<number>(rules.length).fill(0);
    const global = new Set<number>();

    const attempt = (r: number, rule: Rule, from: number): number => {
      deadline.tick();
      rule.pattern.lastIndex = from;
      const found = rule.pattern.exec(masked);
      if (found === null) return -1;
      const match = accept(rule, r, found);
      if (match !== undefined) matches.push(match);
      return Math.max(match?.end ?? found.index + 1, found.index + 1);
    };

    const digits = scan(masked, (keyword, start) => {
      for (const r of rulesOf[keyword] ?? []) {
        const rule = rules[r];
        if (rule === undefined) continue;
        if (rule.pattern.global) global.add(r);
        else if (start >= (coveredTo[r] ?? 0))
          coveredTo[r] = Math.max(coveredTo[r] ?? 0, attempt(r, rule, start));
      }
    });
    for (const r of [...global, ...always]) {
      const rule = rules[r];
      if (rule === undefined || digits < (rule.minDigits ?? 0)) continue;
      deadline.check();
      for (let from = 0; from >= 0 && from <= masked.length; ) from = attempt(r, rule, from);
    }
    return matches;
  }

  function replace(text: string, matches: readonly Match[], hits: string[]): string {
    let out = '';
    let from = 0;
    for (const { start, end, rule: r, secret } of matches) {
      const rule = rules[r];
      if (rule === undefined) continue;
      out += text.slice(from, start) + (rule.replacement ?? tagger(rule.tag ?? rule.id, secret));
      hits.push(rule.id);
      from = end;
    }
    return out + text.slice(from);
  }

  return { redact, tag: tagger, withoutTags: (text) => text.replace(tags, '') };
}

/** The match as a span, or nothing if the rule's own conditions or an earlier tag speak against it. */
function accept(rule: Rule, r: number, found: RegExpExecArray): Match | undefined {
  const group =
    rule.group ??
    Math.max(
      0,
      found.findIndex((part, i) => i > 0 && part !== undefined),
    );
  const part = found[group];
  const [start, partEnd] =
    group === 0 ? [found.index, found.index + found[0].length] : (found.indices?.[group] ?? [0, 0]);
  if (part === undefined || part === '') return undefined;
  if (rule.entropy !== undefined && entropyOf(part) < rule.entropy) return undefined;
  if (rule.check !== undefined && !rule.check(found, part)) return undefined;
  const end = endOfTag(
    found.input,
    part.length >= (rule.bound ?? Number.POSITIVE_INFINITY) ? endOfRun(found.input, partEnd) : partEnd,
  );
  const secret = found.input.slice(start, end);
  // Only tags and blanks: this has been dealt with.
  if (secret.includes(FILLER) && secret.replaceAll(FILLER, '').trim() === '') return undefined;
  return { start, end, rule: r, secret };
}

/** A pattern's bound may fall into a tag; half a tag must not be left standing. */
function endOfTag(text: string, from: number): number {
  let end = from;
  if (text[end - 1] === FILLER) while (text[end] === FILLER) end += 1;
  return end;
}

function endOfRun(text: string, from: number): number {
  const run = /[A-Za-z0-9+/=_~.-]*/y;
  run.lastIndex = from;
  return from + (run.exec(text)?.[0].length ?? 0);
}

interface Deadline {
  /** Reads the clock. */
  check(): void;
  /** Reads the clock now and then. */
  tick(): void;
}

function createDeadline(clock: () => number, budgetMs: number): Deadline {
  const end = clock() + budgetMs;
  let ticks = 0;
  const check = () => {
    if (clock() > end) {
      throw new RedactionBudgetError(`Redaction of a string took longer than ${budgetMs} ms`);
    }
  };
  return {
    check,
    tick() {
      ticks += 1;
      if (ticks % ATTEMPTS_PER_CLOCK_READING === 0) check();
    },
  };
}

function checkRules(rules: readonly Rule[]): void {
  rules.forEach((rule, i) => {
    if (rule.id === rules[i - 1]?.id) throw new InvalidRuleError(`Two redaction rules are called ${rule.id}`);
    if (!/^[a-z0-9]+(?:-[a-z0-9]+)*$/.test(rule.id)) {
      throw new InvalidRuleError(`The redaction rule ${JSON.stringify(rule.id)} needs a kebab-case id`);
    }
    if (rule.pattern.sticky === rule.pattern.global) {
      throw new InvalidRuleError(`The pattern of ${rule.id} must be either sticky or global`);
    }
    if (rule.pattern.sticky && rule.keywords.length === 0) {
      throw new InvalidRuleError(`The pattern of ${rule.id} is sticky, but it has no keyword to stick to`);
    }
  });
}
