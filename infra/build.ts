/**
 * Builds what is published: one ESM command line whose heavy modules load when first used.
 *
 * @module
 */
import { chmod, readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { build, type Metafile } from 'esbuild';
import { formatSizes } from './sizes.ts';
import { stubHeavyModules } from './stubs.ts';

const OUT = 'dist/cli';

const { version } = JSON.parse(await readFile('package.json', 'utf8'));

const result = await build({
  entryPoints: { main: 'cli/main.ts' },
  outdir: OUT,
  bundle: true,
  splitting: true,
  format: 'esm',
  platform: 'node',
  target: 'node22.15',
  minify: true,
  keepNames: true,
  sourcemap: 'linked',
  sourcesContent: false,
  legalComments: 'linked',
  metafile: true,
  chunkNames: 'chunks/[name]-[hash]',
  define: { __AGENTV_OPIK_VERSION__: JSON.stringify(version) },
  plugins: [stubHeavyModules()],
  banner: {
    // CommonJS dependencies call require(), which an ES module does not have.
    js: "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);",
  },
});
await chmod(`${OUT}/main.js`, 0o755);
await removeStale(result.metafile);
process.stdout.write(formatSizes(sizesOf(result.metafile)));

/** Removes what an earlier build left, after the new one is there: a running command line finds its chunks till then. */
async function removeStale({ outputs }: Metafile): Promise<void> {
  for (const entry of await readdir(OUT, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    if (entry.isFile() && outputs[path] === undefined) await rm(path);
  }
}

function sizesOf(metafile: Metafile): { path: string; bytes: number }[] {
  return Object.entries(metafile.outputs)
    .filter(([path]) => path.endsWith('.js'))
    .map(([path, { bytes }]) => ({ path, bytes }));
}
