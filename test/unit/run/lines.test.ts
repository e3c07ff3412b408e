import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type ReadInto, readLines, splitLines } from '../../../core/run/lines.ts';
import { collect, tempDir, writeFiles } from './temp-run.ts';

/** Hands out bytes in pieces of the given sizes, over and over. */
function inPieces(bytes: Buffer, sizes: readonly number[]): ReadInto {
  let at = 0;
  let turn = 0;
  return (buffer, offset, length) => {
    const wanted = sizes[turn++ % sizes.length] ?? 1;
    const got = Math.min(wanted, length, bytes.length - at);
    bytes.copy(buffer, offset, at, at + got);
    at += got;
    return Promise.resolve(got);
  };
}

async function linesOf(bytes: Buffer, sizes: readonly number[], maxLineBytes: number, chunkBytes: number) {
  const lines: { number: number; text: string; tooLong: boolean }[] = [];
  for await (const line of splitLines(inPieces(bytes, sizes), { maxLineBytes, chunkBytes })) {
    lines.push({ number: line.number, text: line.bytes.toString('utf8'), tooLong: line.tooLong });
  }
  return lines;
}

/** The same by the plain means that do not scale. */
function expected(bytes: Buffer, maxLineBytes: number) {
  return bytes
    .toString('latin1')
    .split('\n')
    .map((raw, index) => {
      const unmarked = index === 0 ? raw.replace(/^\xef\xbb\xbf/, '') : raw;
      const text = unmarked.replace(/\r$/, '');
      const tooLong = text.length > maxLineBytes;
      return {
        number: index + 1,
        text: tooLong ? '' : Buffer.from(text, 'latin1').toString('utf8'),
        tooLong,
      };
    })
    .filter((line, index) => {
      const raw = bytes.toString('latin1').split('\n')[index] ?? '';
      return /[^ \t\r]/.test(index === 0 ? raw.replace(/^\xef\xbb\xbf/, '') : raw) || line.tooLong;
    });
}

describe('line reader', () => {
  it('gives the same lines however the bytes arrive', async () => {
    const lineText = fc.oneof(
      fc.string({ unit: 'grapheme', maxLength: 40 }).map((text) => text.replaceAll(/[\r\n]/g, '')),
      fc.constantFrom('', '  ', '{"a":1}', 'é'.repeat(30)),
    );
    const source = fc.tuple(
      fc.constantFrom('', '\uFEFF'),
      fc.array(fc.tuple(lineText, fc.constantFrom('\n', '\r\n')), { maxLength: 20 }),
      lineText,
    );
    await fc.assert(
      fc.asyncProperty(
        source,
        fc.array(fc.integer({ min: 1, max: 30 }), { minLength: 1, maxLength: 8 }),
        fc.integer({ min: 60, max: 200 }),
        fc.integer({ min: 1, max: 64 }),
        async ([mark, lines, last], sizes, maxLineBytes, chunkBytes) => {
          const bytes = Buffer.from(mark + lines.map(([text, end]) => text + end).join('') + last);
          expect(await linesOf(bytes, sizes, maxLineBytes, chunkBytes)).toEqual(
            expected(bytes, maxLineBytes),
          );
        },
      ),
      { numRuns: 300 },
    );
  });

  it('passes over a line beyond the limit and goes on with the right number', async () => {
    const bytes = Buffer.from(`a\n${'x'.repeat(5000)}\n\nb`);
    expect(await linesOf(bytes, [7], 100, 16)).toEqual([
      { number: 1, text: 'a', tooLong: false },
      { number: 2, text: '', tooLong: true },
      { number: 4, text: 'b', tooLong: false },
    ]);
  });

  it('takes a line of exactly the limit, whatever ends it', async () => {
    const bytes = Buffer.from(`\uFEFF${'x'.repeat(100)}\r\n${'y'.repeat(101)}\r\n`);
    const lines = await linesOf(bytes, [1], 100, 16);
    expect(lines.map((line) => line.tooLong)).toEqual([false, true]);
    expect(lines[0]?.text).toBe('x'.repeat(100));
  });

  it('holds no more than the limit of an endless line', async () => {
    let left = 64 * 1024 * 1024;
    let widest = 0;
    const read: ReadInto = (buffer, offset, length) => {
      widest = Math.max(widest, buffer.length);
      const got = Math.min(length, left);
      buffer.fill('x', offset, offset + got);
      left -= got;
      return Promise.resolve(got);
    };
    const lines = await collect(splitLines(read, { maxLineBytes: 1024 * 1024, chunkBytes: 256 * 1024 }));
    expect(lines.map((line) => line.tooLong)).toEqual([true]);
    expect(widest).toBeLessThan(4 * 1024 * 1024);
  });

  it('reads a file and closes it when the reader stops early', async () => {
    const dir = await writeFiles(await tempDir(), { 'a.jsonl': 'one\ntwo\nthree' });
    for await (const line of readLines(`${dir}/a.jsonl`, { maxLineBytes: 10 })) {
      expect(line.bytes.toString()).toBe('one');
      break;
    }
    expect((await collect(readLines(`${dir}/a.jsonl`, { maxLineBytes: 10 }))).length).toBe(3);
  });
});
