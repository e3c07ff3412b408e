/**
 * The rules, for people who ask what one of them is.
 *
 * @module
 */
import type { Capture } from '../../core/capture/index.ts';
import { type OwnRuleDescription, personalKindOf } from '../../core/capture/own-rules/index.ts';
import { ruleClasses } from '../../core/capture/rules/index.ts';
import type { Rule } from '../../core/capture/rules/rule.ts';
import { suggestion } from '../../core/config/file.ts';
import { UsageError } from '../errors.ts';

export interface RuleEntry {
  readonly id: string;
  readonly class: string;
  readonly description: string;
}

export interface ExplainedRule extends RuleEntry {
  /** A text that it finds something in, as it leaves. */
  readonly example: string | undefined;
  /** What the tag says, if it is not the id. */
  readonly tag: string;
  /** Where the format is described, if the rule says so. */
  readonly source: string | undefined;
  /** How to let through what it finds. */
  readonly allow: string;
}

export interface RuleCatalogue {
  readonly rules: readonly RuleEntry[];
  /** @throws UsageError for an unknown rule */
  explain(id: string): ExplainedRule;
}

const OWN_CLASS = 'your own';
/** Tags of rules that have no record of their own. */
const OTHERS: readonly RuleEntry[] = [
  {
    id: 'named-value',
    class: 'secrets by name',
    description: 'A value under a JSON or YAML key that announces a secret; its tag says `secret`',
  },
  {
    id: 'secret',
    class: 'secrets by name',
    description:
      'What a header, a URL, an assignment or a key gave away, not its own shape; one tag for all of them, so that one secret reads the same everywhere',
  },
  { id: 'workspace-path', class: 'host paths', description: 'The folder of the project' },
];

export function ruleCatalogue(capture: Capture, own: readonly OwnRuleDescription[]): RuleCatalogue {
  const known = Object.entries(ruleClasses()).flatMap(([name, rules]) =>
    rules.map((rule) => ({ rule, class: name })),
  );
  const rules: RuleEntry[] = [
    ...known.map(({ rule: { id, description }, class: name }) => ({ id, class: name, description })),
    ...OTHERS.filter(({ id }) => known.every(({ rule }) => rule.id !== id)),
    ...own.map(({ id, description }) => ({ id, class: OWN_CLASS, description })),
  ];
  return {
    rules,
    explain(id) {
      const entry = rules.find((each) => each.id === id);
      if (entry === undefined) {
        throw new UsageError(`There is no rule ${JSON.stringify(id)}`, {
          hint: suggestion(
            id,
            rules.map((each) => each.id),
          ),
        });
      }
      const rule = known.find((each) => each.rule.id === id)?.rule;
      return {
        ...entry,
        tag: rule?.tag ?? id,
        source: rule === undefined ? undefined : sourceOf(rule),
        example: rule === undefined ? undefined : exampleOf(rule, capture),
        allow: howToAllow(entry),
      };
    },
  };
}

/** The example's secret is made up; it is replaced all the same, to show how it looks. */
function exampleOf({ examples }: Rule, capture: Capture): string | undefined {
  const [example] = examples.match;
  if (example === undefined) return undefined;
  const out = capture.text('example.txt', example.replace(/[«»]/g, ''));
  return 'text' in out ? out.text : undefined;
}

function sourceOf(rule: Rule): string | undefined {
  const source: unknown = Reflect.get(rule, 'source');
  return typeof source === 'string' ? source : undefined;
}

function howToAllow({ id, class: name }: RuleEntry): string {
  if (name === OWN_CLASS) return 'Take it out of the redact_ lists of .agentv/opik.yaml.';
  if (name === 'host paths') return 'Host paths are shortened, not hidden.';
  const kind = personalKindOf(id);
  const value = 'One value: add it to redact_allow in .agentv/opik.yaml.';
  return kind === undefined ? value : `${value} All of the kind: leave ${kind} out of redact_personal.`;
}
