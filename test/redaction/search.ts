/**
 * Looks for thousands of secrets at once in everything that came out.
 *
 * @module
 */
import { leakViews } from './leak.ts';

/** So much of a secret is enough to know it by. */
const WINDOW = 10;

export interface Sought {
  readonly secret: string;
}

/** A characteristic part: from the middle, for beginnings and ends name the format. */
function partOf(secret: string): string {
  const lines = secret.split('\n').map((line) => line.trim());
  const text = lines.length > 2 ? (lines[Math.floor(lines.length / 2)] ?? '') : secret;
  const from = Math.min(Math.floor(text.length / 3), Math.max(0, text.length - WINDOW));
  return text.slice(from, from + WINDOW);
}

/** The sought secrets of which something can be read in the text, as it is or with the usual encodings undone. */
export function found<Item extends Sought>(text: string, sought: readonly Item[]): Item[] {
  const byPart = Map.groupBy(sought, ({ secret }) => partOf(secret));
  const lengths = [...new Set([...byPart.keys()].map((part) => part.length))];
  const hits = new Set<Item>();
  for (const view of leakViews(text)) {
    for (const length of lengths) {
      for (let at = 0; at + length <= view.length; at += 1) {
        for (const item of byPart.get(view.slice(at, at + length)) ?? []) hits.add(item);
      }
    }
  }
  return [...hits];
}
