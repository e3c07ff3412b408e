/**
 * Finds the files that settings come from, and settles them.
 *
 * @module
 */
import { readFile } from 'node:fs/promises';
import { dirname, join, relative, resolve } from 'node:path';
import type { CompiledOwnRules } from '../core/capture/own-rules/compile.ts';
import { SettingsFileError } from '../core/config/errors.ts';
import {
  ownRuleSettings,
  type ResolvedSettings,
  resolveSettings,
  type SettingsFile,
} from '../core/config/index.ts';
import type { CliContext } from './context.ts';
import { exists, isAbsent } from './files.ts';
import type { Session } from './session.ts';

export interface LoadedSettings extends ResolvedSettings {
  /** The folder that holds `.agentv`, else the git root, else the working directory. Absolute. */
  readonly projectFolder: string;
  /** The folder that a relative path in the settings file starts from. */
  readonly fileFolder: string;
  /** The team's own rules of redaction, if there are any. */
  readonly own: CompiledOwnRules | undefined;
}

const FILE = join('.agentv', 'opik.yaml');

/** @throws InvalidOwnRuleError, and what {@link resolveSettings} throws */
export async function loadSettings({ context, output, settingFlags }: Session): Promise<LoadedSettings> {
  const folders = await foldersUpwards(context.cwd);
  const file = await settingsFile(folders, context.cwd);
  const settings = resolveSettings({
    flags: settingFlags,
    env: context.env,
    file,
    opikConfig: await opikConfig(context),
  });
  const own = await compileOwn(settings, context);
  for (const warning of [...settings.warnings, ...(own?.warnings ?? [])]) output.warn(warning);
  const projectFolder = await projectFolderOf(folders);
  return { ...settings, projectFolder, fileFolder: file?.folder ?? projectFolder, own };
}

/** Loaded when there is something to compile. */
async function compileOwn(
  { values }: ResolvedSettings,
  { env }: CliContext,
): Promise<CompiledOwnRules | undefined> {
  const written = ownRuleSettings(values);
  if (written === undefined) return undefined;
  const { compileOwnRules } = await import('../core/capture/own-rules/compile.ts');
  return compileOwnRules(written, env);
}

/** The working directory and its parents up to the git root; without one the working directory alone. */
async function foldersUpwards(cwd: string): Promise<readonly [string, ...string[]]> {
  const folders: [string, ...string[]] = [resolve(cwd)];
  for (let folder = resolve(cwd); ; folder = dirname(folder)) {
    if (folder !== folders[0]) folders.push(folder);
    if (await exists(join(folder, '.git'))) return folders;
    if (dirname(folder) === folder) return [folders[0]];
  }
}

async function projectFolderOf(folders: readonly [string, ...string[]]): Promise<string> {
  for (const folder of folders) if (await exists(join(folder, '.agentv'))) return folder;
  return folders.at(-1) ?? folders[0];
}

async function settingsFile(
  folders: readonly string[],
  cwd: string,
): Promise<(SettingsFile & { folder: string }) | undefined> {
  for (const folder of folders) {
    const path = join(folder, FILE);
    const text = await readIfAny(path);
    if (text !== undefined) return { name: relative(cwd, path), text, folder };
  }
  return undefined;
}

/** @see Opik SDK: a file named by OPIK_CONFIG_PATH must be there, the usual one need not */
async function opikConfig({ env, home, cwd }: CliContext): Promise<SettingsFile | undefined> {
  const named = env.OPIK_CONFIG_PATH;
  if (named !== undefined && named !== '') {
    const text = await readIfAny(resolve(cwd, named));
    if (text !== undefined) return { name: named, text };
    throw new SettingsFileError(`OPIK_CONFIG_PATH names ${named}, which is not there`, {
      hint: 'Correct or unset OPIK_CONFIG_PATH.',
    });
  }
  const text = await readIfAny(join(home, '.opik.config'));
  return text === undefined ? undefined : { name: '~/.opik.config', text };
}

async function readIfAny(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (isAbsent(error)) return undefined;
    throw new SettingsFileError(`${path} cannot be read`, {
      hint: 'It must be a file that you may read.',
      cause: error,
    });
  }
}
