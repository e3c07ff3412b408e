/**
 * Who may claim a stretch of text, and what for: the built-in rules and the team's own, in one sorted list.
 *
 * @module
 */
import { InvalidRuleError } from './errors.ts';
import type { Finder } from './finder.ts';
import type { Claimant } from './overlaps.ts';
import { personalRuleIds } from './rules/index.ts';
import type { Rule } from './rules/rule.ts';

/** `secret`: credentials. `personal`: personal data and paths, which say who and where, but open nothing. */
export type ClaimKind = 'secret' | 'personal';

export interface Claim extends Claimant {
  readonly kind: ClaimKind;
  /** What to search with; nothing for an id of the team's own, whose finder searches. */
  readonly rule?: Rule | undefined;
}

/** The rule of a value that a JSON key gave away, which no pattern finds. */
export const NAMED_VALUE = 'named-value';

let personalIds: ReadonlySet<string> | undefined;

/** Whether the rule is about persons and places: the only ones that a team may switch off. */
export function isPersonal({ id, replacement }: Pick<Rule, 'id' | 'replacement'>): boolean {
  personalIds ??= new Set(personalRuleIds());
  return replacement !== undefined || personalIds.has(id);
}

/**
 * The list that matches point into, sorted so that neither the order of rules nor that of finders can matter.
 *
 * @throws {InvalidRuleError} for rules that share an id, or a pattern that is neither sticky nor global.
 */
export function claimsOf(rules: readonly Rule[], finders: readonly Finder[]): readonly Claim[] {
  const builtIn: Claim[] = rules.map((rule) => ({
    id: rule.id,
    tag: rule.tag,
    replacement: rule.replacement,
    kind: isPersonal(rule) ? 'personal' : 'secret',
    rule,
  }));
  builtIn.sort(byId);
  checkRules(builtIn);
  const own: Claim[] = [...new Set(finders.flatMap((finder) => finder.rules))].map((id) => ({
    id,
    kind: 'secret',
    own: true,
  }));
  own.sort(byId);
  for (const { id } of own) checkId(id);
  return [...builtIn, ...own, { id: NAMED_VALUE, tag: 'secret', kind: 'secret' }];
}

function byId(a: Claim, b: Claim): number {
  return a.id < b.id ? -1 : a.id > b.id ? 1 : 0;
}

function checkId(id: string): void {
  if (!/^[a-z0-9]+(?:-[a-z0-9]+)*$/.test(id)) {
    throw new InvalidRuleError(`The redaction rule ${JSON.stringify(id)} needs a kebab-case id`);
  }
}

function checkRules(claims: readonly Claim[]): void {
  claims.forEach(({ id, rule }, i) => {
    if (id === claims[i - 1]?.id) throw new InvalidRuleError(`Two redaction rules are called ${id}`);
    checkId(id);
    if (rule === undefined) return;
    if (rule.pattern.sticky === rule.pattern.global) {
      throw new InvalidRuleError(`The pattern of ${id} must be either sticky or global`);
    }
    if (rule.pattern.sticky && rule.keywords.length === 0) {
      throw new InvalidRuleError(`The pattern of ${id} is sticky, but it has no keyword to stick to`);
    }
  });
}
