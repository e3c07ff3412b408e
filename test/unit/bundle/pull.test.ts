import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { lstat, mkdir, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CorruptObjectError, PullTargetError } from '../../../core/bundle/errors.ts';
import { pullBundle, resultsPath } from '../../../core/bundle/pull.ts';
import { problemOfPath, safeSegment } from '../../../core/bundle/pull-path.ts';
import type { Bundle } from '../../../core/bundle/read.ts';
import { makeResult } from '../../support/results.ts';
import { filesIn, makeBundle, tempDir, textFile } from './pull-bundle.ts';

const INDEX = textFile('index.jsonl', '{"test_id":"t","score":1,"target":"a"}\n');

/** A folder with nothing but the target in it, so that whatever lands beside it shows. */
async function targetIn(parent: string): Promise<string> {
  await mkdir(parent, { recursive: true });
  return join(parent, 'run');
}

/** The file of the bundle's first object of a kind, and its size. */
function objectOf(bundle: Bundle, kind: 'part' | 'artifacts'): { path: string; size: number } {
  const object = bundle.manifest.objects.find((each) => each.kind === kind);
  if (object === undefined) throw new Error(`no object of kind ${kind}`);
  return { path: join(fileURLToPath(bundle.store.uri), bundle.path, object.path), size: object.size };
}

