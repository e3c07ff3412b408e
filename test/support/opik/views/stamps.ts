import type { Stamps } from '../state/rows.ts';

export const stampView = (row: Stamps) => ({
  created_at: row.createdAt,
  last_updated_at: row.lastUpdatedAt,
  created_by: row.createdBy,
  last_updated_by: row.lastUpdatedBy,
});

/** The map, or nothing when it is empty: Opik leaves out empty usage. */
export const unlessEmpty = <T extends object>(value: T): T | undefined =>
  Object.keys(value).length === 0 ? undefined : value;
