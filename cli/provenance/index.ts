/**
 * Where a bundle came from.
 *
 * @module
 */
import { basename } from 'node:path';
import type { Provenance } from '../../core/bundle/manifest.ts';
import { settingVariables } from '../../core/config/index.ts';
import type { Session } from '../session.ts';
import type { LoadedSettings } from '../settings.ts';
import { readAgentvVersion } from './agentv.ts';
import { readCi } from './ci.ts';
import { readGit } from './git.ts';

export interface Origins {
  readonly provenance: Provenance;
  /** The repository the run belongs to. */
  readonly source: string;
}

/**
 * Gathers provenance: what CI says wins over git, for CI checks out detached heads. Of flags and variables only names.
 */
export async function gatherOrigins(
  { context, flagNames }: Session,
  settings: LoadedSettings,
  runFolder: string,
  redact: (text: string) => string,
): Promise<Origins> {
  const { env } = context;
  const facts = readCi(env);
  const [local, agentvVersion] = await Promise.all([
    readGit(settings.projectFolder, env),
    readAgentvVersion(runFolder, env),
  ]);
  const repository = facts?.repository ?? local.repository;
  const commit = facts?.commit ?? local.commit;
  const branch = facts?.branch ?? local.branch;
  const git = {
    ...local,
    ...(commit === undefined ? {} : { commit }),
    ...(branch === undefined ? {} : { branch }),
    ...(repository === undefined ? {} : { repository }),
  };
  return {
    source: settings.values.source ?? repository ?? (basename(settings.projectFolder) || 'local'),
    provenance: {
      ...(agentvVersion === undefined ? {} : { agentv_version: redact(agentvVersion) }),
      ...(Object.keys(git).length === 0 ? {} : { git: { ...git, ...cleaned(git, redact) } }),
      ...(facts === undefined ? {} : { ci: { ...facts.ci, ...cleaned(facts.ci, redact) } }),
      flags: [...flagNames],
      env_names: settingVariables(env),
    },
  };
}

/** Branches, job names and URLs are written by people too. */
function cleaned(facts: object, redact: (text: string) => string): Record<string, string> {
  const texts = Object.entries(facts).filter(
    (entry): entry is [string, string] => typeof entry[1] === 'string',
  );
  return Object.fromEntries(texts.map(([key, text]) => [key, redact(text)]));
}
