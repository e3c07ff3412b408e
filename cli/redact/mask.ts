/**
 * @module
 */

const MOST = 4;
const SHARE = 1 / 3;

/**
 * A secret as it may be shown: `AKIA…MPLE`.
 *
 * Guarantees: at most four characters of either end, and of the whole at most a third; nothing of what is shorter than six.
 */
export function maskOf(secret: string | undefined): string {
  if (secret === undefined) return '…';
  const shown = Math.min(MOST, Math.floor((secret.length * SHARE) / 2));
  return shown === 0 ? '…' : `${secret.slice(0, shown)}…${secret.slice(-shown)}`;
}
