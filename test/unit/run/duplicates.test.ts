import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decideFates, FATE, type Fates } from '../../../core/run/duplicates.ts';
import { digest } from '../../../core/run/identity.ts';
import { ROW, RowTable } from '../../../core/run/row-table.ts';

interface Entry {
  readonly identity?: string | undefined;
  readonly natural: string;
  readonly ok?: boolean;
  readonly place?: string | undefined;
}

function tableOf(entries: readonly Entry[]): RowTable {
  const table = new RowTable();
  entries.forEach((entry, index) => {
    const ordinal = table.add(index + 1, entry.ok === false ? ROW.executionError : ROW.ok);
    if (entry.identity !== undefined) table.setHash(ordinal, 'identity', digest(entry.identity));
    table.setHash(ordinal, 'natural', digest(entry.natural));
    table.setHash(ordinal, 'loose', digest(entry.natural));
    if (entry.place !== undefined) table.setHash(ordinal, 'place', digest(entry.place));
  });
  return table;
}

function keptOf(fates: Fates): number[] {
  return [...fates.bits].flatMap((bits, ordinal) => ((bits & FATE.kept) === 0 ? [] : [ordinal]));
}

const entries = fc.array(
  fc.record({
    identity: fc.option(fc.constantFrom('a', 'b', 'c', 'd', 'e'), { nil: undefined }),
    natural: fc.constantFrom('t1', 't2', 't3'),
    ok: fc.boolean(),
    place: fc.option(fc.constantFrom('p1', 'p2'), { nil: undefined }),
  }),
  { maxLength: 30 },
);

describe('duplicates', () => {
  it('loses no row uncounted, drops no more than the excess, and never the last of a kind', () => {
    fc.assert(
      fc.property(entries, fc.option(fc.nat(20), { nil: undefined }), (rows, planned) => {
        const fates = decideFates(tableOf(rows), planned);
        const kept = keptOf(fates);
        expect(kept.length).toBe(fates.kept);
        expect(fates.kept + fates.superseded).toBe(rows.length);
        const distinct = decideFates(tableOf(rows), undefined).kept;
        if (planned !== undefined) expect(fates.kept).toBeGreaterThanOrEqual(Math.min(planned, distinct));
        const keptRows = kept.map((ordinal) => rows[ordinal]);
        for (const row of rows) {
          if (row.identity === undefined || planned === undefined) continue;
          const isLastOfIdentity = rows.findLast((other) => other.identity === row.identity) === row;
          const isLastOfTest = rows.findLast((other) => other.natural === row.natural) === row;
          if (isLastOfIdentity && isLastOfTest) expect(keptRows).toContain(row);
        }
      }),
    );
  });

  it('keeps the last of equal identities', () => {
    const fates = decideFates(
      tableOf([
        { identity: 'a', natural: 't1' },
        { identity: 'b', natural: 't2' },
        { identity: 'a', natural: 't1' },
      ]),
      undefined,
    );
    expect(keptOf(fates)).toEqual([1, 2]);
    expect(fates.superseded).toBe(1);
  });

  it('keeps aliases of one target as long as the run planned them', () => {
    const aliases = [
      { identity: 'a', natural: 't1' },
      { identity: 'b', natural: 't1' },
    ];
    expect(keptOf(decideFates(tableOf(aliases), 2))).toEqual([0, 1]);
    expect(keptOf(decideFates(tableOf(aliases), undefined))).toEqual([0, 1]);
  });

  it('drops of a re-run beside aliases exactly the excess: the failed row that was run again', () => {
    const rows = [
      { identity: 'alias-1', natural: 't1', ok: true },
      { identity: 'alias-2', natural: 't1', ok: false },
      { identity: 'alias-2-again', natural: 't1', ok: true },
      { identity: 'other', natural: 't2', ok: false },
    ];
    expect(keptOf(decideFates(tableOf(rows), 3))).toEqual([0, 2, 3]);
  });

  it('drops the oldest failure first, and a passed row only when no failed one is left', () => {
    const rows = [
      { identity: 'a', natural: 't1', ok: true },
      { identity: 'b', natural: 't1', ok: false },
      { identity: 'c', natural: 't1', ok: false },
      { identity: 'd', natural: 't1', ok: true },
    ];
    expect(keptOf(decideFates(tableOf(rows), 3))).toEqual([0, 2, 3]);
    expect(keptOf(decideFates(tableOf(rows), 1))).toEqual([3]);
  });

  it('numbers nameless twins in file order and marks them', () => {
    const fates = decideFates(tableOf([{ natural: 't1' }, { natural: 't2' }, { natural: 't1' }]), undefined);
    expect([...fates.occurrence]).toEqual([0, 0, 1]);
    expect([...fates.bits].map((bits) => (bits & FATE.ambiguous) !== 0)).toEqual([true, false, true]);
  });

  it('marks the results that share a place, and which of them was written last', () => {
    const fates = decideFates(
      tableOf([
        { identity: 'a', natural: 't1', place: 'p' },
        { identity: 'b', natural: 't2', place: 'p' },
        { identity: 'c', natural: 't3', place: 'q' },
      ]),
      undefined,
    );
    expect([...fates.bits]).toEqual([
      FATE.kept | FATE.shared,
      FATE.kept | FATE.shared | FATE.lastShared,
      FATE.kept,
    ]);
  });

  it('grows past its first size without losing a row', () => {
    const rows = Array.from({ length: 5000 }, (_, index) => ({
      identity: `id-${index % 2500}`,
      natural: `t-${index % 2500}`,
    }));
    const fates = decideFates(tableOf(rows), 2500);
    expect(fates.superseded).toBe(2500);
    expect(keptOf(fates)[0]).toBe(2500);
  });
});
