/**
 * `npm run bench`: measures, asserts nothing.
 *
 * Options: `--max-mb N` (largest run, default 1000), `--only map|ingest|startup`.
 *
 * @module
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { startOpikStandIn } from '../support/opik/index.ts';
import { generateRun } from './generate.ts';
import { megabytes, runWorker, timeProcess } from './measure.ts';

const { values } = parseArgs({
  options: { 'max-mb': { type: 'string', default: '1000' }, only: { type: 'string' } },
});
const maxMb = Number(values['max-mb']);
const sizes = [10, 100, 1000].filter((mb) => mb <= maxMb);
const wants = (name: string): boolean => values.only === undefined || values.only === name;
const print = (line: string): void => {
  process.stdout.write(`${line}\n`);
};

const scratch = await mkdtemp(join(tmpdir(), 'agentv-opik-bench-'));
try {
  if (wants('map')) await benchMap();
  if (wants('ingest')) await benchIngest();
  if (wants('startup')) await benchStartup();
} finally {
  await rm(scratch, { recursive: true, force: true });
}

async function benchMap(): Promise<void> {
  print('read → capture → map, no network, one process');
  let smallest: number | undefined;
  for (const mb of sizes) {
    const run = await generateRun(scratch, mb * 1e6);
    for (const mode of ['metadata-only', 'redacted']) {
      if (mode === 'redacted' && mb > 100) continue;
      const {
        seconds = 0,
        cpu_seconds = 0,
        max_rss_mb = 0,
        results = 0,
      } = await runWorker('./map-worker.ts', [run.directory, mode]);
      if (mode === 'metadata-only') smallest ??= max_rss_mb;
      print(
        `  ${String(mb).padStart(5)} MB  ${mode.padEnd(13)}  ${rate(megabytes(run.bytes), seconds)} MB/s  ` +
          `${rate(megabytes(run.bytes), cpu_seconds)} MB/cpu-s  ${rate(results, seconds)} rows/s  ` +
          `peak ${max_rss_mb.toFixed(0)} MB (${(max_rss_mb / (smallest ?? max_rss_mb)).toFixed(2)} × the smallest)`,
      );
    }
    await rm(join(run.directory, '..'), { recursive: true });
  }
}

async function benchIngest(): Promise<void> {
  print('upload and ingestion, into the stand-in');
  const opik = await startOpikStandIn({ discardBodies: true, recordRequests: false });
  let smallest: number | undefined;
  for (const mb of sizes) {
    const run = await generateRun(scratch, mb * 1e6);
    const ours = await runWorker('./ingest-worker.ts', [run.directory, opik.url]);
    const { ingest_seconds = 0, upload_seconds = 0, results = 0, max_rss_mb = 0 } = ours;
    smallest ??= max_rss_mb;
    print(
      `  ${String(mb).padStart(5)} MB  upload ${rate(megabytes(run.bytes), upload_seconds)} MB/s  ` +
        `ingest ${rate(megabytes(run.bytes), ingest_seconds)} MB/s  ${rate(results, ingest_seconds)} results/s  ` +
        `peak ${max_rss_mb.toFixed(0)} MB (${(max_rss_mb / smallest).toFixed(2)} × the smallest)`,
    );
    if (mb === 10) {
      const sdk = await runWorker('./sdk-worker.ts', [run.directory, opik.url]);
      const ratio = (sdk.seconds ?? 0) / (upload_seconds + ingest_seconds);
      print(
        `         the opik package's high-level client, same traces: ${rate(sdk.results ?? 0, sdk.seconds ?? 1)} ` +
          `results/s, peak ${(sdk.max_rss_mb ?? 0).toFixed(0)} MB; it takes ${ratio.toFixed(2)} × our time for both steps`,
      );
    }
    opik.reset();
    await rm(join(run.directory, '..'), { recursive: true });
  }
  await opik.close();
}

async function benchStartup(): Promise<void> {
  const taken = await timeProcess(process.execPath, ['dist/cli/main.js', '--help'], 20);
  const bare = await timeProcess(process.execPath, ['-e', '0'], 20);
  const median = (list: number[]): string => (list[Math.floor(list.length / 2)] ?? 0).toFixed(0);
  print(
    `startup of --help: median ${median(taken)} ms, fastest ${(taken[0] ?? 0).toFixed(0)} ms (bare node ${median(bare)} ms)`,
  );
}

function rate(amount: number, seconds: number): string {
  return (amount / seconds).toFixed(amount / seconds < 100 ? 1 : 0).padStart(7);
}
