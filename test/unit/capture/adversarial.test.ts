import { describe, expect, it } from 'vitest';
import type { Engine } from '../../../core/capture/engine.ts';
import { RedactionUnstableError } from '../../../core/capture/errors.ts';
import { builtInRules } from '../../../core/capture/rules/index.ts';
import { engineOf, readExample } from './support.ts';

const RULES = builtInRules();

const MIB = 1 << 20;
/** A hang guard: linear patterns need a small part of it. */
const LIMIT_MS = 5_000;

function millisecondsFor(engine: Engine, text: string): number {
  const input = text.repeat(Math.ceil(MIB / text.length)).slice(0, MIB);
  const before = performance.now();
  try {
    engine.redact(input);
  } catch (error) {
    // A chain of tokens without anything between them may be given up: that result goes without content.
    if (!(error instanceof RedactionUnstableError)) throw error;
  }
  return performance.now() - before;
}

describe('a mebibyte of what a rule looks for', () => {
  it.each(RULES.map((rule) => [rule.id, rule] as const))('does not hang %s', (_, rule) => {
    const alone = engineOf([rule]);
    const examples = rule.examples.match.slice(0, 2).map((marked) => readExample(marked).text);
    for (const text of [
      ...rule.keywords,
      ...examples.map((example) => example.slice(0, -1)),
      ...examples.map((example) => `${example} `),
    ]) {
      expect(millisecondsFor(alone, text), JSON.stringify(text.slice(0, 80))).toBeLessThan(LIMIT_MS);
    }
  });

  it.each([
    'a',
    '1',
    '"',
    '\\"',
    '[REDACTED:',
    '[REDACTED:email:00000000]',
    'password="',
    "key='`",
    '4111 ',
    'a@',
    '://u:',
    'eyJ-',
    'max_tokens=max_tokens=',
  ])('of %j does not hang all rules together', (text) => {
    expect(millisecondsFor(engineOf(), text)).toBeLessThan(LIMIT_MS);
  });
});
