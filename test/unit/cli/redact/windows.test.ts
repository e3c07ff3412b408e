import { describe, expect, it } from 'vitest';
import { linesOf, windowsOf } from '../../../../cli/redact/windows.ts';

async function* chunked(text: string, size = 65_536): AsyncGenerator<string> {
  for (let at = 0; at < text.length; at += size) yield text.slice(at, at + size);
}
async function all<Item>(items: AsyncIterable<Item>): Promise<Item[]> {
  const list: Item[] = [];
  for await (const item of items) list.push(item);
  return list;
}
const MIB = 1 << 20;

describe('windowsOf', () => {
  it('gives all of the text, cut at line ends, with the number of the first line', async () => {
    const text = Array.from({ length: 60_000 }, (_, n) => `line ${n + 1} of some length, and no more\n`).join(
      '',
    );
    const windows = await all(windowsOf(chunked(text)));
    expect(windows.length).toBeGreaterThan(1);
    expect(windows.map((window) => window.text).join('')).toBe(text);
    for (const window of windows) {
      expect(window.text.startsWith(`line ${window.line} `)).toBe(true);
      expect(window.text.length).toBeLessThan(1.2 * MIB);
    }
  });

  it('does not cut a key block, wherever it lies', async () => {
    const block = `-----BEGIN PRIVATE KEY-----\n${`${'A1b2'.repeat(16)}\n`.repeat(30)}-----END PRIVATE KEY-----\n`;
    for (let at = MIB - 4_000; at < MIB + 2_000; at += 321) {
      const text =
        `${'x'.repeat(79)}\n`.repeat(Math.floor(at / 80)) + block + `${'y'.repeat(79)}\n`.repeat(30_000);
      const windows = await all(windowsOf(chunked(text)));
      expect(windows.some((window) => window.text.includes(block))).toBe(true);
      expect(windows.map((window) => window.text).join('')).toBe(text);
    }
  });

  it('cuts a line only when it is too long to hold, and then between words', async () => {
    const text = 'word '.repeat(5 * MIB);
    const windows = await all(windowsOf(chunked(text)));
    expect(windows.length).toBeGreaterThan(1);
    expect(windows.map((window) => window.text).join('')).toBe(text);
    expect(windows.every((window) => window.text.endsWith('word '))).toBe(true);
  });
});

describe('linesOf', () => {
  it('gives each line with its end', async () => {
    const lines = await all(linesOf(chunked('a\nbc\r\n\nlast', 2)));
    expect(lines).toEqual([
      { text: 'a\n', line: 1, isWhole: true },
      { text: 'bc\r\n', line: 2, isWhole: true },
      { text: '\n', line: 3, isWhole: true },
      { text: 'last', line: 4, isWhole: true },
    ]);
  });
});
