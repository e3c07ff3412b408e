/**
 * Randomness that comes again.
 *
 * @module
 */

export const DIGITS = '0123456789';
export const LOWER = 'abcdefghijklmnopqrstuvwxyz';
export const UPPER = LOWER.toUpperCase();
const ALNUM = DIGITS + UPPER + LOWER;

export interface Random {
  /** From 0 to below 1. */
  next(): number;
  /** From `min` to `max`, both included. */
  int(min: number, max: number): number;
  pick<Item>(items: readonly Item[]): Item;
  text(alphabet: string, length: number): string;
  bytes(length: number): Buffer;
}

/** @see mulberry32 */
export function createRandom(seed: number): Random {
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
  const int = (min: number, max: number): number => min + Math.floor(next() * (max - min + 1));
  return {
    next,
    int,
    pick(items) {
      const item = items[int(0, items.length - 1)];
      if (item === undefined) throw new Error('nothing to pick from');
      return item;
    },
    text: (alphabet, length) =>
      Array.from({ length }, () => alphabet.charAt(int(0, alphabet.length - 1))).join(''),
    bytes: (length) => Buffer.from(Array.from({ length }, () => int(0, 255))),
  };
}

/** The alphabets of the templates, by their letter. */
const ALPHABETS: Readonly<Record<string, string>> = {
  A: ALNUM,
  a: DIGITS + LOWER,
  U: DIGITS + UPPER,
  l: LOWER,
  L: UPPER,
  H: `${DIGITS}abcdef`,
  X: `${DIGITS}ABCDEF`,
  D: DIGITS,
  W: `${ALNUM}_-`,
  B: `${ALNUM}+/`,
  2: `${LOWER}234567`,
  S: `${UPPER}234567`,
};

/**
 * Fills a template: `{A36}` is 36 letters and digits, `{W20-40}` 20 to 40 of base64url, `{H8}` hex, `{uuid}` a UUID.
 * A run of letters and digits always holds one of each where it is long enough, as real tokens all but always do.
 */
export function fill(template: string, random: Random): string {
  return template.replace(
    /\{(uuid|[AaUlLHXDWB2S])(\d*)(?:-(\d+))?\}/g,
    (_, kind: string, from: string, to?: string) => {
      if (kind === 'uuid') return uuid(random);
      const length = random.int(Number(from), Number(to ?? from));
      const alphabet = ALPHABETS[kind] ?? ALNUM;
      for (;;) {
        const text = random.text(alphabet, length);
        if (length < 12 || kind === 'D' || kind === 'l' || kind === 'L' || isMixed(text, kind)) return text;
      }
    },
  );
}

function isMixed(text: string, kind: string): boolean {
  return /\d/.test(text) && /[A-Za-z]/.test(text) && (kind === 'H' || new Set(text).size >= 6);
}

export function uuid(random: Random): string {
  const hex = random.text(ALPHABETS.H ?? '', 30);
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(12, 15)}-${random.pick(['8', '9', 'a', 'b'])}${hex.slice(15, 18)}-${hex.slice(18, 30)}`;
}
