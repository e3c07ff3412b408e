/**
 * Who decides: flags, then variables, then the file, then Opik's own file.
 *
 * @module
 */
import { readSettingsFile, type SettingsFile, suggestion } from './file.ts';
import type { Environment } from './interpolate.ts';
import { type OpikSettings, readOpikConfig, readOpikVariables } from './opik.ts';
import { addLists, LIST_KEYS } from './redaction.ts';
import { flagOf, SETTING_KEYS, type SettingKey, type Settings, variableOf } from './schema.ts';
import { readValue } from './value.ts';
import { readVariables, unknownVariables } from './variables.ts';

/** Everything settings come from, already read. */
export interface SettingSources {
  /** By setting key, as typed. */
  readonly flags: Readonly<Partial<Record<SettingKey, unknown>>>;
  readonly env: Environment;
  readonly file?: SettingsFile | undefined;
  /** `~/.opik.config`. */
  readonly opikConfig?: SettingsFile | undefined;
}

export type Origin = 'flag' | 'variable' | 'opik-variable' | 'file' | 'opik-config';

export interface ResolvedSettings {
  readonly values: Settings;
  /** Where each value came from. */
  readonly origins: Readonly<Partial<Record<SettingKey, Origin>>>;
  readonly opik: Pick<OpikSettings, 'url' | 'apiKey'>;
  /** Sentences for the person; nothing is wrong enough to stop. */
  readonly warnings: readonly string[];
}

/**
 * Settles every setting.
 *
 * Guarantees: flags > `AGENTV_OPIK_*` > `OPIK_*` > `.agentv/opik.yaml` > `~/.opik.config`, key by key; every source is
 * checked, also where another one wins; lists add up, but for `redact_personal`; the API key and the URL come from `OPIK_*` or `~/.opik.config` alone.
 *
 * @throws UnknownSettingError, InvalidSettingError, SettingsFileError, MisplacedSettingError, MissingVariableError
 */
export function resolveSettings(sources: SettingSources): ResolvedSettings {
  const variables = readOpikVariables(sources.env);
  const home =
    sources.opikConfig === undefined
      ? undefined
      : readOpikConfig(sources.opikConfig.text, sources.opikConfig.name);
  const layers: readonly (readonly [Origin, Settings])[] = [
    ['opik-config', namesOf(home)],
    ['file', sources.file === undefined ? {} : readSettingsFile(sources.file, sources.env)],
    ['opik-variable', namesOf(variables)],
    ['variable', readVariables(sources.env)],
    ['flag', readFlags(sources.flags)],
  ];

  let values: Settings = {};
  const origins: Partial<Record<SettingKey, Origin>> = {};
  for (const [origin, layer] of layers) {
    values = { ...values, ...layer, ...addLists(values, layer) };
    for (const key of SETTING_KEYS) if (layer[key] !== undefined) origins[key] = origin;
  }
  return {
    values,
    origins,
    opik: { url: variables.url ?? home?.url, apiKey: variables.apiKey ?? home?.apiKey },
    warnings: unknownVariables(sources.env).map(
      (name) =>
        `${name} is no setting and was ignored. ${suggestion(name, [...SETTING_KEYS, ...LIST_KEYS].map(variableOf))}`,
    ),
  };
}

function readFlags(flags: SettingSources['flags']): Settings {
  let settings: Settings = {};
  for (const key of SETTING_KEYS) {
    const value = flags[key];
    if (value !== undefined) settings = { ...settings, ...readValue(key, value, flagOf(key)) };
  }
  return settings;
}

function namesOf(opik: OpikSettings | undefined): Settings {
  return {
    ...(opik?.project === undefined ? {} : { project: opik.project }),
    ...(opik?.workspace === undefined ? {} : { workspace: opik.workspace }),
  };
}

/** Names of the set variables that take part, for the record of where a bundle came from; never values. */
export function settingVariables(env: Environment): string[] {
  const names = [
    ...[...SETTING_KEYS, ...LIST_KEYS].map(variableOf),
    'AGENTV_OPIK_REDACTION_KEY',
    'OPIK_API_KEY',
    'OPIK_URL_OVERRIDE',
    'OPIK_WORKSPACE',
    'OPIK_PROJECT_NAME',
    'OPIK_CONFIG_PATH',
  ];
  return names.filter((name) => (env[name] ?? '') !== '');
}
