/**
 * What a person writes for `--store`, read into one of the stores this project knows.
 *
 * @module
 */
import { fileURLToPath } from 'node:url';
import { InvalidKeyError, InvalidStoreUriError } from './errors.ts';
import { assertKey } from './keys.ts';

/** A store named, not yet opened. */
export type StoreLocation = FileLocation | S3Location;

export interface FileLocation {
  readonly kind: 'file';
  /** As typed; a relative one means the current folder. */
  readonly path: string;
}

export interface S3Location {
  readonly kind: 's3';
  readonly bucket: string;
  /** Without slashes around it; empty for the whole bucket. */
  readonly prefix: string;
  readonly endpoint?: string;
  readonly region?: string;
  readonly forcePathStyle?: boolean;
}

const FILE_EXAMPLE = 'file:///srv/agentv-bundles';
const S3_EXAMPLE = 's3://team-evals/agentv';
const SETTINGS_EXAMPLE = `${S3_EXAMPLE}?endpoint=http://127.0.0.1:9000&region=us-east-1&path_style=true`;

/**
 * Reads a store's URI or path.
 *
 * - `./bundles`, `/srv/bundles`, `bundles`: a folder;
 * - `file:///srv/bundles`: a folder, percent-encoded as URLs are;
 * - `s3://bucket` or `s3://bucket/prefix`: the prefix is taken as it stands, nothing in it is percent-decoded. After `?`
 *   may follow `endpoint=` (http or https), `region=` and `path_style=true|false`, for MinIO, Garage, Ceph and the like.
 *
 * Credentials never belong in it: they come from the environment, as for the AWS command line.
 *
 * @throws InvalidStoreUriError - saying what is wrong, with an example; it quotes no credentials.
 */
export function parseStoreUri(uri: string): StoreLocation {
  const text = uri.trim();
  if (text === '') throw invalid('The store is empty', S3_EXAMPLE);
  if (/\p{Cc}/u.test(text)) throw invalid('The store holds a control character', S3_EXAMPLE);
  // One letter is a Windows drive, not a scheme.
  const scheme = /^([a-z][a-z0-9+.-]+):/i.exec(text)?.[1]?.toLowerCase();
  if (scheme === undefined) return parsePath(text);
  if (scheme === 'file') return parseFileUri(text);
  if (scheme === 's3') return parseS3Uri(text);
  if (scheme === 'http' || scheme === 'https') {
    throw invalid(`A store is not named by its ${scheme}: address`, SETTINGS_EXAMPLE);
  }
  throw invalid(`No store has the scheme "${scheme}:"`, `${S3_EXAMPLE} or ${FILE_EXAMPLE}`);
}

function parsePath(path: string): FileLocation {
  if (path === '~' || path.startsWith('~/')) {
    throw invalid('Only a shell expands "~", and none did here', '/home/me/agentv-bundles');
  }
  return { kind: 'file', path };
}

function parseFileUri(uri: string): FileLocation {
  if (!/^file:\//i.test(uri)) throw invalid('A file: URI is absolute', `${FILE_EXAMPLE} or ./agentv-bundles`);
  if (/[?#]/.test(uri)) {
    throw invalid('A file: URI has no "?" or "#"; in a name they are %3F and %23', FILE_EXAMPLE);
  }
  try {
    return { kind: 'file', path: fileURLToPath(uri) };
  } catch (cause) {
    throw invalid('The file: URI names no folder of this machine', FILE_EXAMPLE, cause);
  }
}

function parseS3Uri(uri: string): S3Location {
  const match = /^s3:\/\/([^/?#]*)([^?#]*)(?:\?([^#]*))?(#.*)?$/i.exec(uri);
  const [, authority = '', path = '', query = '', fragment] = match ?? [];
  if (match === null) throw invalid('An S3 store starts with "s3://"', S3_EXAMPLE);
  if (authority.includes('@')) {
    throw invalid('Credentials do not belong in a store URI', S3_EXAMPLE, undefined, CREDENTIALS_HINT);
  }
  if (fragment !== undefined) throw invalid('An S3 store has no "#"', S3_EXAMPLE);
  if (!/^(?!.*\.\.)[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/.test(authority)) {
    throw invalid(
      authority === ''
        ? 'The S3 store names no bucket'
        : `"${authority}" is no bucket name: 3 to 63 lower-case letters, digits, dots and hyphens`,
      S3_EXAMPLE,
    );
  }
  return { kind: 's3', bucket: authority, prefix: parsePrefix(path), ...parseSettings(query) };
}

function parsePrefix(path: string): string {
  const prefix = path.replaceAll(/^\/|\/$/g, '');
  if (prefix === '') return prefix;
  try {
    assertKey(prefix);
  } catch (error) {
    if (!(error instanceof InvalidKeyError)) throw error;
    throw invalid(`The prefix of the S3 store is not valid: ${error.message}`, S3_EXAMPLE);
  }
  return prefix;
}

function parseSettings(query: string): Pick<S3Location, 'endpoint' | 'region' | 'forcePathStyle'> {
  const settings: { endpoint?: string; region?: string; forcePathStyle?: boolean } = {};
  const seen = new Set<string>();
  for (const [name, value] of new URLSearchParams(query)) {
    if (seen.has(name))
      throw invalid(`The setting "${name}" stands twice in the store URI`, SETTINGS_EXAMPLE);
    seen.add(name);
    if (name === 'endpoint') settings.endpoint = parseEndpoint(value);
    else if (name === 'region') settings.region = parseRegion(value);
    else if (name === 'path_style') settings.forcePathStyle = parsePathStyle(value);
    else {
      const hint = /key|secret|token|credential|password/i.test(name) ? CREDENTIALS_HINT : undefined;
      throw invalid(
        `A store URI has no setting "${name}", only endpoint, region and path_style`,
        SETTINGS_EXAMPLE,
        undefined,
        hint,
      );
    }
  }
  return settings;
}

/**
 * Checks the address of an S3 endpoint, and gives it without a slash at its end.
 *
 * @throws InvalidStoreUriError - it is no http or https URL, or carries credentials or a query.
 */
export function parseEndpoint(value: string): string {
  const url = URL.canParse(value) ? new URL(value) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol)) {
    throw invalid('The endpoint of the store is no http: or https: URL', SETTINGS_EXAMPLE);
  }
  if (url.username !== '' || url.password !== '') {
    throw invalid('Credentials do not belong in an endpoint', SETTINGS_EXAMPLE, undefined, CREDENTIALS_HINT);
  }
  if (url.search !== '' || url.hash !== '') {
    throw invalid('The endpoint of the store has a "?" or "#"', SETTINGS_EXAMPLE);
  }
  return url.href.replace(/\/$/, '');
}

function parseRegion(value: string): string {
  if (!/^[A-Za-z0-9-]{1,64}$/.test(value))
    throw invalid('The region of the store is no name', SETTINGS_EXAMPLE);
  return value;
}

function parsePathStyle(value: string): boolean {
  if (value !== 'true' && value !== 'false') throw invalid('path_style is true or false', SETTINGS_EXAMPLE);
  return value === 'true';
}

const CREDENTIALS_HINT =
  'Give credentials by AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, AWS_PROFILE, or the role of the machine.';

function invalid(problem: string, example: string, cause?: unknown, hint?: string): InvalidStoreUriError {
  return new InvalidStoreUriError(`${problem}. Example: ${example}`, {
    hint: hint ?? `Write the store like ${example}.`,
    cause,
  });
}
