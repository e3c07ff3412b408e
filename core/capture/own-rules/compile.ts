/**
 * From a team's settings to rules that the engine runs.
 *
 * @module
 */
import type { Finder, Finding, OwnRules } from '../finder.ts';
import { builtInRules } from '../rules/index.ts';
import { type EnvValue, readEnvValues } from './env-values.ts';
import { InvalidOwnRuleError } from './errors.ts';
import { formsOf } from './forms.ts';
import { personalKindOf } from './personal-kinds.ts';
import type { OwnAllowance, OwnPattern, OwnRuleSettings, OwnString } from './settings.ts';
import { compileStrings, type StringScan } from './strings.ts';

/** The rule of every {@link OwnString}. */
export const OWN_STRING = 'own-string';
const ENV_PREFIX = 'env-';
const RESERVED = new Set([OWN_STRING, 'secret', 'named-value', 'too-deep', 'unscanned']);
const SHORTEST_STRING = 3;

/** An own rule for a person: what it is, and where it was written. */
export interface OwnRuleDescription {
  readonly id: string;
  readonly description: string;
}

export interface CompiledOwnRules {
  readonly own: OwnRules;
  readonly described: readonly OwnRuleDescription[];
  /** Sentences for the person; never a value. */
  readonly warnings: readonly string[];
}

/**
 * Compiles a team's rules.
 *
 * @param env - where the values of `settings.env` are looked up; nothing else is read from it
 * @throws {InvalidOwnRuleError} naming the line or variable, for what cannot be a rule
 */
export async function compileOwnRules(
  settings: OwnRuleSettings,
  env: Readonly<Record<string, string | undefined>>,
): Promise<CompiledOwnRules> {
  checkIds(settings.patterns);
  checkStrings(settings.strings);
  const { values, warnings } = readEnvValues(settings.env, env);
  const allows = await compileAllowances(settings.allow);
  const { personal } = settings;
  return {
    own: {
      finders: [
        ...(await compilePatterns(settings.patterns)),
        ...stringFinders(settings.strings),
        ...envFinders(values),
      ],
      keyNames: [...new Set(settings.keys.map(({ name }) => name))],
      allows,
      disabled:
        personal === undefined
          ? []
          : builtInRules().flatMap(({ id }) => {
              const kind = personalKindOf(id);
              return kind === undefined || personal.includes(kind) ? [] : [id];
            }),
    },
    described: describe(settings, values),
    warnings,
  };
}

function describe(
  { patterns, strings }: OwnRuleSettings,
  values: readonly EnvValue[],
): readonly OwnRuleDescription[] {
  return [
    ...patterns.map(({ id, where }) => ({ id, description: `A pattern of your own (${where})` })),
    ...(strings.length === 0
      ? []
      : [{ id: OWN_STRING, description: 'A string of your own (redact_strings)' }]),
    ...values.map(({ name }) => ({
      id: envRule(name),
      description: `The value of the environment variable ${name}, in any encoding (redact_env)`,
    })),
  ];
}

function checkIds(patterns: readonly OwnPattern[]): void {
  const taken = new Set(builtInRules().map(({ id }) => id));
  for (const { id, where } of patterns) {
    if (taken.has(id) || RESERVED.has(id) || id.startsWith(ENV_PREFIX)) {
      throw new InvalidOwnRuleError(`${where}: a rule called ${id} is there already`, {
        hint: `Give your rule another id, such as our-${id}.`,
      });
    }
    taken.add(id);
  }
}

function checkStrings(strings: readonly OwnString[]): void {
  for (const { value, where } of strings) {
    if (value.trim().length < SHORTEST_STRING) {
      throw new InvalidOwnRuleError(
        `${where}: a string of fewer than ${SHORTEST_STRING} characters is everywhere`,
        {
          hint: 'Write more of it, or a pattern with what stands around it.',
        },
      );
    }
  }
}

/** The engine of patterns is loaded when there are some. */
async function compilePatterns(patterns: readonly OwnPattern[]): Promise<readonly Finder[]> {
  if (patterns.length === 0) return [];
  const { compilePattern } = await import('./patterns.ts');
  return patterns.map(compilePattern);
}

async function compileAllowances(allow: readonly OwnAllowance[]): Promise<(secret: string) => boolean> {
  const values = new Set(allow.flatMap((each) => ('value' in each ? [each.value] : [])));
  const patterns = allow.flatMap((each) => ('pattern' in each ? [each] : []));
  if (patterns.length === 0) return (secret) => values.has(secret);
  const { compileAllowance } = await import('./patterns.ts');
  const allowances = patterns.map((each) => compileAllowance(each, each.where));
  return (secret) => values.has(secret) || allowances.some((allows) => allows(secret));
}

function stringFinders(strings: readonly OwnString[]): Finder[] {
  return [false, true].flatMap((ignoreCase) => {
    // A name may be written with composed or with combining accents.
    const texts = strings
      .filter((each) => each.ignoreCase === ignoreCase)
      .flatMap(({ value }) => [value, value.normalize('NFC'), value.normalize('NFD')]);
    const searched = [...new Set(texts)];
    if (searched.length === 0) return [];
    return [
      finderOf(
        [OWN_STRING],
        compileStrings({ strings: searched, ignoreCase }),
        searched.map((text) => ({ rule: OWN_STRING, length: text.length, before: 0, after: 0 })),
      ),
    ];
  });
}

function envFinders(values: readonly EnvValue[]): Finder[] {
  const forms = values.flatMap(({ name, value }) =>
    formsOf(value).map((form) => ({ ...form, rule: envRule(name), length: form.text.length })),
  );
  if (forms.length === 0) return [];
  const scan = compileStrings({ strings: forms.map(({ text }) => text), ignoreCase: false });
  return [finderOf([...new Set(forms.map(({ rule }) => rule))], scan, forms)];
}

interface Searched {
  readonly rule: string;
  readonly length: number;
  readonly before: number;
  readonly after: number;
}

function finderOf(rules: readonly string[], scan: StringScan, searched: readonly Searched[]): Finder {
  return {
    rules,
    isExact: true,
    find(text) {
      const findings: Finding[] = [];
      scan(text, (s, start) => {
        const form = searched[s];
        if (form === undefined) return;
        const end = start + form.length;
        findings.push({
          start: start - (isBase64(text, start - 1) ? form.before : 0),
          end: end + (isBase64(text, end) ? form.after : 0),
          rule: form.rule,
        });
      });
      return findings;
    },
  };
}

function isBase64(text: string, at: number): boolean {
  return /^[A-Za-z0-9+/_-]$/.test(text.charAt(at));
}

/** `SHOP_API_KEY` → `env-shop-api-key`. */
export function envRule(name: string): string {
  const words = name
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter((word) => word !== '');
  return `${ENV_PREFIX}${words.join('-')}`;
}
