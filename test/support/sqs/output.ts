/**
 * What the function writes to its log.
 */
import { vi } from 'vitest';

export interface Output {
  /** All that was written since the last `clear`. */
  readonly text: () => string;
  /** The lines that are JSON objects. */
  readonly lines: () => Record<string, unknown>[];
  /** Sums of a metric over all EMF lines. */
  readonly metric: (name: string) => number;
  readonly clear: () => void;
  readonly restore: () => void;
}

/** Keeps what is written to stdout and stderr, and shows nothing of it. */
export function recordOutput(): Output {
  let text = '';
  const keep = (chunk: string | Uint8Array): boolean => {
    text += typeof chunk === 'string' ? chunk : Buffer.from(chunk).toString('utf8');
    return true;
  };
  const spies = [
    vi.spyOn(process.stdout, 'write').mockImplementation(keep),
    vi.spyOn(process.stderr, 'write').mockImplementation(keep),
  ];
  const lines = (): Record<string, unknown>[] =>
    text.split('\n').flatMap((line) => (line.startsWith('{') ? [JSON.parse(line)] : []));
  return {
    text: () => text,
    lines,
    metric: (name) =>
      lines()
        .filter((line) => '_aws' in line)
        .flatMap((line) => line[name] ?? [])
        .reduce<number>((sum, value) => sum + Number(value), 0),
    clear: () => {
      text = '';
    },
    restore: () => {
      for (const spy of spies) spy.mockRestore();
    },
  };
}
