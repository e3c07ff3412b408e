/**
 * @module
 */
import { count } from './text.ts';

export interface ProgressState {
  readonly label: string;
  readonly done: number;
  readonly total: number;
}

const BAR = 24;
const ERASE_LINE = '\r\u001b[2K';

/** One line that is written over, for a terminal; never wider than it. */
export function renderBar({ label, done, total }: ProgressState, columns = 80): string {
  const share = total === 0 ? 1 : Math.min(1, done / total);
  const filled = Math.round(share * BAR);
  const bar = `${'█'.repeat(filled)}${'░'.repeat(BAR - filled)}`;
  return `${ERASE_LINE}${`${label} ${bar} ${counts(done, total)}`.slice(0, Math.max(1, columns - 1))}`;
}

export function eraseBar(): string {
  return ERASE_LINE;
}

/** A whole line, for a log. */
export function renderProgressLine({ label, done, total }: ProgressState): string {
  return `${label}: ${counts(done, total)}\n`;
}

function counts(done: number, total: number): string {
  return `${count(done)}/${count(total)}`;
}
