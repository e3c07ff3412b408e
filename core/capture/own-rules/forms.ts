/**
 * How one value may be written in a text: encoded, escaped, quoted.
 *
 * @module
 */

/** A way to write a value. */
export interface Form {
  readonly text: string;
  /** How many characters before and after hold some bits of the value: those of base64 that straddle its edges. */
  readonly before: 0 | 1;
  readonly after: 0 | 1;
}

/** A shorter form would be found in texts that have nothing to do with the value. */
const SHORTEST_FORM = 6;
/** A line of a value of several lines is looked for on its own: diffs and logs write something before each. */
const SHORTEST_LINE = 16;

/**
 * Every form of a value that is looked for: as it is, escaped once and twice as in JSON strings, percent-encoded once and
 * twice, as in HTML and shell quotes, in hex, and in base64 and base64url at each of the three places of a byte.
 *
 * Guarantees: no two are the same text; none is shorter than six characters.
 */
export function formsOf(value: string): Form[] {
  const trimmed = value.trim();
  const texts = new Set([value, trimmed, ...linesOf(trimmed)]);
  for (const text of [...texts]) {
    for (const form of [...jsonForms(text), ...urlForms(text), ...quotedForms(text)]) texts.add(form);
  }
  const bytes = Buffer.from(trimmed, 'utf8');
  const hex = bytes.toString('hex');
  const whole = [...texts, hex, hex.toUpperCase()].map((text): Form => ({ text, before: 0, after: 0 }));
  const known = new Map<string, Form>();
  for (const form of [...whole, ...base64Forms(bytes)]) {
    if (form.text.length >= SHORTEST_FORM && !known.has(form.text)) known.set(form.text, form);
  }
  return [...known.values()];
}

function linesOf(text: string): string[] {
  const lines = text.split(/\r?\n/).map((line) => line.trim());
  return lines.length === 1 ? [] : lines.filter((line) => line.length >= SHORTEST_LINE);
}

function jsonForms(text: string): string[] {
  const once = inJson(text);
  const ascii = once.replace(
    /[\u0080-\uffff]/g,
    (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
  return [once, ascii, inJson(once), once.replaceAll('/', String.raw`\/`)];
}

function inJson(text: string): string {
  return JSON.stringify(text).slice(1, -1);
}

function urlForms(text: string): string[] {
  const encoded = encodeURIComponent(text.toWellFormed());
  const strict = encoded.replace(/[!'()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`);
  return [encoded, strict, strict.replaceAll('%20', '+')].flatMap((form) => [
    form,
    form.replace(/%[0-9A-F]{2}/g, (triplet) => triplet.toLowerCase()),
    encodeURIComponent(form),
  ]);
}

const HTML: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

function quotedForms(text: string): string[] {
  return [text.replace(/[&<>"']/g, (char) => HTML[char] ?? char), text.replaceAll("'", String.raw`'\''`)];
}

/** What base64 makes of the value wherever it stands in something larger, such as `user:value`. */
function base64Forms(bytes: Buffer): Form[] {
  return [0, 1, 2].flatMap((offset) => {
    const encoded = Buffer.concat([Buffer.alloc(offset), bytes])
      .toString('base64')
      .replaceAll('=', '');
    const bits = (offset + bytes.length) * 8;
    const first = Math.ceil((offset * 8) / 6);
    const core = encoded.slice(first, Math.floor(bits / 6));
    const url = core.replaceAll('+', '-').replaceAll('/', '_');
    const edges = { before: offset === 0 ? 0 : 1, after: bits % 6 === 0 ? 0 : 1 } as const;
    return [
      { text: core, ...edges },
      { text: url, ...edges },
    ];
  });
}
