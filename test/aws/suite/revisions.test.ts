/**
 * Two states of one run at once: the newer wins, whole.
 */
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { delivered, directState, publish, someSource } from '../../support/aws/bundles.ts';
import { depth, useDeployment } from '../../support/aws/deployment.ts';
import { whilePaused } from '../../support/aws/event-source.ts';
import { fixtureRun } from '../../support/runs.ts';
import { expectSameState } from '../../support/same-state.ts';

const deployment = useDeployment();
const later = (): Date => new Date('2026-11-21T00:00:00Z');

/** Works with a run and the same run of which one test was run again, as `--rerun-failed` does. */
async function withTwoStates(work: (older: string, newer: string) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'agentv-opik-aws-revisions-'));
  try {
    const { directory } = fixtureRun('baseline');
    const [older, newer] = [
      join(folder, 'older', '2026-11-20T10-21-37-666Z'),
      join(folder, 'newer', '2026-11-20T10-21-37-666Z'),
    ];
    await Promise.all([cp(directory, older, { recursive: true }), cp(directory, newer, { recursive: true })]);
    const index = join(newer, 'index.jsonl');
    const lines = (await readFile(index, 'utf8')).trimEnd().split('\n');
    const row = JSON.parse(lines.at(-1) ?? '');
    row.timestamp = '2026-11-20T11:00:00.000Z';
    row.score = 1;
    row.execution_status = 'ok';
    row.projection_identity.id = 'agentv-prj-00000000000000000000000000000000';
    await writeFile(index, `${[...lines, JSON.stringify(row)].join('\n')}\n`);
    await work(older, newer);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function expectNewerWhole(newer: string, older: string): Promise<void> {
  await delivered(deployment, newer);
  await deployment.drained();
  // A result that both hold is not sent again: it goes on naming the bundle it was delivered from.
  const state = deployment.opik.snapshot().replaceAll(older, newer);
  expectSameState(state, await directState(deployment, [newer]), 'the newer state');
  expect(deployment.opik.finishCalls.length).toBeLessThanOrEqual(1);
  expect(await depth(deployment.clients, deployment.deadLettersUrl)).toBe(0);
}

it('both uploaded before anybody looks', () =>
  withTwoStates(async (older, newer) => {
    const source = someSource();
    const [first, second] = await whilePaused(
      deployment,
      async (): Promise<[string, string]> => [
        await publish(deployment, older, { source }),
        await publish(deployment, newer, { source, now: later }),
      ],
    );
    await expectNewerWhole(second, first);
  }));

it.each([0, 150, 400, 900])('the newer uploaded %d ms into the ingestion of the older', (delayMs) =>
  withTwoStates(async (older, newer) => {
    const source = someSource();
    deployment.opik.fault({ kind: 'hang', ms: 60, times: 200 });
    const first = await publish(deployment, older, { source });
    await sleep(delayMs);
    await expectNewerWhole(await publish(deployment, newer, { source, now: later }), first);
  }),
);
