/**
 * Values in two halves: literals that code joins, `"abc" + "def"`, and a line of a shell that goes on in the next, also
 * within a string of JSON.
 *
 * @module
 */
import type { Region } from './regions.ts';
import { rewrite, type View } from './views.ts';

const QUOTE = String.raw`\\{0,7}["'\x60]`;
const GAP = String.raw`(?:\s|\\{1,7}[nrt]){0,40}`;
const SOURCE = String.raw`(?<=[\w+/=.-]{4})(?:(${QUOTE})${GAP}\+${GAP}\1|\\\r?\n|(?<!\\)\\{3}n)(?=[\w+/=.-]{4})`;
const JOINT = new RegExp(SOURCE, 'g');
const JOINT_HERE = new RegExp(SOURCE, 'y');
const MOST_BLANKS = 48;

/**
 * Where the halves meet.
 *
 * @param marks - where one may: at a `+`, or at a backslash before another or before the end of a line
 */
export function jointsAt(text: string, marks: readonly number[]): readonly Region[] {
  const found: { start: number; end: number }[] = [];
  for (const at of marks) {
    const start = startOfJoint(text, at);
    if (start < (found.at(-1)?.end ?? 0)) continue;
    JOINT_HERE.lastIndex = start;
    if (JOINT_HERE.test(text)) found.push({ start, end: JOINT_HERE.lastIndex });
  }
  return found;
}

/** With the halves joined. */
export function joined(text: string): View {
  return rewrite(text, JOINT, () => '');
}

/** Of literals the first quote and its backslashes, or -1. */
function startOfJoint(text: string, at: number): number {
  if (text.charAt(at) === '\\') return at;
  if (text.charAt(at) !== '+') return -1;
  let start = at;
  const first = Math.max(0, at - MOST_BLANKS);
  while (start > first && /[\s\\nrt]/.test(text.charAt(start - 1))) start -= 1;
  if (!/["'\x60]/.test(text.charAt(start - 1))) return -1;
  start -= 1;
  for (let i = 0; i < 7 && text.charAt(start - 1) === '\\'; i += 1) start -= 1;
  return start;
}
