/**
 * @module
 */

import { InvalidSettingError } from './errors.ts';
import type { Environment } from './interpolate.ts';
import { LIST_KEYS, type ListKey, readList, type WrittenItem } from './redaction.ts';
import { SETTING_KEYS, type Settings, variableOf } from './schema.ts';
import { readValue } from './value.ts';

/** Variables of this name are read elsewhere, or by the serverless functions. */
const PREFIX = 'AGENTV_OPIK_';
const OTHERS: ReadonlySet<string> = new Set([
  'AGENTV_OPIK_REDACTION_KEY',
  'AGENTV_OPIK_WEBHOOK_SECRET',
  'AGENTV_OPIK_QUEUE_URL',
  'AGENTV_OPIK_SECRET_ARN',
]);

/**
 * The settings that `AGENTV_OPIK_*` variables make; an empty variable, as CI systems pass them, is none.
 *
 * @throws InvalidSettingError
 */
export function readVariables(env: Environment): Settings {
  let settings: Settings = {};
  for (const key of SETTING_KEYS) {
    const value = env[variableOf(key)];
    if (value === undefined || value.trim() === '') continue;
    settings = { ...settings, ...readValue(key, value, variableOf(key)) };
  }
  for (const key of LIST_KEYS) {
    const value = env[variableOf(key)];
    if (value === undefined || value.trim() === '') continue;
    settings = { ...settings, ...readList(key, itemsOf(key, value.trim())) };
  }
  return settings;
}

/** Names have no commas; texts may, and have a line each. */
const NAMES: ReadonlySet<ListKey> = new Set(['redact_keys', 'redact_env', 'redact_personal']);

/** A JSON list, or one item a line, or names with commas between them; `none` for no kind of personal data. */
function itemsOf(key: ListKey, text: string): WrittenItem[] {
  const where = variableOf(key);
  if (text.startsWith('[')) return jsonList(text, where).map((value: unknown) => ({ value, where }));
  if (key === 'redact_personal' && text === 'none') return [];
  return text
    .split(NAMES.has(key) ? /[,\n]/ : /\r?\n/)
    .map((item) => item.trim())
    .filter((item) => item !== '')
    .map((value) => ({ value, where }));
}

function jsonList(text: string, where: string): unknown[] {
  try {
    const list: unknown = JSON.parse(text);
    if (Array.isArray(list)) return list;
  } catch {
    // Said below, without the parser's message, which quotes the text.
  }
  throw new InvalidSettingError(`${where} begins like a JSON list and is none`, {
    hint: 'Write ["…","…"], or one item a line.',
  });
}

/** Variables that look like settings and are none: a spelling mistake, or a newer version's. */
export function unknownVariables(env: Environment): string[] {
  const known = new Set<string>([...[...SETTING_KEYS, ...LIST_KEYS].map(variableOf), ...OTHERS]);
  return Object.keys(env)
    .filter((name) => name.startsWith(PREFIX) && !known.has(name))
    .sort();
}
