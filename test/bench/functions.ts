/**
 * @module
 */
import { existsSync } from 'node:fs';
import { runWorker } from './measure.ts';

const TIMES = 20;
const AIMS: Readonly<Record<string, number>> = { ingest: 200, web: 60 };

/** One line for each built function: how long it takes from import to a handler that is ready. */
export async function* benchFunctions(): AsyncGenerator<string> {
  for (const [name, aim] of Object.entries(AIMS)) {
    if (!existsSync(`dist/functions/${name}/index.mjs`)) continue;
    const taken: number[] = [];
    for (let run = 0; run < TIMES; run += 1) {
      const { ms = 0 } = await runWorker('./function-worker.ts', [name]);
      taken.push(ms);
    }
    taken.sort((a, b) => a - b);
    const at = (share: number): string => (taken[Math.floor(taken.length * share)] ?? 0).toFixed(0);
    yield `init of ${name}: median ${at(0.5)} ms, fastest ${at(0)} ms, p90 ${at(0.9)} ms (aim ${aim} ms)`;
  }
}
