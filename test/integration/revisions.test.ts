/**
 * A run that is resumed and uploaded again: one experiment, the newer state, whole.
 */
import { cp, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { type OpikStandIn, startOpikStandIn } from '../support/opik/index.ts';
import { ingest, makeWorkspace, uploadRun, type Workspace } from '../support/pipeline.ts';
import { fixtureRun } from '../support/runs.ts';
import { expectSameState } from '../support/same-state.ts';

let opik: OpikStandIn;
let workspace: Workspace;

beforeAll(async () => {
  opik = await startOpikStandIn();
});
afterAll(() => opik.close());
beforeEach(async () => {
  opik.reset();
  workspace = await makeWorkspace();
});
afterEach(() => workspace.remove());

/** A run of which one test was run again later, as `--rerun-failed` does: a new row, a new identity. */
async function makeRun(): Promise<{ directory: string; resume: () => Promise<void> }> {
  const { directory: from } = fixtureRun('baseline');
  const directory = join(workspace.directory, 'results', 'runs', 'baseline', '2026-11-20T10-21-37-666Z');
  await cp(from, directory, { recursive: true });
  return {
    directory,
    resume: async () => {
      const index = join(directory, 'index.jsonl');
      const lines = (await readFile(index, 'utf8')).trimEnd().split('\n');
      const row = JSON.parse(lines.at(-1) ?? '');
      row.timestamp = '2026-11-20T11:00:00.000Z';
      row.score = 1;
      row.execution_status = 'ok';
      row.projection_identity.id = 'agentv-prj-00000000000000000000000000000000';
      await writeFile(index, `${[...lines, JSON.stringify(row)].join('\n')}\n`);
    },
  };
}

const later = (): Date => new Date('2026-11-21T00:00:00Z');

async function newStateAlone(directory: string): Promise<string> {
  const other = await makeWorkspace();
  const { path } = await uploadRun(directory, other, { now: later });
  opik.reset();
  await ingest(other.store, path, opik.url);
  const snapshot = opik.snapshot();
  await other.remove();
  opik.reset();
  return snapshot.replaceAll(other.store.uri, workspace.store.uri);
}

it('becomes a new revision of the same experiment; the superseded result goes, the others are not sent again', async () => {
  const run = await makeRun();
  const first = await uploadRun(run.directory, workspace);
  const before = await ingest(workspace.store, first.path, opik.url);
  const untouched = [...opik.state.traces.values()].find(({ name }) => name === 'capital');
  await run.resume();

  const second = await uploadRun(run.directory, workspace, { now: later });
  const receipt = await ingest(workspace.store, second.path, opik.url);

  expect(second.manifest.revision).toBe(2);
  expect(receipt.experiments[0]?.id).toBe(before.experiments[0]?.id);
  expect(receipt).toMatchObject({ results: 4, already_delivered: 3, retired: 1, sent: { traces: 1 } });
  expect(opik.state.experiments.size).toBe(1);
  expect(opik.state.experimentItems.size).toBe(4);
  expect(opik.state.traces.size).toBe(4);
  expect([...opik.state.traces.values()].find(({ name }) => name === 'capital')).toBe(untouched);
  expect(opik.finishCalls.length).toBe(1);
});

it('ends in the newer state also when the older one is ingested last', async () => {
  const run = await makeRun();
  const first = await uploadRun(run.directory, workspace);
  await run.resume();
  const second = await uploadRun(run.directory, workspace, { now: later });
  await ingest(workspace.store, second.path, opik.url);
  const state = opik.fullSnapshot();

  await expect(ingest(workspace.store, first.path, opik.url)).rejects.toMatchObject({ code: 'SUPERSEDED' });

  expect(opik.fullSnapshot()).toBe(state);
});

it('ends in the newer state, whole, wherever the newer overtakes the older', async () => {
  const run = await makeRun();
  const first = await uploadRun(run.directory, workspace);
  await ingest(workspace.store, first.path, opik.url);
  const requests = opik.requests.length;
  const reference = await makeRun();
  await reference.resume();
  const wanted = withoutBundle(await newStateAlone(reference.directory));

  for (let position = 0; position < requests; position += 1) {
    opik.reset();
    const fresh = await makeWorkspace();
    const older = await uploadRun(fixtureRun('baseline').directory, fresh);
    let count = 0;
    let overtaken = false;
    await ingest(fresh.store, older.path, opik.url, {
      wrap: (port) => ({
        url: port.url,
        send: async (route, body) => {
          if (count === position && !overtaken) {
            overtaken = true;
            const newer = await uploadRun(reference.directory, fresh, { now: later });
            await ingest(fresh.store, newer.path, opik.url);
          }
          count += 1;
          return port.send(route, body);
        },
      }),
    }).catch((error: { code?: string }) => expect(error.code).toBe('SUPERSEDED'));
    expectSameState(withoutBundle(opik.snapshot()), wanted, `overtaken at request ${position}`);
    expect(opik.finishCalls.length).toBe(1);
    await fresh.remove();
  }
});

/** Which bundle a result came with may differ; which results there are, and what they say, may not. */
function withoutBundle(snapshot: string): string {
  return snapshot
    .replaceAll(/"(?:bundle|digest)":"[^"]*",?/g, '')
    .replaceAll(/"revision":\d+,?/g, '')
    .replaceAll(/"run_key":"[^"]*"/g, '');
}
