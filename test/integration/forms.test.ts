/**
 * The forms that a run can take in Opik, and runs of unusual shapes.
 */
import { cp, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createOpikClient } from '../../core/opik/client.ts';
import { assertKey } from '../../core/store/index.ts';
import { type OpikStandIn, startOpikStandIn } from '../support/opik/index.ts';
import { ingest, makeCapture, makeWorkspace, uploadRun, type Workspace } from '../support/pipeline.ts';
import { fixtureRun } from '../support/runs.ts';

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

/** The baseline run with its rows changed; without the sidecars, which would belong to other rows then. */
async function changedRun(change: (row: Record<string, unknown>, index: number) => void): Promise<string> {
  const directory = join(workspace.directory, 'runs', '2026-11-20T10-21-37-666Z');
  await cp(fixtureRun('baseline').directory, directory, { recursive: true });
  const index = join(directory, 'index.jsonl');
  const rows = (await readFile(index, 'utf8'))
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
  rows.forEach(change);
  await writeFile(index, `${rows.map((row) => JSON.stringify(row)).join('\n')}\n`);
  return directory;
}

describe('grouped by target', () => {
  it('makes an experiment for each target, each with its own totals, and fires once for all', async () => {
    const { path } = await uploadRun(fixtureRun('matrix').directory, workspace, {
      destination: { group_by: 'target' },
    });
    const receipt = await ingest(workspace.store, path, opik.url);

    const totals = Object.fromEntries(
      receipt.experiments.map(({ target, totals: { results, passed, failed } }) => [
        target,
        [results, passed, failed],
      ]),
    );
    expect(totals).toEqual({ 'bad-agent': [2, 0, 2], 'good-agent': [5, 5, 0] });
    expect(opik.state.experiments.size).toBe(2);
    expect(opik.finishCalls).toEqual([receipt.experiments.map(({ id }) => id)]);
    for (const { id, totals } of receipt.experiments) {
      expect(opik.state.experimentItems.of(id).length).toBe(totals.results);
    }
  });
});

describe('as a test suite (--assertions)', () => {
  it('leaves no test out of the pass rate, crashed ones least of all', async () => {
    const run = fixtureRun('errors/2026-11-20T10-21-38');
    const { path } = await uploadRun(run.directory, workspace, { destination: { assertions: true } });
    const receipt = await ingest(workspace.store, path, opik.url);
    const reply = await fetch(`${opik.url}/v1/private/experiments/${receipt.experiments[0]?.id}`);
    expect(await reply.json()).toMatchObject({ passed_count: 1, total_count: 8, pass_rate: 0.125 });
  });
});

describe('execution errors', () => {
  it('have error_info and no score; the experiment still counts them', async () => {
    const run = fixtureRun('errors/2026-11-20T10-21-56');
    const { path } = await uploadRun(run.directory, workspace, { gateExitCode: 2 });
    await ingest(workspace.store, path, opik.url);
    const [experiment] = [...opik.state.experiments.values()];
    expect(opik.state.scores.size).toBe(0);
    expect([...opik.state.traces.values()].map(({ errorInfo }) => errorInfo?.exception_type)).toEqual([
      'provider_error',
      'provider_error',
    ]);
    expect(experiment?.scores).toEqual([
      { name: 'agentv.pass_rate', value: 0 },
      { name: 'agentv.error_rate', value: 1 },
    ]);
    expect(experiment?.metadata).toMatchObject({
      agentv: { gate_status: 'errored', gate_exit_code: 2, gate_derived: false },
    });
  });
});

describe('the stricter mode', () => {
  it('wins at ingestion too: of a full bundle no text is sent', async () => {
    const { path } = await uploadRun(fixtureRun('secrets/2026-11-20T10-23-06').directory, workspace, {
      mode: 'full',
    });
    const receipt = await ingest(workspace.store, path, opik.url, { mode: 'metadata-only' });
    const sent = JSON.stringify(opik.requests.map(({ body }) => body));
    expect(receipt.capture_mode).toBe('metadata-only');
    expect(sent).not.toContain('AKIAIOSFODNN7EXAMPLE');
    expect(sent).not.toContain('jane.doe@example.com');
    expect(
      [...opik.state.traces.values()].every(
        ({ input, output }) => input === undefined && output === undefined,
      ),
    ).toBe(true);
  });

  it('overwrites what a looser one had sent', async () => {
    const { path } = await uploadRun(fixtureRun('baseline').directory, workspace, { mode: 'full' });
    await ingest(workspace.store, path, opik.url, { mode: 'full' });
    expect(opik.snapshot()).toContain('The capital of France is Paris.');
    await ingest(workspace.store, path, opik.url, { mode: 'metadata-only' });
    expect(opik.snapshot()).not.toContain('The capital of France is Paris.');
    expect(opik.state.traces.size).toBe(4);
  });
});

