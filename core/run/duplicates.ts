/**
 * Which rows of an index are results, and which were superseded.
 *
 * `--resume` and `--rerun-failed` append to the index, so a test may stand in it several times; but so may a test of
 * two targets that are aliases of one, and those are two results. AgentV's own rule (test and target, last wins)
 * merges the aliases. What tells them apart here is the number of results that the run planned.
 *
 * @module
 */
import { type Column, ROW, type RowTable } from './row-table.ts';

/** What became of a row, as bits. */
export const FATE = {
  /** The row is a result. */
  kept: 1,
  /** Only its place in the file tells it from another result. */
  ambiguous: 2,
  /** Another result's files lie where its own do. */
  shared: 4,
  /** Of the results that share a place, the one written last. */
  lastShared: 8,
} as const;

export interface Fates {
  /** Per row, in file order. */
  readonly bits: Uint8Array;
  /** Per row: 0, or its position among the results with the same natural key and no identity. */
  readonly occurrence: Uint32Array;
  readonly kept: number;
  readonly superseded: number;
}

/**
 * Decides the fate of every row.
 *
 * 1. Equal projection identity: copies, the last one wins.
 * 2. More rows left than `planned`: exactly the excess is superseded, from rows that have a later twin (same suite,
 *    eval source, test, target, sample): first those not `ok`, which are what AgentV re-runs, oldest first; then others.
 * 3. Without `planned` (before 4.20, exported and combined runs) twins are results of their own.
 *
 * Guarantees: `kept + superseded` is the number of rows.
 */
export function decideFates(table: RowTable, planned: number | undefined): Fates {
  const bits = new Uint8Array(table.length).fill(FATE.kept);
  const occurrence = new Uint32Array(table.length);
  dropCopies(table, bits);
  const twins = twinColumn(table);
  const excess = planned === undefined ? 0 : ordinalsOf(bits).length - planned;
  if (excess > 0) dropReruns(table, bits, twins, excess);

  const kept = ordinalsOf(bits);
  const nameless = kept.filter((ordinal) => !table.isSet(ordinal, 'identity'));
  table.forEachGroup(nameless, twins, (group) => {
    group.forEach((ordinal, position) => {
      occurrence[ordinal] = position;
      mark(bits, ordinal, FATE.ambiguous);
    });
  });
  table.forEachGroup(
    kept.filter((ordinal) => table.isSet(ordinal, 'place')),
    'place',
    (group) => {
      for (const ordinal of group) mark(bits, ordinal, FATE.shared);
      mark(bits, group[group.length - 1] ?? 0, FATE.lastShared);
    },
  );
  return { bits, occurrence, kept: kept.length, superseded: table.length - kept.length };
}

function dropCopies(table: RowTable, bits: Uint8Array): void {
  const named = ordinalsOf(bits).filter((ordinal) => table.isSet(ordinal, 'identity'));
  table.forEachGroup(named, 'identity', (group) => {
    for (const ordinal of group.subarray(0, -1)) bits[ordinal] = 0;
  });
}

function dropReruns(table: RowTable, bits: Uint8Array, twins: Column, excess: number): void {
  const failed: number[] = [];
  const passed: number[] = [];
  table.forEachGroup(ordinalsOf(bits), twins, (group) => {
    for (const ordinal of group.subarray(0, -1)) {
      (table.has(ordinal, ROW.ok) ? passed : failed).push(ordinal);
    }
  });
  const oldestFirst = (a: number, b: number): number => a - b;
  const candidates = [...failed.sort(oldestFirst), ...passed.sort(oldestFirst)];
  for (const ordinal of candidates.slice(0, excess)) bits[ordinal] = 0;
}

/** A streaming row names no eval source: beside rows that do, sources cannot be compared. */
function twinColumn(table: RowTable): Column {
  let named = 0;
  for (let ordinal = 0; ordinal < table.length; ordinal++) if (table.isSet(ordinal, 'identity')) named++;
  return named > 0 && named < table.length ? 'loose' : 'natural';
}

function ordinalsOf(bits: Uint8Array): Uint32Array {
  let kept = 0;
  for (const fate of bits) if (fate !== 0) kept++;
  const ordinals = new Uint32Array(kept);
  let at = 0;
  bits.forEach((fate, ordinal) => {
    if (fate !== 0) ordinals[at++] = ordinal;
  });
  return ordinals;
}

function mark(bits: Uint8Array, ordinal: number, flag: number): void {
  bits[ordinal] = (bits[ordinal] ?? 0) | flag;
}
