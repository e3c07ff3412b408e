/**
 * Text of any size in pieces that can be looked at one by one.
 *
 * @module
 */

/** A piece of a text. */
export interface Window {
  readonly text: string;
  /** Number of its first line, from 1. */
  readonly line: number;
}

const WINDOW = 1 << 20;
/** What begins nearer to the end than this is kept for the next window: a key block that goes on. */
const HELD = 1 << 16;
/** A line is cut only when it is longer than this, and then between two words if there are any. */
const MAX_LINE = 1 << 24;

/**
 * Cuts a stream of text into windows of about a megabyte.
 *
 * Guarantees: all windows together are the text; none begins or ends inside a line (of up to 16 MiB) or inside a PEM block
 * (of up to 64 KiB). Another secret that spans lines is seen as a whole unless a window happens to end in it.
 */
export async function* windowsOf(chunks: AsyncIterable<string>): AsyncGenerator<Window> {
  let rest = '';
  let line = 1;
  for await (const chunk of chunks) {
    rest += chunk;
    if (rest.length < WINDOW) continue;
    const end = endOfWindow(rest);
    if (end === 0) continue;
    const text = rest.slice(0, end);
    yield { text, line };
    line += countLines(text);
    rest = rest.slice(end);
  }
  if (rest !== '') yield { text: rest, line };
}

/** Each line with its end, by the same bounds; `isWhole` is false for pieces of a line that is too long to hold. */
export async function* linesOf(
  chunks: AsyncIterable<string>,
): AsyncGenerator<Window & { readonly isWhole: boolean }> {
  let rest = '';
  let line = 1;
  let isWhole = true;
  for await (const chunk of chunks) {
    rest += chunk;
    let from = 0;
    for (let end = rest.indexOf('\n'); end >= 0; end = rest.indexOf('\n', from)) {
      yield { text: rest.slice(from, end + 1), line, isWhole };
      isWhole = true;
      line += 1;
      from = end + 1;
    }
    rest = rest.slice(from);
    if (rest.length < MAX_LINE) continue;
    const end = lastGap(rest);
    yield { text: rest.slice(0, end), line, isWhole: false };
    isWhole = false;
    rest = rest.slice(end);
  }
  if (rest !== '') yield { text: rest, line, isWhole };
}

function endOfWindow(text: string): number {
  const end = text.lastIndexOf('\n') + 1;
  if (end === 0) return text.length < MAX_LINE ? 0 : lastGap(text);
  const block = text.lastIndexOf('-----BEGIN ', end);
  const isOpen = block >= 0 && !/-----END [^\n]*\n/.test(text.slice(block, end));
  if (!isOpen || text.length - block > HELD) return end;
  return text.lastIndexOf('\n', block) + 1;
}

/** Behind the last blank or quote, if there is one near the end. */
function lastGap(text: string): number {
  const tail = text.slice(-HELD);
  const gap = Math.max(...[' ', '\t', '"', "'", ',', ';'].map((char) => tail.lastIndexOf(char)));
  return gap < 0 ? text.length : text.length - tail.length + gap + 1;
}

export function countLines(text: string): number {
  let lines = 0;
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) lines += 1;
  return lines;
}
