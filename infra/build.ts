/**
 * Builds what is published and deployed: the command line, and each function as one folder for Lambda.
 *
 * Usage: `node infra/build.ts [cli|ingest|web]…`; without a name, all.
 *
 * @module
 */
import { chmod, mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { type BuildOptions, build, type Metafile } from 'esbuild';
import { assertBudgets, type Built } from './budgets.ts';
import { formatSizes } from './sizes.ts';
import { slimZod, stubHeavyModules } from './stubs.ts';
import { zodNamespace } from './zod-namespace.ts';

const { version } = JSON.parse(await readFile('package.json', 'utf8'));

const SHARED: BuildOptions = {
  bundle: true,
  format: 'esm',
  platform: 'node',
  minify: true,
  sourcemap: 'linked',
  sourcesContent: false,
  legalComments: 'linked',
  chunkNames: 'chunks/[name]-[hash]',
  define: { __AGENTV_OPIK_VERSION__: JSON.stringify(version) },
  plugins: [stubHeavyModules(), zodNamespace()],
  banner: {
    // CommonJS dependencies call require(), which an ES module does not have.
    js: "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);",
  },
};

/** Without `keepNames`, which renames each function anew at every cold start: logs tell errors by their codes. */
const FUNCTION: BuildOptions = {
  ...SHARED,
  target: 'node24',
  outExtension: { '.js': '.mjs' },
  plugins: [stubHeavyModules(), zodNamespace(), slimZod()],
  // The ES modules of the AWS SDK and of `opik`, where they have some: esbuild leaves out what nobody imports.
  mainFields: ['module', 'main'],
};

const TARGETS: Readonly<Record<string, BuildOptions & { readonly outdir: string }>> = {
  cli: {
    ...SHARED,
    entryPoints: { main: 'cli/main.ts' },
    outdir: 'dist/cli',
    splitting: true,
    keepNames: true,
    target: 'node22.15',
  },
  // Every message uses all of it: one file loads fastest.
  ingest: {
    ...FUNCTION,
    entryPoints: { index: 'functions/ingest/index.ts' },
    outdir: 'dist/functions/ingest',
  },
  // Its clients load when first used.
  web: {
    ...FUNCTION,
    entryPoints: { index: 'functions/web/index.ts' },
    outdir: 'dist/functions/web',
    splitting: true,
  },
};

const wanted = process.argv.slice(2);
const built: Built[] = [];
for (const [name, options] of Object.entries(TARGETS)) {
  if (wanted.length === 0 || wanted.includes(name)) built.push(await buildInto(options));
}
if (built.some(({ name }) => name === 'dist/cli')) await chmod('dist/cli/main.js', 0o755);

process.stdout.write(formatSizes(built.flatMap(({ metafile }) => sizesOf(metafile))));
assertBudgets(built);

/**
 * Builds into a folder.
 *
 * Guarantee: a process that runs what an earlier build left finds each file whole, and its chunks till the new entry is
 * there.
 */
async function buildInto(options: BuildOptions & { readonly outdir: string }): Promise<Built> {
  const { outdir } = options;
  const { metafile, outputFiles } = await build({ ...options, metafile: true, write: false });
  // Entries last: they name the chunks.
  const files = [...outputFiles].sort((a, b) => depthOf(b.path) - depthOf(a.path));
  for (const { path, contents } of files) {
    await mkdir(dirname(path), { recursive: true });
    const half = `${path}.${process.pid}.tmp`;
    await writeFile(half, contents);
    await rename(half, path);
  }
  await removeStale(outdir, metafile);
  return { name: outdir, metafile };
}

function depthOf(path: string): number {
  return path.split(/[\\/]/).length;
}

async function removeStale(outdir: string, { outputs }: Metafile): Promise<void> {
  for (const entry of await readdir(outdir, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    // Another build's half-written files are its own.
    if (entry.isFile() && outputs[path] === undefined && !path.endsWith('.tmp'))
      await rm(path, { force: true });
  }
}

function sizesOf(metafile: Metafile): { path: string; bytes: number }[] {
  return Object.entries(metafile.outputs)
    .filter(([path]) => /\.m?js$/.test(path))
    .map(([path, { bytes }]) => ({ path, bytes }));
}
