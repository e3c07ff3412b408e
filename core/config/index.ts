/**
 * Settings: flags > environment > `.agentv/opik.yaml`. Pure: files come in as text, the environment as an argument.
 *
 * @module
 */
export * from './errors.ts';
export { readSettingsFile, type SettingsFile } from './file.ts';
export type { Environment } from './interpolate.ts';
export { connectionOf, OPIK_CLOUD_URL, type OpikConnection } from './opik.ts';
export { LIST_KEYS, type ListKey, type ListSettings, ownRuleSettings } from './redaction.ts';
export {
  type Origin,
  type ResolvedSettings,
  resolveSettings,
  type SettingSources,
  settingVariables,
} from './resolve.ts';
export {
  flagOf,
  POLICIES,
  type Policy,
  SETTING_KEYS,
  SETTING_META,
  type SettingKey,
  type SettingMeta,
  type Settings,
  variableOf,
} from './schema.ts';
