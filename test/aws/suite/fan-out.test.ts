/**
 * A large run: one message for each part, and one that closes.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { openBundle } from '../../../core/bundle/read.ts';
import { generateRun } from '../../bench/generate.ts';
import { delivered, directState, publish } from '../../support/aws/bundles.ts';
import { depth, useDeployment } from '../../support/aws/deployment.ts';
import { expectSameState } from '../../support/same-state.ts';

const RESULTS = 20_000;
const BYTES_OF_A_ROW = 2460;

const deployment = useDeployment();

it(`a run of ${RESULTS} results fans out over its parts and closes once`, { timeout: 600_000 }, async () => {
  const folder = await mkdtemp(join(tmpdir(), 'agentv-opik-aws-large-'));
  try {
    const run = await generateRun(folder, RESULTS * BYTES_OF_A_ROW);
    const path = await publish(deployment, run.directory, { mode: 'redacted' });
    const { parts } = await openBundle(deployment.store, path);
    const receipt = await delivered(deployment, path, { timeoutMs: 400_000, everyMs: 1000 });
    await deployment.drained();

    expect(run.rows).toBeGreaterThanOrEqual(RESULTS);
    expect(parts.length).toBeGreaterThan(3);
    expect(receipt).toMatchObject({
      status: 'delivered',
      results: run.rows,
      rejected_count: 0,
      finish: 'sent',
    });
    expect(deployment.opik.state.traces.size).toBe(run.rows);
    expect(deployment.opik.finishCalls.length).toBe(1);
    expect(await depth(deployment.clients, deployment.deadLettersUrl)).toBe(0);
    expectSameState(
      deployment.opik.snapshot(),
      await directState(deployment, [path], 'redacted'),
      'fanned out',
    );
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});
