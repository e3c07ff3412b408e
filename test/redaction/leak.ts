/**
 * Whether a secret can still be read from a text, by whoever undoes the usual encodings.
 *
 * @module
 */

/** What is shorter is looked for as a whole; of what is longer, half must not be left standing either. */
const SHORTEST_PART = 16;

export function leaks(output: string, secret: string): boolean {
  const parts = partsOf(secret);
  for (const view of leakViews(output)) if (parts.some((part) => view.includes(part))) return true;
  return false;
}

function partsOf(secret: string): string[] {
  // Of several lines each is a secret of its own, but for the first and the last, which name the format.
  const lines = secret.split('\n').map((each) => each.trim());
  if (lines.length > 2) return lines.slice(1, -1).filter((each) => each.length >= SHORTEST_PART);
  const half = Math.ceil(secret.length * 0.6);
  return half < SHORTEST_PART ? [secret] : [secret, secret.slice(-half)];
}

const COLOUR = new RegExp(`${String.fromCharCode(27)}\\[[0-9;]*m`, 'g');
const INVISIBLE = /\u200b|\u200c|\u200d|\u2060|\ufeff/g;

/** The text, and what it says with the usual encodings undone. */
export function* leakViews(text: string): Generator<string> {
  yield text;
  const visible = text.replaceAll(COLOUR, '').replaceAll(INVISIBLE, '');
  if (visible !== text) yield visible;
  const narrow = text.replace(/[\uff01-\uff5e]/g, (char) => String.fromCharCode(char.charCodeAt(0) - 0xfee0));
  if (narrow !== text) yield narrow;
  let current = text;
  for (let depth = 0; depth < 4; depth += 1) {
    const next = unescapeOnce(current);
    if (next === current) break;
    yield next;
    current = next;
  }
  if (/%[0-9A-Fa-f]{2}/.test(text)) yield text.replace(/(?:%[0-9A-Fa-f]{2})+/g, (run) => percent(run));
  for (const [run] of text.matchAll(/[0-9A-Fa-f]{16,}/g)) yield Buffer.from(run, 'hex').toString('utf8');
  for (const [run] of text.matchAll(/[A-Za-z0-9+/_-]{8,}={0,2}/g))
    yield Buffer.from(run, 'base64').toString('utf8');
}

function unescapeOnce(text: string): string {
  return text
    .replace(/\\u([0-9a-fA-F]{4})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))
    .replace(/\\(["\\/nrt])/g, (_, char: string) => ({ n: '\n', r: '\r', t: '\t' })[char] ?? char);
}

function percent(run: string): string {
  return Buffer.from(run.replaceAll('%', ''), 'hex').toString('utf8');
}