describe('pullBundle with artifacts', () => {
  it('writes text, bytes, empty files and files of many pieces', async () => {
    const bytes = Buffer.from(Array.from({ length: 256 }, (_, byte) => byte));
    const pieces = Array.from({ length: 40 }, (_, piece) => `${piece}\n`.repeat(2_000));
    const bundle = await makeBundle({
      chunks: [
        INDEX,
        textFile('a/empty.md', ''),
        { path: 'a/picture.png', last: true, base64: bytes.toString('base64') },
        ...pieces.map((text, piece) => ({ path: 'big.log', last: piece === pieces.length - 1, text })),
      ],
    });
    const seen: string[] = [];

    const outcome = await pullBundle({
      bundle,
      directory: join(await tempDir(), 'deep/er/run'),
      onFile: (path, done) => seen.push(`${done} ${path}`),
    });

    expect(bundle.manifest.objects.length).toBeGreaterThan(3);
    expect(seen).toEqual(['1 index.jsonl', '2 a/empty.md', '3 a/picture.png', '4 big.log']);
    expect(outcome).toMatchObject({ source: 'files', files: 4, leftOut: [], leftOutCount: 0 });
    expect(await readFile(join(outcome.directory, 'a/picture.png'))).toEqual(bytes);
    expect(await readFile(join(outcome.directory, 'a/empty.md'), 'utf8')).toBe('');
    const log = await readFile(join(outcome.directory, 'big.log'), 'utf8');
    expect(log).toBe(pieces.join(''));
    expect(outcome.bytes).toBe(Buffer.byteLength(INDEX.text ?? '') + bytes.length + log.length);
  });

  it('leaves out and names a file whose end is not in the bundle', async () => {
    const bundle = await makeBundle({
      chunks: [INDEX, { path: 'half.log', last: false, text: 'half' }, textFile('next.md')],
    });

    const outcome = await pullBundle({ bundle, directory: join(await tempDir(), 'run') });

    expect(outcome.leftOut).toEqual([{ path: 'half.log', reason: 'the bundle does not hold it to its end' }]);
    expect(await filesIn(outcome.directory)).toEqual(['index.jsonl', 'next.md']);
  });

  it('leaves out and names the last file when its end is missing', async () => {
    const bundle = await makeBundle({ chunks: [INDEX, { path: 'half.log', last: false, text: 'half' }] });

    const outcome = await pullBundle({ bundle, directory: join(await tempDir(), 'run') });

    expect(outcome).toMatchObject({ leftOutCount: 1, files: 1 });
    expect(await filesIn(outcome.directory)).toEqual(['index.jsonl']);
  });

  it('keeps the first of two files of one name, and of a file and a folder of one name', async () => {
    const bundle = await makeBundle({
      chunks: [
        INDEX,
        textFile('a', 'first'),
        textFile('a', 'second'),
        textFile('a/b'),
        textFile('c/d'),
        textFile('c'),
        textFile('index.jsonl', 'another index'),
        textFile('index.jsonl/hidden'),
      ],
    });

    const outcome = await pullBundle({ bundle, directory: join(await tempDir(), 'run') });

    expect(outcome.leftOut.map(({ path }) => path)).toEqual([
      'a',
      'a/b',
      'c',
      'index.jsonl',
      'index.jsonl/hidden',
    ]);
    expect(await readFile(join(outcome.directory, 'a'), 'utf8')).toBe('first');
    expect(await readFile(join(outcome.directory, 'index.jsonl'), 'utf8')).toBe(INDEX.text);
    expect(await filesIn(outcome.directory)).toEqual(['a', 'c/d', 'index.jsonl']);
  });

  it('names a hundred files left out and counts all', async () => {
    const bundle = await makeBundle({
      chunks: [INDEX, ...Array.from({ length: 150 }, (_, file) => textFile(`../${file}`))],
    });

    const outcome = await pullBundle({ bundle, directory: join(await tempDir(), 'run') });

    expect(outcome).toMatchObject({ leftOutCount: 150, files: 1 });
    expect(outcome.leftOut.length).toBe(100);
  });

  it.each([
    '../evil',
    'a/../../evil',
    '/tmp/agentv-opik-evil',
    '//server/share',
    '..\\evil',
    'C:/evil',
    'C:evil',
    'a/D:evil',
    'a//b',
    './a',
    'a/.',
    '..',
    '.',
    '',
    'nul\0.md',
    'x/',
  ])('writes nothing for the path %j', async (path) => {
    const parent = join(await tempDir(), 'parent');
    const directory = await targetIn(parent);
    const bundle = await makeBundle({ chunks: [INDEX, textFile(path), textFile('after.md')] });

    const outcome = await pullBundle({ bundle, directory });

    expect(outcome.leftOut.map((file) => file.path)).toEqual([path]);
    expect(await filesIn(dirname(parent))).toEqual(['parent/run/after.md', 'parent/run/index.jsonl']);
  });

  it('never writes outside, whatever the paths are', async () => {
    const segment = fc.oneof(
      fc.constantFrom('..', '.', '', 'a', 'b', 'C:', '\\', '~', '\0', 'index.jsonl', 'INDEX.JSONL', 'con'),
      fc.string({ unit: 'binary', maxLength: 4 }),
    );
    const path = fc.array(segment, { minLength: 1, maxLength: 5 }).map((segments) => segments.join('/'));
    await fc.assert(
      fc.asyncProperty(fc.array(path, { maxLength: 8 }), async (paths) => {
        const root = await tempDir();
        const directory = await targetIn(join(root, 'x/y'));
        const bundle = await makeBundle({ chunks: [INDEX, ...paths.map((each) => textFile(each))] });

        const outcome = await pullBundle({ bundle, directory });

        const files = await filesIn(root);
        expect(files.every((file) => file.startsWith('x/y/run/'))).toBe(true);
        expect(files.length).toBe(outcome.files);
        expect(outcome.files + outcome.leftOutCount).toBe(paths.length + 1);
      }),
      { numRuns: 60 },
    );
  });

  it('rebuilds the index when the bundle does not hold it to its end, and keeps the files it has', async () => {
    const grading = textFile('suite/test/grading.json', '{"assertions":[],"summary":{}}\n');
    const results = [makeResult(), makeResult({ target: 'other' })];
    const bundle = await makeBundle({
      results,
      chunks: [textFile('benchmark.json', '{"captured":true}'), { ...INDEX, last: false }, grading],
    });

    const outcome = await pullBundle({ bundle, directory: join(await tempDir(), 'run') });

    expect(outcome).toMatchObject({ source: 'results', leftOut: [{ path: 'index.jsonl' }] });
    const [first, second] = results.map((result) => `test~${result.key}/grading.json`);
    expect(await filesIn(outcome.directory)).toEqual(
      ['benchmark.json', 'index.jsonl', 'suite/test/grading.json', first, second, 'timing.json'].sort(),
    );
    expect(await readFile(join(outcome.directory, 'suite/test/grading.json'), 'utf8')).toBe(grading.text);
    expect(await readFile(join(outcome.directory, 'benchmark.json'), 'utf8')).toBe('{"captured":true}');
    expect(outcome.files).toBe(6);
  });
});

