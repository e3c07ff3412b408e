/**
 * @module
 */

export function renderSkipped(what: string): string {
  return `${what} skipped: the policy is disabled\n`;
}

export function skippedJson(): object {
  return { status: 'skipped', reason: 'the policy is disabled' };
}
