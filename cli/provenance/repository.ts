/**
 * @module
 */

/**
 * A repository's address as `host/path`: the same for its https, ssh and scp-like forms, and without credentials.
 *
 * @returns nothing for a local path, which says where something lies on this machine
 *
 * @example
 * repositorySlug('git@github.com:acme/shop.git');                     // 'github.com/acme/shop'
 * repositorySlug('https://ci:token@github.com/acme/shop.git');        // 'github.com/acme/shop'
 */
export function repositorySlug(address: string): string | undefined {
  const text = address.trim();
  const slug = text.includes('://') && URL.canParse(text) ? slugOfUrl(new URL(text)) : slugOfScp(text);
  const clean = slug?.replace(/\/+$/, '').replace(/\.git$/, '');
  return clean === undefined || !clean.includes('/') ? undefined : clean;
}

function slugOfUrl({ protocol, hostname, pathname }: URL): string | undefined {
  if (!/^(?:https?|ssh|git|git\+ssh):$/.test(protocol) || hostname === '') return undefined;
  return `${hostname.toLowerCase()}${pathname.replace(/^\/+/, '/')}`;
}

/** `user@host:path`, which ssh understands. A Windows drive has one letter. */
function slugOfScp(text: string): string | undefined {
  const match = /^(?:[^@/\s]+@)?([a-z0-9.-]{2,}):(?!\/\/)\/?([^\s]+)$/i.exec(text);
  return match === null ? undefined : `${match[1]?.toLowerCase()}/${match[2]}`;
}
