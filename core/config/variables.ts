/**
 * @module
 */
import type { Environment } from './interpolate.ts';
import { SETTING_KEYS, type SettingKey, type Settings, variableOf } from './schema.ts';
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
  return settings;
}

/** Variables that look like settings and are none: a spelling mistake, or a newer version's. */
export function unknownVariables(env: Environment): string[] {
  const known = new Set<string>([...SETTING_KEYS.map((key: SettingKey) => variableOf(key)), ...OTHERS]);
  return Object.keys(env)
    .filter((name) => name.startsWith(PREFIX) && !known.has(name))
    .sort();
}
