/**
 * Every real run, all the way: upload → ingest → what stands in Opik is what the index says.
 */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { nameScores } from '../../core/opik/mapping/scores.ts';
import { type OpikStandIn, startOpikStandIn } from '../support/opik/index.ts';
import { ingest, makeWorkspace, uploadRun, type Workspace } from '../support/pipeline.ts';
import { fixtureRuns, survivingRows } from '../support/runs.ts';
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

const runs = fixtureRuns();

it('finds all fixture runs', () => {
  expect(runs.length).toBe(15);
});

describe.each(runs)('$name', (run) => {
  it('counts and scores in Opik are those of the index', async () => {
    const rows = survivingRows(run);

    const { path, manifest } = await uploadRun(run.directory, workspace, { mode: 'full' });
    const receipt = await ingest(workspace.store, path, opik.url, { mode: 'full' });

    expect(manifest.totals.results).toBe(rows.length);
    expect(manifest.run.complete).toBe(!run.incomplete);
    expect(receipt.results).toBe(rows.length);
    expect(receipt.rejected).toEqual([]);
    expect(receipt.status).toBe('delivered');
    expect(statusCounts(rows)).toEqual(receipt.by_status);
    expect(tracesOf(opik)).toEqual(rows.map(expectedTrace).sort(byText));
    expect(opik.state.experiments.size).toBe(1);
    expect(opik.finishCalls).toEqual([[receipt.experiments[0]?.id]]);
  });

  it('a second ingestion sends nothing and leaves the state byte-identical', async () => {
    const { path } = await uploadRun(run.directory, workspace);
    const first = await ingest(workspace.store, path, opik.url);
    const before = opik.fullSnapshot();
    const requests = opik.requests.length;

    const second = await ingest(workspace.store, path, opik.url);

    expect(second).toEqual(first);
    expect(opik.requests.length).toBe(requests);
    expectSameState(opik.fullSnapshot(), before, 'ingested twice');
  });

  it('sent again by force, the same is there and nothing twice', async () => {
    const { path } = await uploadRun(run.directory, workspace);
    await ingest(workspace.store, path, opik.url);
    const before = opik.snapshot();

    await ingest(workspace.store, path, opik.url, { force: true });

    expectSameState(opik.snapshot(), before, 'sent twice');
    expect(opik.finishCalls.length).toBe(1);
  });

  it('is uploaded once, however often', async () => {
    const first = await uploadRun(run.directory, workspace);
    const second = await uploadRun(run.directory, workspace);
    expect(first.outcome).toBe('created');
    expect(second.outcome).toBe('exists');
    expect(second.path).toBe(first.path);
    expect(second.manifest).toEqual(first.manifest);
  });
});

function byText(a: unknown, b: unknown): number {
  return JSON.stringify(a) < JSON.stringify(b) ? -1 : 1;
}

type Row = ReturnType<typeof survivingRows>[number];

function statusCounts(rows: readonly Row[]): Record<string, number> {
  const counts: Record<string, number> = { ok: 0, quality_failure: 0, execution_error: 0 };
  for (const { execution_status: status } of rows) counts[status] = (counts[status] ?? 0) + 1;
  return counts;
}

/** What a row of the index must have become, computed from the row alone. */
function expectedTrace(row: Row): unknown {
  const errored = row.execution_status === 'execution_error';
  const graders = nameScores((row.scores ?? []).map(({ name, score }) => ({ name, score })));
  return {
    name: row.test_id,
    error: errored,
    scores: errored
      ? {}
      : {
          'agentv.gate': row.execution_status === 'ok' ? 1 : 0,
          'agentv.score': Number(row.score.toFixed(9)),
          ...Object.fromEntries(graders.map(({ name, score }) => [name, Number(score.score.toFixed(9))])),
        },
    // AgentV 4.0-4.10 keeps tokens beside the row, not in it: the index says nothing to compare with.
    prompt_tokens: row.token_usage?.input ?? expect.any(Number),
    completion_tokens: row.token_usage?.output ?? expect.any(Number),
    cost: row.cost_usd ?? 0,
  };
}

function tracesOf(server: OpikStandIn): unknown[] {
  return [...server.state.traces.values()]
    .map((trace) => {
      const scores = [...server.state.scores.of(trace.id)].filter(
        ({ name }) => !name.startsWith('agentv.required/'),
      );
      const spans = [...server.state.spans.of(trace.id)];
      const sum = (pick: (span: (typeof spans)[number]) => number | undefined): number =>
        spans.reduce((total, span) => total + (pick(span) ?? 0), 0);
      return {
        name: trace.name,
        error: trace.errorInfo !== undefined,
        scores: Object.fromEntries(scores.map(({ name, value }) => [name, value])),
        prompt_tokens: sum(({ usage }) => usage?.prompt_tokens),
        completion_tokens: sum(({ usage }) => usage?.completion_tokens),
        cost: Number(sum(({ cost }) => cost).toFixed(9)),
      };
    })
    .sort(byText);
}
