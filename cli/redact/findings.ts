/**
 * What a scan finds, collected.
 *
 * @module
 */
import type { Difference } from './compare.ts';
import { maskOf } from './mask.ts';

/** One replacement, fit to be shown: nothing of it can be used. */
export interface Finding {
  readonly rule: string;
  /** As given by the person, or relative to the run. */
  readonly file: string;
  readonly line?: number;
  /** JSON path in the file, or the field of a result. */
  readonly path?: string;
  /** The test id of the result. */
  readonly result?: string;
  readonly masked: string;
  /** Characters; absent where it cannot be told. */
  readonly length?: number;
}

export interface Skipped {
  readonly file: string;
  readonly reason: string;
}

/** Where a difference was found. */
export type Place = Pick<Finding, 'file' | 'line' | 'path' | 'result'>;

export interface ScanReport {
  readonly findings: readonly Finding[];
  /** All of them, listed or not. */
  readonly total: number;
  readonly byRule: Readonly<Record<string, number>>;
  readonly byFile: Readonly<Record<string, number>>;
  /** Host paths among them, which are shortened and no secrets. */
  readonly hostPaths: number;
  readonly filesScanned: number;
  readonly skipped: readonly Skipped[];
}

/** Beyond it findings are counted and not listed. */
const MAX_LISTED = 10_000;

/** The rules that leave the text readable, by what they write. */
const PATHS: Readonly<Record<string, string>> = { '~': 'home-path', '<workspace>': 'workspace-path' };

export class Findings {
  readonly #findings: Finding[] = [];
  readonly #byRule = new Map<string, number>();
  readonly #byFile = new Map<string, number>();
  readonly #skipped: Skipped[] = [];
  #hostPaths = 0;
  #files = 0;

  add(place: Place, { written, secret }: Difference): void {
    const rule = ruleOf(written);
    this.#byRule.set(rule, (this.#byRule.get(rule) ?? 0) + 1);
    this.#byFile.set(place.file, (this.#byFile.get(place.file) ?? 0) + 1);
    if (PATHS[written] !== undefined) this.#hostPaths += 1;
    if (this.#findings.length >= MAX_LISTED) return;
    this.#findings.push({
      ...place,
      rule,
      masked: maskOf(secret),
      ...(secret === undefined ? {} : { length: secret.length }),
    });
  }

  scanned(): void {
    this.#files += 1;
  }

  skip(file: string, reason: string): void {
    this.#skipped.push({ file, reason });
  }

  report(): ScanReport {
    return {
      findings: this.#findings,
      total: [...this.#byRule.values()].reduce((sum, n) => sum + n, 0),
      byRule: byCount(this.#byRule),
      byFile: byCount(this.#byFile),
      hostPaths: this.#hostPaths,
      filesScanned: this.#files,
      skipped: this.#skipped,
    };
  }
}

/** The rule that a tag names. Rules that know a secret by its surroundings alone share the word `secret`. */
function ruleOf(written: string): string {
  return PATHS[written] ?? /^\[REDACTED:([a-z0-9-]+):/.exec(written)?.[1] ?? 'unknown';
}

function byCount(counts: ReadonlyMap<string, number>): Record<string, number> {
  return Object.fromEntries([...counts].sort(([a, n], [b, m]) => m - n || (a < b ? -1 : 1)));
}
