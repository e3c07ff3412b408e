/**
 * @module
 */
import { InvalidSettingError } from './errors.ts';
import { SETTING_META, type SettingKey, type Settings, settingsSchema } from './schema.ts';

const MAX_SHOWN = 60;

/**
 * Checks one value and gives it as settings of one key.
 *
 * @param where - how the person knows the value: `--capture`, `AGENTV_OPIK_CAPTURE` or `.agentv/opik.yaml:3: capture`
 * @param written - what to quote when it is wrong; for a `${{ NAME }}` the reference, never what it stands for
 * @throws InvalidSettingError
 */
export function readValue(key: SettingKey, value: unknown, where: string, written = value): Settings {
  const parsed = settingsSchema.safeParse({ [key]: value });
  if (parsed.success) return parsed.data;
  const { allowed } = SETTING_META[key];
  throw new InvalidSettingError(`${where} must be ${allowed}, not ${shown(written)}`, {
    hint: 'Correct it, or leave it out for the default.',
  });
}

function shown(value: unknown): string {
  if (value === null) return 'empty';
  if (typeof value === 'object') return Array.isArray(value) ? 'a list' : 'a mapping';
  const text = JSON.stringify(value) ?? 'nothing';
  return text.length > MAX_SHOWN ? `${text.slice(0, MAX_SHOWN)}…` : text;
}
