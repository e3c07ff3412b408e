import { expect, it } from 'vitest';
import { assertBudgets, type Built } from '../../../infra/budgets.ts';

const KB = 1024;

/** A build of files: bytes, entry, and what they import. */
function builtOf(
  name: string,
  files: Record<string, { kb: number; entry?: string; imports?: string[]; lazy?: string[] }>,
): Built {
  const outputs = Object.fromEntries(
    Object.entries(files).map(([path, { kb, entry, imports = [], lazy = [] }]) => [
      `${name}/${path}`,
      {
        bytes: kb * KB,
        inputs: {},
        exports: [],
        ...(entry === undefined ? {} : { entryPoint: entry }),
        imports: [
          ...imports.map((to) => ({ path: `${name}/${to}`, kind: 'import-statement' as const })),
          ...lazy.map((to) => ({ path: `${name}/${to}`, kind: 'dynamic-import' as const })),
        ],
      },
    ]),
  );
  return { name, metafile: { inputs: {}, outputs } };
}

it('counts all code of ingest, but not its source maps', () => {
  const at = (kb: number) =>
    builtOf('dist/functions/ingest', { 'index.mjs': { kb, entry: 'x' }, 'index.mjs.map': { kb: 9000 } });
  assertBudgets([at(3072)]);
  expect(() => assertBudgets([at(3073)])).toThrow('dist/functions/ingest: all code: 3073.0 KB of 3072.0 KB');
});

it('counts of web what loads at once, chunks included, but not what loads later', () => {
  const at = (kb: number) =>
    builtOf('dist/functions/web', {
      'index.mjs': { kb: 100, entry: 'x', imports: ['chunks/a.mjs'], lazy: ['chunks/s3.mjs'] },
      'chunks/a.mjs': { kb: 100, imports: ['chunks/b.mjs'] },
      'chunks/b.mjs': { kb, imports: ['chunks/a.mjs'] },
      'chunks/s3.mjs': { kb: 900, entry: 'core/store/s3.ts', imports: ['chunks/b.mjs'] },
    });
  assertBudgets([at(50)]);
  expect(() => assertBudgets([at(51)])).toThrow('251.0 KB of 250.0 KB');
});
