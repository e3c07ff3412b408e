/**
 * Which Opik, and by which key: the variables and the file that Opik's own tools use.
 *
 * @see Opik SDK `config/Config.ts`: `~/.opik.config`, ini, section `[opik]`, below the `OPIK_*` variables
 * @module
 */
import { parse } from 'ini';
import { z } from 'zod';
import { InvalidSettingError, NoOpikCredentialsError } from './errors.ts';
import type { Environment } from './interpolate.ts';

/** Opik cloud, where a key alone is enough. */
export const OPIK_CLOUD_URL = 'https://www.comet.com/opik/api';

/** What a person said of Opik outside this tool's own settings. */
export interface OpikSettings {
  readonly apiKey: string | undefined;
  readonly url: string | undefined;
  readonly workspace: string | undefined;
  readonly project: string | undefined;
}

const word = z
  .string()
  .trim()
  .transform((text) => (text === '' ? undefined : text))
  .optional()
  .catch(undefined);

const homeFileSchema = z
  .object({
    opik: z
      .object({ api_key: word, url_override: word, workspace: word, project_name: word })
      .catch({ api_key: undefined, url_override: undefined, workspace: undefined, project_name: undefined }),
  })
  .catch({
    opik: { api_key: undefined, url_override: undefined, workspace: undefined, project_name: undefined },
  });

/** The `OPIK_*` variables; empty ones are none. */
export function readOpikVariables(env: Environment): OpikSettings {
  return {
    apiKey: word.parse(env.OPIK_API_KEY),
    url: readUrl(word.parse(env.OPIK_URL_OVERRIDE), 'OPIK_URL_OVERRIDE'),
    workspace: word.parse(env.OPIK_WORKSPACE),
    project: word.parse(env.OPIK_PROJECT_NAME),
  };
}

/** `~/.opik.config`, as `opik configure` writes it. */
export function readOpikConfig(text: string, name: string): OpikSettings {
  const { opik } = homeFileSchema.parse(parse(text));
  return {
    apiKey: opik.api_key,
    url: readUrl(opik.url_override, `url_override in ${name}`),
    workspace: opik.workspace,
    project: opik.project_name,
  };
}

function readUrl(text: string | undefined, where: string): string | undefined {
  if (text === undefined) return undefined;
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol)) {
    throw new InvalidSettingError(`${where} is no http: or https: URL`, {
      hint: 'Write the API base, like http://localhost:5173/api or https://www.comet.com/opik/api.',
    });
  }
  if (url.username !== '' || url.password !== '') {
    throw new InvalidSettingError(`${where} holds credentials`, { hint: 'Give the key by OPIK_API_KEY.' });
  }
  return text.replace(/\/+$/, '');
}

/** Where requests go, and by which key. */
export interface OpikConnection {
  readonly url: string;
  readonly apiKey: string | undefined;
}

/**
 * Settles which Opik it is: the URL that was given, or Opik cloud for somebody who has a key.
 *
 * @throws NoOpikCredentialsError when there is neither
 */
export function connectionOf({ url, apiKey }: Pick<OpikSettings, 'url' | 'apiKey'>): OpikConnection {
  if (url === undefined && apiKey === undefined) {
    throw new NoOpikCredentialsError('No Opik credentials: neither a key nor a URL is set', {
      hint: 'Set OPIK_API_KEY and OPIK_WORKSPACE for Opik cloud, or OPIK_URL_OVERRIDE=http://localhost:5173/api for your own; `opik configure` writes them to ~/.opik.config.',
    });
  }
  if (apiKey === undefined && url !== undefined && isCloud(url)) {
    throw new NoOpikCredentialsError(`No Opik credentials: ${url} needs a key`, {
      hint: 'Set OPIK_API_KEY.',
    });
  }
  return { url: url ?? OPIK_CLOUD_URL, apiKey };
}

/** @see Opik SDK: a host that ends in `comet.com` needs a key */
function isCloud(url: string): boolean {
  return new URL(url).hostname.endsWith('comet.com');
}
