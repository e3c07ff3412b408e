import { describe, expect, it } from 'vitest';
import { RULES } from '../../../core/capture/rules/index.ts';
import { engineOf, readExample } from './support.ts';

const MIB = 1 << 20;
/** A hang guard: linear patterns need a few hundredths of it. */
const LIMIT_MS = 5_000;

const filled = (text: string): string => text.repeat(Math.ceil(MIB / text.length)).slice(0, MIB);

describe('a mebibyte of what a rule looks for', () => {
  it.each(RULES.map((rule) => [rule.id, rule] as const))(
    '%s does not hang on it',
    (_, rule) => {
      const alone = engineOf([rule]);
      const texts = [
        ...rule.keywords.flatMap((keyword) => [keyword, `-${keyword.toUpperCase()}`]),
        ...rule.examples.match
          .map((marked) => readExample(marked).text)
          .flatMap((text) => [text.slice(0, -1), `${text} `]),
      ];
      for (const text of texts) {
        const input = filled(text);
        const before = performance.now();
        alone.redact(input);
        expect(performance.now() - before, JSON.stringify(text.slice(0, 80))).toBeLessThan(LIMIT_MS);
      }
    },
    60_000,
  );

  it.each([
    'a',
    '1',
    '"',
    '\\',
    '\\"',
    '[REDACTED:',
    '[REDACTED:email:00000000]',
    'password="',
    "key='`",
    '4111 ',
    'a@',
    '://u:',
    'max_tokens=max_tokens=',
  ])('all rules together do not hang on %j', (text) => {
    const engine = engineOf();
    const input = filled(text);
    const before = performance.now();
    engine.redact(input);
    expect(performance.now() - before).toBeLessThan(LIMIT_MS);
  });
});
