import type { IncomingHttpHeaders } from 'node:http';
import type { Settings } from '../options.ts';
import { failure } from './reply.ts';

/** Who writes on a server without authentication. */
const OPEN_USER = 'admin';

/**
 * The author behind a request, or the refusal. Open server: any workspace but its own is unknown (404). With keys: a missing or
 * wrong key is 401, a key for another workspace 403. The key is sent raw, without `Bearer`.
 */
export function authenticate(settings: Settings, headers: IncomingHttpHeaders): string {
  const workspace = single(headers['comet-workspace']);
  if (settings.apiKeys.length === 0) {
    if (workspace !== undefined && workspace !== settings.workspace)
      throw failure(404, 'Workspace not found');
    return OPEN_USER;
  }
  const key = headers.authorization;
  if (key === undefined || key === '') throw failure(401, 'API key not specified');
  const index = settings.apiKeys.indexOf(key);
  if (index < 0) throw failure(401, 'User not allowed to access workspace');
  if (workspace !== settings.workspace) throw failure(403, 'User has bad permissions');
  return `user-${index + 1}`;
}

function single(value: string | string[] | undefined): string | undefined {
  const text = Array.isArray(value) ? value[0] : value;
  return text === undefined || text === '' ? undefined : text;
}
