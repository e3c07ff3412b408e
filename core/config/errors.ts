/**
 * @module
 */
import { AgentvOpikError } from '../errors.ts';

/** Thrown for a key of `.agentv/opik.yaml` that is no setting. */
export class UnknownSettingError extends AgentvOpikError {
  readonly code = 'UNKNOWN_SETTING';
  readonly retryable = false;
}

/** Thrown for a value that a setting cannot have, naming the line, variable or flag it stands in. */
export class InvalidSettingError extends AgentvOpikError {
  readonly code = 'INVALID_SETTING';
  readonly retryable = false;
}

/** Thrown for a settings file that is no YAML mapping, or a `~/.opik.config` that was named and is not there. */
export class SettingsFileError extends AgentvOpikError {
  readonly code = 'SETTINGS_FILE';
  readonly retryable = false;
}

/** Thrown when a settings file holds what must not be in a repository: a key, or the address a key is sent to. */
export class MisplacedSettingError extends AgentvOpikError {
  readonly code = 'MISPLACED_SETTING';
  readonly retryable = false;
}

/** Thrown when `${{ NAME }}` in a settings file names a variable that is not set. */
export class MissingVariableError extends AgentvOpikError {
  readonly code = 'MISSING_VARIABLE';
  readonly retryable = false;
}

/** Thrown when nothing says which Opik to send to: no key and no URL. */
export class NoOpikCredentialsError extends AgentvOpikError {
  readonly code = 'NO_OPIK_CREDENTIALS';
  readonly retryable = false;
}
