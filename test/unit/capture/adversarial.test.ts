import { describe, expect, it } from 'vitest';
import type { Engine } from '../../../core/capture/engine.ts';
import { RedactionUnstableError } from '../../../core/capture/errors.ts';
import { builtInRules } from '../../../core/capture/rules/index.ts';
import { engineOf, readExample } from './support.ts';

const RULES = builtInRules();
const together = engineOf();

const MIB = 1 << 20;
/** A hang guard: linear patterns need a small part of it. */
const LIMIT_MS = 5_000;
/**
 * What is within this for an eighth of the text stays below the limit for all of it, were it quadratic: as every
 * quantifier is bounded (rules.test.ts), nothing is worse.
 */
const QUICK_MS = LIMIT_MS / 8 ** 2;

/** Of the processor, for the clock on the wall also counts what else the machine does. */
function millisecondsFor(engine: Engine, text: string, length: number): number {
  const input = text.repeat(Math.ceil(length / text.length)).slice(0, length);
  const before = process.cpuUsage();
  try {
    engine.redact(input);
  } catch (error) {
    // A chain of tokens without anything between them may be given up: that result goes without content.
    if (!(error instanceof RedactionUnstableError)) throw error;
  }
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1_000;
}

function expectNoHang(engine: Engine, text: string): void {
  if (millisecondsFor(engine, text, MIB / 8) < QUICK_MS) return;
  expect(millisecondsFor(engine, text, MIB), JSON.stringify(text.slice(0, 80))).toBeLessThan(LIMIT_MS);
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
      expectNoHang(alone, text);
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
    'y0_',
    'fm1_',
    '@',
    'key=',
    '1.2.',
    '\\u0041',
    'QUFB',
    `${'QUFB'.repeat(16)}\n`,
    '""a',
    "''a",
    '"""a""',
    "'\\''",
    "insert into a (password) values ('",
    ',password\na,b\n',
    'password: aa bb1cc dd\n',
    'de12 3456 ',
    '030/1234567 ',
    'seed: abandon ability able ',
  ])('of %j does not hang all rules together', (text) => {
    expectNoHang(together, text);
  });
});
