/**
 * Many bundles at once: all delivered, each once. Says how long it took.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pMap from 'p-map';
import { expect, it } from 'vitest';
import { openBundle } from '../../../core/bundle/read.ts';
import { generateRun } from '../../bench/generate.ts';
import { publish, receiptOf } from '../../support/aws/bundles.ts';
import { shows } from '../../support/aws/capabilities.ts';
import { depth, useDeployment } from '../../support/aws/deployment.ts';
import { peakMemoryMb } from '../../support/aws/workers.ts';

const RESULTS = 50;
const BYTES_OF_A_ROW = 2400;
// One worker at a time takes five times as long, and shows nothing more.
const BUNDLES = shows('parallel-workers', `1000 bundles of ${RESULTS} results; 50 are shown`) ? 1000 : 50;

const deployment = useDeployment();

it(`${BUNDLES} bundles of ${RESULTS} results`, { timeout: 1_500_000 }, async ({ annotate }) => {
  const folder = await mkdtemp(join(tmpdir(), 'agentv-opik-aws-load-'));
  try {
    const { directory, rows } = await generateRun(folder, RESULTS * BYTES_OF_A_ROW);
    const started = Date.now();
    const paths = await pMap(Array.from({ length: BUNDLES }), () => publish(deployment, directory), {
      concurrency: 8,
    });
    const published = Date.now();
    await deployment.drained(1_400_000);
    const seconds = (Date.now() - started) / 1000;

    const lags = await pMap(paths, (path) => lagOf(path), { concurrency: 16 });
    expect(deployment.opik.state.traces.size).toBe(BUNDLES * rows);
    expect(deployment.opik.state.experiments.size).toBe(BUNDLES);
    expect(deployment.opik.finishCalls.length).toBe(BUNDLES);
    expect(await depth(deployment.clients, deployment.deadLettersUrl)).toBe(0);

    const at = (share: number): string => (quantile(lags, share) / 1000).toFixed(1);
    await annotate(
      `${BUNDLES} bundles of ${rows} results: put in ${((published - started) / 1000).toFixed(0)} s, all in Opik after ` +
        `${seconds.toFixed(0)} s; from put to Opik p50 ${at(0.5)} s, p99 ${at(0.99)} s; ` +
        `peak memory of a worker ${(await peakMemoryMb()) ?? '?'} MB`,
    );
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});

async function lagOf(path: string): Promise<number> {
  const { manifest } = await openBundle(deployment.store, path);
  const receipt = await receiptOf(deployment.store, path);
  if (receipt === undefined) throw new Error(`${path} has no receipt`);
  expect(receipt).toMatchObject({ status: 'delivered', finish: 'sent' });
  return Date.parse(receipt.finished_at) - Date.parse(manifest.created_at);
}

function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}
