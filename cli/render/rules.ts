/**
 * Redaction rules, as lines.
 *
 * @module
 */
import type { ExplainedRule, RuleCatalogue } from '../redact/rules.ts';
import { fields, PLAIN, plural, printable, printableLines, type Style } from './text.ts';

export function renderRules({ rules }: RuleCatalogue, style: Style = PLAIN): string {
  const width = Math.max(...rules.map(({ id }) => id.length));
  const classes = [...new Set(rules.map((rule) => rule.class))];
  return classes
    .map((name) => {
      const own = rules.filter((rule) => rule.class === name);
      const lines = own.map(({ id, description }) => `  ${id.padEnd(width)}  ${printable(description)}\n`);
      return `${style.bold(`${name} (${plural(own.length, 'rule')})`)}\n${lines.join('')}`;
    })
    .join('');
}

export function rulesJson({ rules }: RuleCatalogue): object {
  return { total: rules.length, rules };
}

export function renderRule(rule: ExplainedRule, style: Style = PLAIN): string {
  const { id, class: name, description, source, tag, example, allow } = rule;
  return `${style.bold(id)} (${name})
  ${printable(description)}
${fields([
  ['Source', source],
  ['Tag', tag === id ? undefined : `[REDACTED:${tag}:…], as for all that is known by its surroundings`],
  ['Example', example === undefined ? undefined : printableLines(example).replaceAll('\n', '\n    ')],
  ['To allow', allow],
])}`;
}

export function ruleJson({
  id,
  class: name,
  description,
  source,
  tag,
  example,
  allow,
}: ExplainedRule): object {
  return {
    rule: id,
    class: name,
    description,
    ...(source === undefined ? {} : { source }),
    tag,
    ...(example === undefined ? {} : { example }),
    allow,
  };
}
