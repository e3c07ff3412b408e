/**
 * @module
 */

export interface OutputSize {
  readonly path: string;
  readonly bytes: number;
}

/** A table of outputs, the largest first, and their sum. */
export function formatSizes(sizes: readonly OutputSize[]): string {
  const rows = [...sizes].sort((a, b) => b.bytes - a.bytes);
  const total = rows.reduce((sum, { bytes }) => sum + bytes, 0);
  const lines = [...rows.map(({ path, bytes }) => [path, bytes] as const), ['total', total] as const];
  return lines.map(([path, bytes]) => `${(bytes / 1024).toFixed(1).padStart(9)} KB  ${path}\n`).join('');
}
