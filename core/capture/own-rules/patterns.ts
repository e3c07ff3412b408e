/**
 * A team's patterns, run by an engine whose time is linear in the length of the text whatever the pattern is. Loaded only
 * when there are patterns.
 *
 * @see https://swtch.com/~rsc/regexp/regexp1.html
 *
 * @module
 */
import { RE2JS, RE2JSException } from 're2js';
import { messageOf } from '../../errors.ts';
import type { Finder, Finding } from '../finder.ts';
import { InvalidOwnRuleError } from './errors.ts';
import type { OwnPattern, PatternText } from './settings.ts';

/** The part of a match that is the secret, if it is not all of it. */
const SECRET_GROUP = 'secret';
const FLAGS: Readonly<Record<string, number>> = {
  i: RE2JS.CASE_INSENSITIVE,
  m: RE2JS.MULTILINE,
  s: RE2JS.DOTALL,
};
/** What only a pattern that fits everything fits. */
const PROBES = ['', 'q7Zt0x9L', 'A1b2C3d4E5f6G7h8I9j0K1l2M3n4O5p6Q7r8S9t0'];

/**
 * One finder for each pattern. What is found is the group `(?P<secret>…)` where the pattern has one, else all that
 * matches.
 *
 * @throws {InvalidOwnRuleError} for a pattern that is none, or that matches the empty text.
 */
export function compilePattern({ id, where, ...text }: OwnPattern): Finder {
  const regexp = compile(text, where);
  if (regexp.matcher('').find()) {
    throw new InvalidOwnRuleError(`${where}: the pattern of ${id} matches the empty text`, {
      hint: 'Let it match at least one character: + instead of *.',
    });
  }
  const group = SECRET_GROUP in regexp.namedGroups() ? SECRET_GROUP : 0;
  return {
    rules: [id],
    *find(searched): Iterable<Finding> {
      const matcher = regexp.matcher(searched);
      while (matcher.find()) {
        const start = matcher.start(group);
        const end = matcher.end(group);
        if (end > start) yield { start, end, rule: id };
      }
    },
  };
}

/**
 * Whether a text as a whole fits the pattern.
 *
 * @throws {InvalidOwnRuleError} for a pattern that is none, or that fits every text.
 */
export function compileAllowance(text: PatternText, where: string): (secret: string) => boolean {
  const regexp = compile(text, where);
  if (PROBES.every((probe) => regexp.matches(probe))) {
    throw new InvalidOwnRuleError(`${where}: the pattern ${JSON.stringify(text.pattern)} allows everything`, {
      hint: 'Describe what is harmless, from its first character to its last.',
    });
  }
  return (secret) => regexp.matches(secret);
}

function compile({ pattern, flags = '' }: PatternText, where: string): RE2JS {
  try {
    return RE2JS.compile(
      pattern,
      [...flags].reduce((sum, flag) => sum | (FLAGS[flag] ?? 0), 0),
    );
  } catch (error) {
    if (!(error instanceof RE2JSException)) throw error;
    throw new InvalidOwnRuleError(
      `${where}: ${JSON.stringify(pattern)} is no pattern: ${messageOf(error).replace(/^error parsing regexp: /, '')}`,
      {
        hint: 'The language is that of RE2 (https://github.com/google/re2/wiki/Syntax): no back references, no lookaround.',
        cause: error,
      },
    );
  }
}
