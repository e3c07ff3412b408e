/**
 * Exit codes, in one place. The table is in docs/cli.md.
 *
 * @module
 */
import { AgentvOpikError, messageOf } from '../core/errors.ts';
import { InterruptedError, NotDeliveredError, WaitTimeoutError } from './errors.ts';
import type { Problem } from './render/messages.ts';

export const EXIT = { done: 0, failed: 1, usage: 2, notDelivered: 3, findings: 4 } as const;

/**
 * Codes of errors that only the person can put right: what was asked for is not there or cannot be understood. No policy
 * makes them a warning. By code and not by class, for the classes are in modules that load later.
 */
const USAGE_CODES: ReadonlySet<string> = new Set([
  'USAGE',
  'UNKNOWN_SETTING',
  'INVALID_SETTING',
  'SETTINGS_FILE',
  'MISPLACED_SETTING',
  'MISSING_VARIABLE',
  'INVALID_OWN_RULE',
  'INVALID_STORE_URI',
  'INVALID_KEY',
  'RUN_NOT_FOUND',
  'AMBIGUOUS_RUN',
  'EMPTY_RUN',
  'EMPTY_BUNDLE',
  'INCOMPLETE_RUN',
  'RUN_CHANGED',
  'BUNDLE_REFERENCE',
  'BUNDLE_NOT_FOUND',
  'PULL_TARGET',
]);

export function isUsage(error: unknown): boolean {
  return error instanceof AgentvOpikError && USAGE_CODES.has(error.code);
}

/** The exit code of an error that ends a command outside any policy. */
export function exitCodeOf(error: unknown): number {
  if (error instanceof InterruptedError) return error.signal === 'SIGINT' ? 130 : 143;
  if (error instanceof WaitTimeoutError || error instanceof NotDeliveredError) return EXIT.notDelivered;
  return isUsage(error) ? EXIT.usage : EXIT.failed;
}

/** What a person is told of anything thrown. */
export function problemOf(error: unknown): Problem {
  if (error instanceof AgentvOpikError) {
    return { code: error.code, message: error.message, hint: error.hint };
  }
  return {
    code: 'UNEXPECTED',
    message: `Unexpected error: ${messageOf(error)}`,
    hint: 'This is a fault of agentv-opik. Please report it with what --verbose prints.',
  };
}

/** The stack, and those of the causes beneath. */
export function stackOf(error: unknown): string {
  const lines: string[] = [];
  for (let at = error, depth = 0; at !== undefined && depth < 5; depth += 1) {
    lines.push(
      `${depth === 0 ? '' : 'Caused by: '}${at instanceof Error ? (at.stack ?? at.message) : String(at)}\n`,
    );
    at = at instanceof Error ? at.cause : undefined;
  }
  return lines.join('');
}
