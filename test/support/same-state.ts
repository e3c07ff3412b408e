/**
 * @module
 */

const CONTEXT = 150;

/** Compares two snapshots, and shows of a difference only its surroundings: a snapshot is too long to read. */
export function expectSameState(actual: string, expected: string, when: string): void {
  if (actual === expected) return;
  let at = 0;
  while (actual[at] === expected[at]) at += 1;
  const around = (text: string): string => text.slice(Math.max(0, at - CONTEXT), at + CONTEXT);
  throw new Error(
    `${when}: the states differ\n  expected …${around(expected)}…\n  actual   …${around(actual)}…`,
  );
}
