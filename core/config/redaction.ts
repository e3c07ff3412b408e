/**
 * The settings that are lists: a team's own rules of redaction. The others are in `schema.ts`.
 *
 * @module
 */
import { z } from 'zod';
import { PERSONAL_KINDS } from '../capture/own-rules/personal-kinds.ts';
import { NO_OWN_RULES, type OwnRuleSettings } from '../capture/own-rules/settings.ts';
import { InvalidSettingError } from './errors.ts';

const text = z.string().min(1).max(10_000);
const name = z.string().trim().min(1).max(200);
const id = z
  .string()
  .max(64)
  .regex(/^[a-z0-9]+(?:-[a-z0-9]+)*$/, 'must be lower-case words joined by hyphens, such as customer-number');
const flags = z.string().regex(/^[ims]{0,3}$/, 'must be any of i, m and s');

const patternSchema = z.strictObject({ id, pattern: text, flags: flags.optional() });
const stringSchema = z.union([
  text.transform((value) => ({ value, ignore_case: false })),
  z.strictObject({ value: text, ignore_case: z.boolean().default(false) }),
]);
const allowSchema = z.union([
  text.transform((value) => ({ value })),
  z.strictObject({ value: text }),
  z.strictObject({ pattern: text, flags: flags.optional() }),
]);
const personalSchema = z.enum(PERSONAL_KINDS);

/** How each list is shown to a person, and what an item of it may be. */
export const LIST_META = {
  redact_patterns: {
    schema: patternSchema,
    item: '{ id: customer-number, pattern: "CN-[0-9]{6}" }, with flags: i, m or s if wanted',
    description: 'Patterns to redact, in the language of RE2',
  },
  redact_strings: {
    schema: stringSchema,
    item: 'a text, or { value: Globex, ignore_case: true }',
    description: 'Exact strings to redact, such as names of customers',
  },
  redact_keys: {
    schema: name,
    item: 'the name of a key or variable, such as x_shop_session',
    description: 'Names of keys and variables whose values are redacted',
  },
  redact_allow: {
    schema: allowSchema,
    item: 'a text, or { pattern: "test_[a-z]+" }',
    description: 'Values that the built-in rules leave',
  },
  redact_env: {
    schema: name,
    item: 'the name of an environment variable, such as SHOP_API_KEY or SHOP_*',
    description: 'Environment variables whose values are redacted in every encoding',
  },
  redact_personal: {
    schema: personalSchema,
    item: `one of ${PERSONAL_KINDS.join(', ')}`,
    description: 'Kinds of personal data to redact (default: all)',
  },
} as const;

export type ListKey = keyof typeof LIST_META;
export const LIST_KEYS = Object.keys(LIST_META).filter((key): key is ListKey => key in LIST_META);

type Placed<Item> = { readonly item: Item; readonly where: string };

/** The lists that were written, each item with the line or variable it stands in. */
export type ListSettings = {
  readonly [Key in ListKey]?: readonly Placed<z.output<(typeof LIST_META)[Key]['schema']>>[] | undefined;
};

/** One item as it was written. */
export interface WrittenItem {
  readonly value: unknown;
  /** `.agentv/opik.yaml:7: redact_env`. */
  readonly where: string;
}

/**
 * Checks the items of a list.
 *
 * @throws InvalidSettingError, which never quotes an item: what is to be redacted is not to be printed
 */
export function readList(key: ListKey, items: readonly WrittenItem[]): ListSettings {
  const { schema, item: shape } = LIST_META[key];
  const read = items.map(({ value, where }) => {
    const parsed = schema.safeParse(value);
    if (parsed.success) return { item: parsed.data, where };
    const [issue] = parsed.error.issues;
    const path = issue?.path.join('.') ?? '';
    const what =
      issue?.code === 'custom' || issue?.code === 'invalid_format' ? `: ${path} ${issue.message}` : '';
    throw new InvalidSettingError(`${where}: an item is not what it must be${what}`, {
      hint: `Write ${shape}.`,
    });
  });
  return { [key]: read };
}

/** Lists add up, so that a variable cannot take away what the file protects; of `redact_personal` the last wins. */
export function addLists(first: ListSettings, second: ListSettings): ListSettings {
  return {
    ...first,
    ...second,
    ...joined('redact_patterns', first, second),
    ...joined('redact_strings', first, second),
    ...joined('redact_keys', first, second),
    ...joined('redact_allow', first, second),
    ...joined('redact_env', first, second),
  };
}

function joined<Key extends ListKey>(key: Key, first: ListSettings, second: ListSettings): ListSettings {
  const items = [...(first[key] ?? []), ...(second[key] ?? [])];
  return items.length === 0 ? {} : { [key]: items };
}

/** What the lists ask for; undefined where nothing was written. */
export function ownRuleSettings(lists: ListSettings): OwnRuleSettings | undefined {
  if (LIST_KEYS.every((key) => lists[key] === undefined)) return undefined;
  const names = (key: 'redact_keys' | 'redact_env') =>
    (lists[key] ?? []).map((each) => ({ name: each.item, where: each.where }));
  return {
    ...NO_OWN_RULES,
    patterns: (lists.redact_patterns ?? []).map(({ item, where }) => ({ ...item, where })),
    strings: (lists.redact_strings ?? []).map(({ item: { value, ignore_case: ignoreCase }, where }) => ({
      value,
      ignoreCase,
      where,
    })),
    keys: names('redact_keys'),
    allow: (lists.redact_allow ?? []).map(({ item, where }) => ({ ...item, where })),
    env: names('redact_env'),
    personal: lists.redact_personal?.map(({ item }) => item),
  };
}
