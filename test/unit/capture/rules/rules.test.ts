import { describe, expect, it } from 'vitest';
import { builtInRules, personalRuleIds, ruleClasses } from '../../../../core/capture/rules/index.ts';
import { engineOf, expectedOf, readExample } from '../support.ts';

const RULES = builtInRules();
const PERSONAL_RULE_IDS = personalRuleIds();

const engine = engineOf();

/** What may stand around a secret in shells, logs, tables, code and escaped text. */
const WRAPS: readonly ((text: string) => string)[] = [
  (text) => `PATH=/usr/bin\nTHING=${text}\nLANG=C`,
  (text) => `Error: bad value '${text}' at Object.<anonymous> (/app/a.js:3:4)`,
  (text) => `NAME   READY   VALUE\nweb-1  1/1     ${text}   3d`,
  (text) => `INSERT INTO t VALUES (1, 'jane', '${text}', NULL);`,
  (text) => `-old\n+${text}\n context`,
  (text) => `"source": ["x = '${text}'\\n", "y"]`,
  (text) => `<thing>${text}</thing>`,
  (text) => `| thing | ${text} | note |`,
  (text) => `It is ${text}. Then go on.`,
  (text) => `line\\n${text}\\nline`,
  (text) => `\u001b[31m${text}\u001b[0m`,
];

/** The tag of an encoded secret is that of the secret decoded, so that both read the same. */
const withoutHashes = (text: string) => text.replace(/:[0-9a-f]{8}\]/g, ']');

describe.each(Object.entries(ruleClasses()))('%s', (_, rules) => {
  describe.each(rules.map((rule) => [rule.id, rule] as const))('%s', (_id, rule) => {
    const alone = engineOf([rule]);

    it.each(rule.examples.match)('replaces exactly the secret in %j', (marked) => {
      const { text } = readExample(marked);
      expect(withoutHashes(alone.redact(text).text)).toBe(withoutHashes(expectedOf(rule, marked, alone)));
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
  it('know at least 160 token shapes', () => {
    const shapes = RULES.filter(
      (rule) =>
        rule.tag === undefined && rule.replacement === undefined && !PERSONAL_RULE_IDS.includes(rule.id),
    );
    expect(shapes.length).toBeGreaterThanOrEqual(160);
  });

  it('name personal data and host paths, and no credential, as what a team may switch off', () => {
    const classes = ['personal data', 'host paths'].flatMap((name) => ruleClasses()[name] ?? []);
    expect([...PERSONAL_RULE_IDS].sort()).toEqual(classes.map((rule) => rule.id).sort());
    expect(PERSONAL_RULE_IDS).toContain('email');
    expect(PERSONAL_RULE_IDS).not.toContain('github-token');
  });

  it('leave no shape standing in any carrier', () => {
    for (const wrap of WRAPS) {
      for (const rule of RULES.filter((each) => each.tag === undefined && each.replacement === undefined)) {
        for (const { text, secrets } of rule.examples.match.map(readExample)) {
          const out = engine.redact(wrap(text)).text;
          for (const secret of secrets) expect(out, rule.id).not.toContain(secret);
        }
      }
    }
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
