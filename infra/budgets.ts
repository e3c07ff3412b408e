/**
 * How large what is deployed may be: a function's code is loaded anew at every cold start.
 *
 * @module
 */
import type { Metafile } from 'esbuild';

/** The outputs of one build. */
export interface Built {
  /** The folder. */
  readonly name: string;
  readonly metafile: Metafile;
}

const MB = 1024 * 1024;
const KB = 1024;

interface Budget {
  readonly folder: string;
  readonly what: string;
  readonly limit: number;
  readonly measure: (metafile: Metafile) => number;
}

const BUDGETS: readonly Budget[] = [
  { folder: 'dist/functions/ingest', what: 'all code', limit: 3 * MB, measure: allCode },
  {
    folder: 'dist/functions/web',
    what: 'the entry and what it loads at once',
    limit: 250 * KB,
    measure: entryCode,
  },
];

/** @throws Error naming each budget that is exceeded */
export function assertBudgets(builds: readonly Built[]): void {
  const problems = builds.flatMap(({ name, metafile }) =>
    BUDGETS.filter(({ folder }) => folder === name).flatMap(({ what, limit, measure }) => {
      const bytes = measure(metafile);
      return bytes > limit ? [`${name}: ${what}: ${kb(bytes)} of ${kb(limit)}`] : [];
    }),
  );
  if (problems.length > 0) throw new Error(`Over budget:\n${problems.join('\n')}`);
}

/** Source maps do not count: they are read only when something unexpected is thrown. */
function allCode({ outputs }: Metafile): number {
  return Object.entries(outputs).reduce((sum, [path, { bytes }]) => sum + (isCode(path) ? bytes : 0), 0);
}

function isCode(path: string): boolean {
  return /\.m?js$/.test(path);
}

/** Chunks behind a dynamic import do not count. */
function entryCode({ outputs }: Metafile): number {
  const loaded = new Set<string>();
  const load = (path: string): void => {
    const output = outputs[path];
    if (output === undefined || loaded.has(path)) return;
    loaded.add(path);
    for (const { path: imported, kind } of output.imports) if (kind === 'import-statement') load(imported);
  };
  for (const [path, { entryPoint }] of Object.entries(outputs)) {
    // A chunk that is loaded by a dynamic import has an entry point too, but lies in its own folder.
    if (entryPoint !== undefined && !path.includes('/chunks/')) load(path);
  }
  return [...loaded].reduce((sum, path) => sum + (outputs[path]?.bytes ?? 0), 0);
}

function kb(bytes: number): string {
  return `${(bytes / KB).toFixed(1)} KB`;
}
