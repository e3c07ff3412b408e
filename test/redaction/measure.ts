/**
 * Recall and precision of anything that turns a text into a safer one.
 *
 * @module
 */

import type { Labelled } from './labelled.ts';
import { leaks } from './leak.ts';
import type { Negative } from './negatives.ts';

export interface Scanner {
  readonly name: string;
  /** The text without what was found, and the rules that found it. */
  /** The same without the bookkeeping, for the clock. */
  run(text: string): unknown;
  scan(text: string): Promise<{ readonly text: string; readonly rules: readonly string[] }>;
}

export interface Miss {
  readonly rule: string;
  readonly carrier: string;
  readonly masked: string;
}

export interface ClassRecall {
  readonly caught: number;
  readonly total: number;
}

export interface Recall {
  readonly byClass: ReadonlyMap<string, ClassRecall>;
  readonly caught: number;
  readonly total: number;
  readonly misses: readonly Miss[];
}

export async function measureRecall(scanner: Scanner, cases: Iterable<Labelled>): Promise<Recall> {
  const byClass = new Map<string, { caught: number; total: number }>();
  const misses: Miss[] = [];
  for (const each of cases) {
    const { text } = await scanner.scan(each.text);
    const counts = byClass.get(each.class) ?? { caught: 0, total: 0 };
    byClass.set(each.class, counts);
    counts.total += 1;
    if (leaks(text, each.secret))
      misses.push({ rule: each.rule, carrier: each.carrier, masked: mask(each.secret) });
    else counts.caught += 1;
  }
  const all = [...byClass.values()];
  return {
    byClass,
    misses,
    caught: all.reduce((sum, { caught }) => sum + caught, 0),
    total: all.reduce((sum, { total }) => sum + total, 0),
  };
}

export interface FalseAlarms {
  readonly total: number;
  readonly characters: number;
  readonly byRule: ReadonlyMap<string, number>;
  readonly byKind: ReadonlyMap<string, number>;
  /** For whoever wants to know what was taken for what. */
  readonly examples: readonly {
    readonly kind: string;
    readonly rules: readonly string[];
    readonly text: string;
  }[];
}

export async function measureFalseAlarms(
  scanner: Scanner,
  negatives: Iterable<Negative>,
): Promise<FalseAlarms> {
  const byRule = new Map<string, number>();
  const byKind = new Map<string, number>();
  const examples: { kind: string; rules: readonly string[]; text: string }[] = [];
  let characters = 0;
  let total = 0;
  for (const { kind, text } of negatives) {
    characters += text.length;
    const { rules } = await scanner.scan(text);
    if (rules.length === 0) continue;
    total += rules.length;
    byKind.set(kind, (byKind.get(kind) ?? 0) + rules.length);
    for (const rule of rules) byRule.set(rule, (byRule.get(rule) ?? 0) + 1);
    if (examples.length < 200) examples.push({ kind, rules, text });
  }
  return { total, characters, byRule, byKind, examples };
}

export function mask(secret: string): string {
  const flat = secret.replaceAll('\n', ' ');
  const shown = Math.min(4, Math.floor(flat.length / 6));
  return `${flat.slice(0, shown)}…${shown === 0 ? '' : flat.slice(-shown)} (${secret.length})`;
}