describe('hostile names', () => {
  const names = [
    '../../../etc/passwd',
    'a\u0000b\n\u001b[31m',
    '试验/🙂',
    '..',
    'x'.repeat(2000),
    'CON',
    '.',
    'a\\b:c*?',
  ];

  it('climb nowhere and lose nothing', async () => {
    const directory = await changedRun((row, index) => {
      row.test_id = names[index];
      row.suite = names[index + 4];
      row.target = `${names[index]} ${index}`;
    });
    const { path, manifest } = await uploadRun(directory, workspace, { source: '../../..' });
    const receipt = await ingest(workspace.store, path, opik.url);

    for await (const { key } of workspace.store.list('')) expect(() => assertKey(key)).not.toThrow();
    expect(path).toMatch(/^runs\/[^/]+\/2026\/11\/20\/[^/]+\/[0-9a-f]{12}$/);
    expect(manifest.totals).toMatchObject({ results: 4, items: 4 });
    expect(receipt).toMatchObject({ status: 'delivered', results: 4, rejected_count: 0 });
    expect(opik.state.traces.size).toBe(4);
    expect(opik.state.counts().datasetItems).toBe(4);
  });
});

describe('an item beyond the limit of a request', () => {
  it('is delivered with a marker, and the receipt says so', async () => {
    const directory = await changedRun((row, index) => {
      if (index === 0) row.metadata = { essay: 'ß'.repeat(3_000_000), owner: 'geo-team' };
    });
    const { path } = await uploadRun(directory, workspace, { mode: 'full' });
    const receipt = await ingest(workspace.store, path, opik.url, { mode: 'full' });

    expect(receipt).toMatchObject({ status: 'delivered', results: 4, truncated_count: 1 });
    expect(receipt.truncated[0]).toMatchObject({
      what: 'trace',
      reason: expect.stringMatching(/^\d+ bytes cut/),
    });
    const trace = [...opik.state.traces.values()].find(({ name }) => name === 'capital');
    expect(JSON.stringify(trace?.metadata)).toMatch(/ß…\[truncated \d+ bytes by agentv-opik\]/);
    expect(trace?.metadata).toMatchObject({ agentv: { metadata: { owner: 'geo-team' } } });
  });
});

describe('repeated tests', () => {
  it('carry their trials, of streaming rows and of samples, into the metadata of one trace', async () => {
    const directory = await changedRun((row, index) => {
      if (index === 0) {
        row.trials = [
          { attempt: 0, score: 0, execution_status: 'quality_failure' },
          { attempt: 1, score: 1, executionStatus: 'ok', costUsd: 0.001 },
        ];
      }
      if (index === 1) {
        row.samples = [
          { sample_index: 0, score: 1, execution_status: 'ok' },
          { sample_index: 1, score: 0, execution_status: 'execution_error' },
        ];
      }
    });
    const { path } = await uploadRun(directory, workspace);
    await ingest(workspace.store, path, opik.url);

    const trialsOf = (name: string): unknown =>
      [...opik.state.traces.values()].find((trace) => trace.name === name)?.metadata;
    expect(trialsOf('capital')).toMatchObject({
      agentv: {
        trials: [
          { attempt: 0, score: 0, status: 'quality_failure' },
          { attempt: 1, score: 1, status: 'ok', cost_usd: 0.001 },
        ],
      },
    });
    expect(trialsOf('capital-wrong')).toMatchObject({
      agentv: {
        trials: [
          { attempt: 0, score: 1, status: 'ok' },
          { attempt: 1, score: 0, status: 'execution_error' },
        ],
      },
    });
    expect(opik.state.traces.size).toBe(4);
  });
});

describe('rows that cannot be read', () => {
  it('are rejected with file and line; the others go on', async () => {
    const directory = await changedRun(() => undefined);
    const index = join(directory, 'index.jsonl');
    const lines = (await readFile(index, 'utf8')).trimEnd().split('\n');
    lines.splice(2, 0, '{"test_id": "half');
    await writeFile(index, `${lines.join('\n')}\n`);
    const { path, manifest } = await uploadRun(directory, workspace);
    const receipt = await ingest(workspace.store, path, opik.url);
    expect(manifest.totals).toMatchObject({ rows: 5, results: 4, rejected: 1, superseded: 0 });
    expect(manifest.rejected).toEqual([{ file: 'index.jsonl', line: 3, reason: 'Invalid JSON' }]);
    expect(receipt.results).toBe(4);
  });
});

describe('what Opik says', () => {
  it('is shown without the values that it quotes', async () => {
    opik.fault({
      kind: 'status',
      status: 400,
      body: {
        code: 400,
        message: 'Unable to process JSON. Cannot deserialize "AKIAIOSFODNN7EXAMPLA" at traces[0]',
      },
    });
    const capture = makeCapture('redacted');
    const client = createOpikClient({ url: opik.url, redact: (words) => capture.name(words) });
    await expect(client.send('projects.create', { name: 'x' })).rejects.toMatchObject({
      code: 'OPIK_REFUSED',
      message: expect.stringMatching(
        /^Opik answered 400 to POST \/projects: Unable to process JSON.*\[REDACTED:/,
      ),
    });
  });
});
