/**
 * JSON inside a string, as tool calls carry their arguments: changed in place, so that blanks, numbers and everything
 * else stay as they were written.
 *
 * @module
 */

/** Larger texts are redacted as text alone. */
const MAX_CHARS = 1 << 20;
const TOKEN = /"[^"\\]*(?:\\.[^"\\]*)*"|-?\d[\d.eE+-]*/gs;

/** What the text holds, if it is a JSON object, array or string. */
export function parseJsonText(text: string): { readonly value: unknown } | undefined {
  const first = text.charCodeAt(0) <= 32 ? text.trimStart().charCodeAt(0) : text.charCodeAt(0);
  if ((first !== 0x7b && first !== 0x5b && first !== 0x22) || text.length > MAX_CHARS || text.length < 8) {
    return undefined;
  }
  try {
    return { value: JSON.parse(text) };
  } catch {
    // Text that only begins like JSON.
    return undefined;
  }
}

/** The text with `before`, which it holds, replaced by `after`, which has the same shape. */
export function rewriteJsonText(text: string, before: unknown, after: unknown): string {
  const old = leavesOf(before, []);
  const changed = leavesOf(after, []);
  let i = 0;
  let inStep = old.length === changed.length;
  const out = text.replace(TOKEN, (token) => {
    const leaf = old[i];
    const next = changed[i];
    i += 1;
    inStep &&= JSON.parse(token) === leaf;
    return leaf === next ? token : JSON.stringify(next);
  });
  // Keys that are numbers or come twice stand in another order in the text than in the value.
  return inStep && i === old.length ? out : JSON.stringify(after);
}

/** Keys, strings and numbers in the order of the text. */
function leavesOf(value: unknown, leaves: unknown[]): unknown[] {
  if (typeof value === 'string' || typeof value === 'number') leaves.push(value);
  else if (Array.isArray(value)) for (const item of value) leavesOf(item, leaves);
  else if (typeof value === 'object' && value !== null) {
    for (const [key, child] of Object.entries(value)) {
      leaves.push(key);
      leavesOf(child, leaves);
    }
  }
  return leaves;
}
