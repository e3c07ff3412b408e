/**
 * From commander's options to a {@link Session}'s flags.
 *
 * @module
 */
import { type Command, Option } from 'commander';
import { z } from 'zod';
import { flagOf, SETTING_KEYS, SETTING_META, type SettingKey } from '../core/config/schema.ts';
import { UsageError } from './errors.ts';
import type { CommandFlags, Session } from './session.ts';

const DEFAULT_WAIT_S = 600;
const DEFAULT_LIMIT = 20;

/** Adds the flag of each setting; switches get a `--no-…` too, to overrule the file. */
export function addSettings(command: Command, keys: readonly SettingKey[]): Command {
  for (const key of keys) {
    const { placeholder, description } = SETTING_META[key];
    command.addOption(
      new Option(placeholder === undefined ? flagOf(key) : `${flagOf(key)} <${placeholder}>`, description),
    );
    if (placeholder === undefined) {
      command.addOption(
        new Option(flagOf(key).replace('--', '--no-'), `Not that, whatever the settings say`).hideHelp(),
      );
    }
  }
  return command;
}

/** What every command takes. */
export function addCommon(command: Command): Command {
  return command
    .option('--json', 'Print exactly one JSON object on standard output')
    .option('-q, --quiet', 'Print only the result, warnings and errors')
    .option('--verbose', 'Show the stack of errors and what lies beneath them');
}

export const WAIT = ['--wait', 'Wait until the bundle is in Opik'] as const;
export const WAIT_TIMEOUT = [
  '--wait-timeout <seconds>',
  `Give up waiting after this time (default: ${DEFAULT_WAIT_S})`,
] as const;

const wholeNumber = z
  .string()
  .regex(/^[1-9]\d{0,6}$/)
  .transform(Number);
const optionsSchema = z.object({
  wait: z.boolean().default(false),
  waitTimeout: wholeNumber.optional(),
  force: z.boolean().default(false),
  dryRun: z.boolean().default(false),
  out: z.string().optional(),
  limit: wholeNumber.optional(),
});

/** @throws UsageError */
export function readFlags(command: Command): Pick<Session, 'flags' | 'settingFlags' | 'flagNames'> {
  const options: Record<string, unknown> = command.opts();
  const settingFlags: Partial<Record<SettingKey, unknown>> = {};
  for (const key of SETTING_KEYS) {
    const value = options[camelCase(key)];
    if (value !== undefined) settingFlags[key] = value;
  }
  return { flags: commandFlags(options), settingFlags, flagNames: namesGiven(command) };
}

function commandFlags(options: Record<string, unknown>): CommandFlags {
  const parsed = optionsSchema.safeParse(options);
  if (!parsed.success) {
    const name = String(parsed.error.issues[0]?.path[0] ?? '');
    const flag = `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
    throw new UsageError(`${flag} must be a whole number above 0, not ${JSON.stringify(options[name])}`, {
      hint: `For example ${flag} 60.`,
    });
  }
  const { wait, waitTimeout = DEFAULT_WAIT_S, force, dryRun, out, limit = DEFAULT_LIMIT } = parsed.data;
  return { wait, waitTimeout: waitTimeout * 1000, force, dryRun, out, limit };
}

function namesGiven(command: Command): string[] {
  return command.options.filter((option) => isGiven(command, option)).map(({ long, flags }) => long ?? flags);
}

/** `--x` and `--no-x` are two options of one value. */
function isGiven(command: Command, option: Option): boolean {
  const name = option.attributeName();
  if (command.getOptionValueSource(name) !== 'cli') return false;
  return option.required || command.getOptionValue(name) === !option.negate;
}

function camelCase(key: SettingKey): string {
  return key.replace(/_([a-z])/g, (_match, letter: string) => letter.toUpperCase());
}
