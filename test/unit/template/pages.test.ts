/**
 * The pages about AWS say what is so.
 */
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { PART_BYTES } from '../../../core/bundle/jsonl.ts';
import { ROOT } from './load.ts';

function page(name: string): string {
  return readFileSync(join(ROOT, 'docs', name), 'utf8');
}

describe('costs in docs/aws.md', () => {
  const rows = [...page('aws.md').matchAll(/^\| ([^|]+) \| ([\d.,]+) \| ([\d.]+) \| ([\d.]+) \|$/gm)].map(
    ([, what = '', count = '', price = '', cost = '']) => ({
      what,
      computed: Number(count.replaceAll(',', '')) * Number(price),
      cost: Number(cost),
    }),
  );

  it.each(rows)('$what: count times price', ({ computed, cost }) => {
    expect(cost).toBeCloseTo(computed, 3);
  });

  it('add up', () => {
    expect(rows.length).toBe(9);
    const [, together = ''] = /^\| together \| \| \| ([\d.]+) \|$/m.exec(page('aws.md')) ?? [];
    expect(Number(together)).toBeCloseTo(
      rows.reduce((sum, { cost }) => sum + cost, 0),
      4,
    );
  });
});

describe('limits in docs/aws.md', () => {
  const text = page('aws.md');
  const number = (pattern: RegExp): number => Number((pattern.exec(text)?.[1] ?? '').replaceAll(/[, ]/g, ''));
  const results = number(/^\| one part, .*\| ([\d,]+) results/m);
  const events = number(/^\| one part, .* results, ([\d,]+) events/m);
  const parts = number(/= ([\d,]+) parts/);
  const perMinute = number(/^\| one Opik cloud workspace \| ([\d,]+) events/m);

  it('a part is as large as the code makes it', () => {
    expect(number(/^\| one part, (\d+) MiB/m) * 1024 * 1024).toBe(PART_BYTES);
    expect(PART_BYTES / results / 1000).toBeCloseTo(number(/, ([\d.]+) KB plain, /), 1);
    expect(events / results).toBeCloseTo(number(/\| ([\d.]+) events, /), 1);
  });

  it('a million results: parts, messages, minutes, dollars', () => {
    expect(parts).toBe(Math.ceil(1_000_000 / results));
    expect(number(/finish: ([\d,]+) messages/)).toBe(parts + 2);
    const minutes = number(/÷ 2,500 = ([\d.]+) minutes/);
    expect(minutes).toBeCloseTo(events / (perMinute / 2), 1);
    expect(number(/MaximumConcurrency=5` it takes ([\d.]+)/)).toBeCloseTo(events / (perMinute / 5), 1);
    expect(number(/÷ 5,000 a minute = ([\d,]+) minutes/)).toBe(7_600_000 / perMinute);
    const gbSeconds = number(/minutes are ([\d,]+) GB-seconds/);
    expect(gbSeconds / 1000).toBeCloseTo((parts * minutes * 60) / 1000, -1);
    expect(number(/GB-seconds, ([\d.]+) dollars/)).toBeCloseTo(gbSeconds * 0.000_013_333_4, 1);
  });
});

describe('codes in docs/operations.md', () => {
  const known = new Set(
    globSync('{core,functions}/**/*.ts', { cwd: ROOT }).flatMap((path) =>
      [
        ...readFileSync(join(ROOT, path), 'utf8').matchAll(
          /(?:code = |\? |code: known\?\.code \?\? )'([A-Z][A-Z_]+)'/g,
        ),
      ].map(([, code = '']) => code),
    ),
  );
  const named = [...page('operations.md').matchAll(/^\| (`[A-Z_]+`(?:, `[A-Z_]+`)*) \|/gm)].flatMap(
    ([, codes = '']) => [...codes.matchAll(/[A-Z_]+/g)].map(([code]) => code),
  );

  it.each(named)('%s is one that a failure can have', (code) => {
    expect(known).toContain(code);
  });
});

describe('links', () => {
  it.each(['aws.md', 'operations.md', 'security.md'])('of %s lead somewhere', (name) => {
    for (const [, target = ''] of page(name).matchAll(/\]\((?!https?:)([^)]+)\)/g)) {
      const [file = '', anchor] = target.split('#');
      const text = page(file === '' ? name : file);
      if (anchor === undefined) continue;
      const anchors = [...text.matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) =>
        heading
          .toLowerCase()
          .replaceAll(/[^a-z0-9 -]/g, '')
          .replaceAll(' ', '-'),
      );
      expect(anchors, target).toContain(anchor);
    }
  });
});
