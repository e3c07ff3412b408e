import { describe, expect, it } from 'vitest';
import { RULE_CLASSES, RULES } from '../../../../core/capture/rules/index.ts';
import { engineOf, expectedOf, readExample } from '../support.ts';

const engine = engineOf();

describe.each(Object.entries(RULE_CLASSES))('%s', (_, rules) => {
  describe.each(rules.map((rule) => [rule.id, rule] as const))('%s', (_id, rule) => {
    const alone = engineOf([rule]);

    it.each(rule.examples.match)('replaces exactly the secret in %j', (marked) => {
      const { text } = readExample(marked);
      expect(alone.redact(text).text).toBe(expectedOf(rule, marked, alone));
    });

    it.each(rule.examples.match)('leaves no secret of %j standing among all rules', (marked) => {
      const { text, secrets } = readExample(marked);
      const out = engine.redact(text).text;
      for (const secret of secrets) expect(out).not.toContain(secret);
    });

    it.each(rule.examples.noMatch)('leaves %j alone', (text) => {
      expect(alone.redact(text)).toEqual({ text, rules: [] });
    });

    it('has examples of both kinds', () => {
      expect(rule.examples.match.length).toBeGreaterThan(0);
      expect(rule.examples.noMatch.length).toBeGreaterThan(0);
    });
  });
});

describe('the rules together', () => {
  it('know at least 40 token shapes', () => {
    const shapes = RULES.filter((rule) => rule.tag === undefined && rule.replacement === undefined);
    expect(shapes.length).toBeGreaterThanOrEqual(40 + (RULE_CLASSES['personal data']?.length ?? 0));
  });

  it('are found whatever their order', () => {
    const backwards = engineOf([...RULES].reverse());
    for (const rule of RULES) {
      for (const { text } of rule.examples.match.map(readExample)) {
        expect(backwards.redact(text)).toEqual(engine.redact(text));
      }
    }
  });

  it.each(RULES.map((rule) => [rule.id, rule] as const))('%s bounds every quantifier', (_, rule) => {
    const operators = rule.pattern.source.replace(/\\./g, '').replace(/\[[^\]]*\]/g, '');
    expect(operators).not.toMatch(/[*+]|\{\d+,\}/);
  });
});
