/**
 * Errors, warnings and tips.
 *
 * @module
 */
import { PLAIN, printableLines, type Style } from './text.ts';

/** What is wrong, and what to do. */
export interface Problem {
  readonly code: string;
  readonly message: string;
  readonly hint?: string | undefined;
}

export function renderError({ message, hint }: Problem, style: Style = PLAIN): string {
  return `${style.red('Error:')} ${printableLines(message)}\n${renderHint(hint)}`;
}

export function renderWarning(message: string, hint?: string, style: Style = PLAIN): string {
  return `${style.yellow('Warning:')} ${printableLines(message)}\n${renderHint(hint)}`;
}

export function renderTip(text: string, style: Style = PLAIN): string {
  return `${style.cyan('Tip:')} ${printableLines(text)}\n`;
}

/** One JSON object for programs, in the place where the result would have been. */
export function renderErrorJson({ code, message, hint }: Problem): string {
  return renderJson({ error: { code, message, ...(hint === undefined ? {} : { hint }) } });
}

/** ASCII-safe: control characters in names are escaped by JSON itself. */
export function renderJson(value: object): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}

export function renderInterrupted(command: string, what: string): string {
  return `${what} Nothing that was written is lost. To go on:\n  ${printableLines(command)}\n`;
}

function renderHint(hint: string | undefined): string {
  return hint === undefined ? '' : printableLines(hint).replace(/^/gm, '  ').concat('\n');
}

/** A command as it can be pasted into a shell. */
export function shellCommand(words: readonly string[]): string {
  return words.map(shellWord).join(' ');
}

function shellWord(word: string): string {
  return /^[\w@%+=:,./-][\w@%+=:,./~-]*$/.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`;
}

export function renderRetry(message: string, attempt: number, attempts: number, delayMs: number): string {
  const seconds = Math.max(1, Math.round(delayMs / 1000));
  return `${printableLines(message)}\n  Trying again in ${seconds} s (${attempt} of ${attempts})\n`;
}

/** The one warning of the best-effort policy: what, why, what to do, and why the exit code is 0 all the same. */
export function bestEffortWarning(what: string, { message, hint }: Problem): [message: string, hint: string] {
  const policy = 'Exit code 0, for the policy is best-effort; --policy required makes it 3.';
  return [`${what} failed: ${message}`, hint === undefined ? policy : `${hint}\n${policy}`];
}
