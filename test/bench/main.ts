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
import { z } from 'zod';
import { startOpikStandIn } from '../support/opik/index.ts';
import { benchFunctions } from './functions.ts';
import { type GeneratedRun, generateRun } from './generate.ts';
import { type MeasuredCommand, megabytes, runCli, runWorker, timeProcess } from './measure.ts';

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
  if (wants('startup')) {
    await benchStartup();
    for await (const line of benchFunctions()) print(line);
  }
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
  print('`upload` into a file store and `ingest` into the stand-in, two processes each');
  const opik = await startOpikStandIn({ discardBodies: true, recordRequests: false });
  const env = { OPIK_URL_OVERRIDE: opik.url, AGENTV_OPIK_POLICY: 'required' };
  let smallest: { upload: number; ingest: number } | undefined;
  for (const mb of sizes) {
    const run = await generateRun(scratch, mb * 1e6);
    const store = join(scratch, 'store');
    const upload = await runCli(['upload', run.directory, '--store', store, '--quiet', '--json'], env);
    const { bundle } = z.object({ bundle: z.string() }).parse(JSON.parse(upload.stdout));
    const ingest = await runCli(['ingest', bundle, '--quiet', '--json'], env);
    smallest ??= { upload: upload.maxRssMb, ingest: ingest.maxRssMb };
    print(`  ${String(mb).padStart(5)} MB  upload ${measured(upload, run, smallest.upload)}`);
    print(`            ingest ${measured(ingest, run, smallest.ingest)}`);
    if (mb === 10) await compareWithSdk(run, opik.url, upload.seconds + ingest.seconds);
    opik.reset();
    await rm(store, { recursive: true });
    await rm(join(run.directory, '..'), { recursive: true });
  }
  await opik.close();
}

async function compareWithSdk(run: GeneratedRun, url: string, ourSeconds: number): Promise<void> {
  const { process_seconds = 0, max_rss_mb = 0 } = await runWorker('./sdk-worker.ts', [run.directory, url]);
  print(
    `            the opik package's high-level client, the same traces, spans and scores: ` +
      `${rate(run.rows, process_seconds)} results/s, peak ${max_rss_mb.toFixed(0)} MB; ` +
      `its time is ${(process_seconds / ourSeconds).toFixed(2)} × ours for both steps`,
  );
}

function measured({ seconds, maxRssMb }: MeasuredCommand, run: GeneratedRun, smallest: number): string {
  return (
    `${rate(megabytes(run.bytes), seconds)} MB/s  ${rate(run.rows, seconds)} results/s  ` +
    `peak ${maxRssMb.toFixed(0)} MB (${(maxRssMb / smallest).toFixed(2)} × the smallest)`
  );
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
