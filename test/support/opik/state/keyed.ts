/** Rows in two levels: an outer id (what one looks up by) and an inner key (what makes a row one row). */
export class KeyedRows<T> {
  readonly #rows = new Map<string, Map<string, T>>();
  #size = 0;

  get size(): number {
    return this.#size;
  }

  get(outer: string, inner: string): T | undefined {
    return this.#rows.get(outer)?.get(inner);
  }

  set(outer: string, inner: string, row: T): void {
    let rows = this.#rows.get(outer);
    if (rows === undefined) {
      rows = new Map();
      this.#rows.set(outer, rows);
    }
    if (!rows.has(inner)) this.#size += 1;
    rows.set(inner, row);
  }

  /** All rows of one outer id, in the order in which they were first written. */
  of(outer: string): T[] {
    return [...(this.#rows.get(outer)?.values() ?? [])];
  }

  delete(outer: string, inner: string): void {
    const rows = this.#rows.get(outer);
    if (rows?.delete(inner) !== true) return;
    this.#size -= 1;
    if (rows.size === 0) this.#rows.delete(outer);
  }

  deleteAll(outer: string): void {
    this.#size -= this.#rows.get(outer)?.size ?? 0;
    this.#rows.delete(outer);
  }

  *values(): Generator<T> {
    for (const rows of this.#rows.values()) yield* rows.values();
  }

  clear(): void {
    this.#rows.clear();
    this.#size = 0;
  }
}
