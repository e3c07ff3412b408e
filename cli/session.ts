/**
 * What every command gets.
 *
 * @module
 */
import type { SettingKey } from '../core/config/schema.ts';
import type { CliContext } from './context.ts';
import type { Output } from './output.ts';

/** The flags that are no settings. */
export interface CommandFlags {
  readonly wait: boolean;
  /** Milliseconds. */
  readonly waitTimeout: number;
  readonly force: boolean;
  readonly dryRun: boolean;
  readonly out: string | undefined;
  readonly limit: number;
}

export interface Session {
  readonly context: CliContext;
  readonly output: Output;
  readonly flags: CommandFlags;
  /** As typed, to be checked with the other sources. */
  readonly settingFlags: Readonly<Partial<Record<SettingKey, unknown>>>;
  /** Names of all flags given, for the bundle's provenance. */
  readonly flagNames: readonly string[];
}

/** A command; gives the exit code. */
export type CommandFunction = (session: Session) => Promise<number>;
