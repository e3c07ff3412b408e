/**
 * The arrows between the rooms of the house, and what core may not touch.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { describe, expect, it } from 'vitest';

/** Whom each room of core may import; everybody may import what lies in core itself (`errors.ts`, `compact.ts`). */
const ALLOWED: Record<string, readonly string[]> = {
  run: [],
  store: [],
  capture: ['run'],
  config: ['bundle', 'capture', 'store'],
  bundle: ['run', 'capture', 'store'],
  opik: ['run', 'capture', 'bundle'],
  ingest: ['run', 'capture', 'bundle', 'store', 'opik'],
  webhook: ['bundle', 'ingest', 'store'],
  web: ['ingest', 'store', 'webhook'],
};

interface Source {
  readonly path: string;
  readonly text: string;
}

function sourcesOf(folder: string): Source[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
    .map((entry) => join(entry.parentPath, entry.name))
    .map((path) => ({ path, text: readFileSync(path, 'utf8') }));
}

function importsOf({ text }: Source): string[] {
  return [...text.matchAll(/(?:from|import)\s*\(?'([^']+)'/g)].map(([, specifier]) => specifier ?? '');
}

const core = sourcesOf('core');
const roomOf = (path: string): string | undefined => /^core\/([^/]+)\//.exec(path)?.[1];

describe('arrows', () => {
  it.each(core.map((source) => [source.path, source] as const))(
    '%s imports only whom it may',
    (path, source) => {
      const room = roomOf(path);
      for (const specifier of importsOf(source).filter((each) => each.startsWith('.'))) {
        const target = normalize(join(dirname(path), specifier));
        expect(target, 'nothing imports cli or functions').toMatch(/^core\//);
        const targetRoom = roomOf(target);
        if (room === undefined || targetRoom === undefined || targetRoom === room) continue;
        expect(ALLOWED[room], `${room} → ${targetRoom}`).toContain(targetRoom);
      }
    },
  );

  it.each(['cli', 'functions'])('%s imports itself and core', (folder) => {
    const foreign = sourcesOf(folder).flatMap((source) =>
      importsOf(source)
        .filter((each) => each.startsWith('.'))
        .map((specifier) => normalize(join(dirname(source.path), specifier)))
        .filter((target) => !target.startsWith('core/') && !target.startsWith(`${folder}/`))
        .map((target) => `${source.path} → ${target}`),
    );
    expect(foreign).toEqual([]);
  });

  it('handlers have less than 40 lines', () => {
    const handlers = sourcesOf('functions').filter(({ path }) => path.endsWith('/index.ts'));
    expect(handlers.length).toBeGreaterThan(1);
    for (const { path, text } of handlers) expect(text.trimEnd().split('\n').length, path).toBeLessThan(40);
  });
});

describe('core', () => {
  const code = core.map(({ path, text }) => ({
    path,
    text: text.replaceAll(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, ''),
  }));
  const where = (pattern: RegExp): string[] =>
    code.filter(({ text }) => pattern.test(text)).map(({ path }) => path);

  it('reads no environment, prints nothing, ends no process', () => {
    const touching = code
      .map(({ path, text }) => ({ path, text: text.replaceAll(/'(?:[^'\\\n]|\\.)*'/g, "''") }))
      .filter(({ text }) => /\bprocess\.(?:env|exit|stdout|stderr|argv)\b|\bconsole\./.test(text));
    expect(touching.map(({ path }) => path)).toEqual([]);
  });

  it('knows AWS in the S3 store alone', () => {
    expect(where(/@aws-sdk|aws-lambda|@smithy/)).toEqual([
      'core/store/s3-body.ts',
      'core/store/s3-client.ts',
      'core/store/s3.ts',
    ]);
  });

  it('knows the opik package in the client and its types alone', () => {
    expect(where(/from 'opik'/)).toEqual(['core/opik/client.ts', 'core/opik/sdk-types.ts']);
  });
});