describe('the target of a pull', () => {
  it('may be an empty folder', async () => {
    const directory = await tempDir();

    const outcome = await pullBundle({ bundle: await makeBundle({ chunks: [INDEX] }), directory });

    expect(outcome.directory).toBe(directory);
    expect(await filesIn(directory)).toEqual(['index.jsonl']);
  });

  it.each([
    ['a folder with something in it', 'is not empty', async (path: string) => writeInto(path)],
    ['a file', 'is a file', async (path: string) => writeFile(path, 'mine')],
    [
      'a symbolic link to an empty folder',
      'is a symbolic link',
      async (path: string) => symlink(await tempDir(), path),
    ],
    [
      'a symbolic link to nothing',
      'is a symbolic link',
      async (path: string) => symlink('/nonexistent/agentv', path),
    ],
  ])('must not be %s', async (_what, problem, occupy) => {
    const parent = await tempDir();
    const directory = join(parent, 'run');
    await occupy(directory);
    const before = await filesIn(parent);

    const pulling = pullBundle({ bundle: await makeBundle({ chunks: [INDEX] }), directory });

    await expect(pulling).rejects.toThrow(PullTargetError);
    await expect(pulling).rejects.toMatchObject({
      message: `${directory} ${problem}`,
      hint: expect.stringContaining('does not exist yet'),
    });
    expect(await filesIn(parent)).toEqual(before);
    expect(await readdir(parent)).toEqual(['run']);
  });

  it('is left alone when somebody fills it meanwhile', async () => {
    const parent = await tempDir();
    const directory = join(parent, 'run');

    const pulling = pullBundle({
      bundle: await makeBundle({ chunks: [INDEX] }),
      directory,
      onFile: () => {
        mkdirSync(directory);
        writeFileSync(join(directory, 'mine.md'), 'mine');
      },
    });

    await expect(pulling).rejects.toThrow(PullTargetError);
    expect(await filesIn(parent)).toEqual(['run/mine.md']);
    expect(await readdir(parent)).toEqual(['run']);
  });

  it('is taken by exactly one of two pulls', async () => {
    const parent = await tempDir();
    const directory = join(parent, 'run');
    const bundle = await makeBundle({ chunks: [INDEX, textFile('a')] });

    const outcomes = await Promise.allSettled([
      pullBundle({ bundle, directory }),
      pullBundle({ bundle, directory }),
    ]);

    expect(outcomes.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    expect(await filesIn(parent)).toEqual(['run/a', 'run/index.jsonl']);
    expect(await readdir(parent)).toEqual(['run']);
  });

  it.each([
    ['files', { chunks: [INDEX, textFile('a')] }],
    ['results', { results: [makeResult()] }],
  ])('shows no index to AgentV before the pull of %s is done', async (_what, made) => {
    const parent = await tempDir();
    const seen: string[] = [];

    await pullBundle({
      bundle: await makeBundle(made),
      directory: join(parent, 'run'),
      onFile: () => seen.push(...readdirSync(parent, { recursive: true, encoding: 'utf8' })),
    });

    expect(seen.length).toBeGreaterThan(0);
    expect(seen.map((path) => basename(path))).not.toContain('index.jsonl');
    expect(await filesIn(parent)).toContain('run/index.jsonl');
  });
});

describe('a pull that fails', () => {
  it.each(['part', 'artifacts'] as const)(
    'leaves nothing when an object of kind %s was changed',
    async (kind) => {
      const bundle = await makeBundle({ chunks: kind === 'part' ? [] : [INDEX] });
      const { path, size } = objectOf(bundle, kind);
      await writeFile(path, 'x'.repeat(size));
      const parent = await tempDir();

      const pulling = pullBundle({ bundle, directory: join(parent, 'run') });

      await expect(pulling).rejects.toThrow(CorruptObjectError);
      expect(await readdir(parent)).toEqual([]);
    },
  );

  it('leaves nothing when an object is missing', async () => {
    const bundle = await makeBundle({ chunks: [INDEX] });
    await rm(objectOf(bundle, 'artifacts').path);
    const parent = await tempDir();

    await expect(pullBundle({ bundle, directory: join(parent, 'run') })).rejects.toThrow(CorruptObjectError);
    expect(await readdir(parent)).toEqual([]);
  });

  it.each([
    ['files', { chunks: [INDEX], totals: { artifact_files: 2 } }],
    ['results', { totals: { results: 2 } }],
  ] as const)('leaves nothing when there are fewer %s than the manifest says', async (_what, made) => {
    const bundle = await makeBundle(made);
    const parent = await tempDir();

    await expect(pullBundle({ bundle, directory: join(parent, 'run') })).rejects.toThrow(
      /1 (?:files|results) in the (?:artifacts|parts), 2 in the manifest/,
    );
    expect(await readdir(parent)).toEqual([]);
  });

  it('leaves nothing when it is aborted', async () => {
    const bundle = await makeBundle({ chunks: [INDEX, textFile('a'), textFile('b')] });
    const parent = await tempDir();
    const controller = new AbortController();

    const pulling = pullBundle({
      bundle,
      directory: join(parent, 'run'),
      signal: controller.signal,
      onFile: () => controller.abort(new Error('stop')),
    });

    await expect(pulling).rejects.toThrow('stop');
    expect(await readdir(parent)).toEqual([]);
  });

  it('starts nothing when it was aborted before', async () => {
    const bundle = await makeBundle({ chunks: [INDEX] });
    const parent = await tempDir();

    const pulling = pullBundle({
      bundle,
      directory: join(parent, 'a/run'),
      signal: AbortSignal.abort(new Error('stop')),
    });

    await expect(pulling).rejects.toThrow('stop');
    expect(await readdir(parent)).toEqual([]);
  });

  it('says what to do when a file stands where a folder is needed', async () => {
    const parent = await tempDir();
    await writeFile(join(parent, 'file'), '');

    const pulling = pullBundle({
      bundle: await makeBundle({ chunks: [INDEX] }),
      directory: join(parent, 'file/run'),
    });

    await expect(pulling).rejects.toMatchObject({ code: 'STORE_ACCESS', hint: expect.any(String) });
    expect((await lstat(join(parent, 'file'))).isFile()).toBe(true);
  });
});

describe('paths out of a bundle', () => {
  it('pass as they are when they are plain', () => {
    for (const path of ['index.jsonl', 'a b/c.d/..e', '.internal/index.jsonl', 'ü/漢.md', 'ab:c', '...']) {
      expect(problemOfPath(path)).toBeUndefined();
    }
  });

  it('are made of names that stay in their folder', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (name) => {
        const segment = safeSegment(name, 'unknown');
        expect(problemOfPath(segment)).toBeUndefined();
        expect(segment).not.toMatch(/[/\\\0]/);
        expect(Buffer.byteLength(segment)).toBeLessThanOrEqual(200);
      }),
    );
    expect(
      ['..', '.', ' a/b:c ', '', '  ', 'x'.repeat(300)].map((name) => safeSegment(name, 'none')),
    ).toEqual(['_', '_', 'a_b_c', 'none', 'none', 'x'.repeat(200)]);
  });

  it('lead to where AgentV lists runs', async () => {
    const { run } = (await makeBundle({ run: { experiment: 'base line', run_id: '../x' } })).manifest;

    expect(resultsPath(run, true)).toBe('runs/base_line/.._x');
    expect(resultsPath({ ...run, layout: 'v5' }, false)).toBe('.._x');
    expect(resultsPath({ ...run, layout: 'v5' }, true)).toBe('runs/base_line/.._x');
    expect(resultsPath({ ...run, layout: 'v4.43' }, false)).toBe('base_line/.._x');
    expect(resultsPath({ ...run, experiment: '..' }, false)).toBe('runs/_/.._x');
  });
});

async function writeInto(directory: string): Promise<void> {
  await mkdir(directory, { recursive: true });
  await writeFile(join(directory, 'mine.md'), 'mine');
}
