import { disableLogger, Opik } from 'opik';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type OpikStandIn, startOpikStandIn } from '../../support/opik/index.ts';
import { at } from './support/client.ts';
import { v4, v7 } from './support/ids.ts';

/**
 * Opik's own TypeScript SDK against the stand-in. Its high-level client swallows errors, so the state is looked at, and no
 * request may have been refused. What the stand-in refuses here is a fault of the stand-in.
 */
let standIn: OpikStandIn;
let client: Opik;

beforeAll(() => disableLogger());
beforeEach(async () => {
  standIn = await startOpikStandIn();
  client = new Opik({
    apiUrl: standIn.url,
    projectName: 'sdk-project',
    workspaceName: 'default',
    batchDelayMs: 5,
  });
});
afterEach(() => standIn.close());

const refused = () => standIn.requests.filter((request) => request.status >= 400);
const project = () =>
  [...standIn.state.projects.values()].find((row) => row.name === 'sdk-project')?.id ?? 'none';

describe('the high-level client', () => {
  it('writes traces, nested spans and scores', async () => {
    const trace = client.trace({
      name: 'agent',
      input: { q: 1 },
      tags: ['a'],
      metadata: { agentv: { run_id: 'r' } },
    });
    const outer = trace.span({ name: 'plan', type: 'general', input: { step: 1 } });
    const inner = outer.span({
      name: 'model',
      type: 'llm',
      model: 'some-model',
      provider: 'some-provider',
      usage: { prompt_tokens: 3, completion_tokens: 4, total_tokens: 7 },
    });
    inner.end();
    outer.end();
    trace.score({ name: 'accuracy', value: 0.75, reason: 'close' });
    outer.score({ name: 'step', value: 1 });
    trace.update({ output: { a: 2 } });
    trace.end();
    await client.flush();

    expect(refused()).toEqual([]);
    const stored = standIn.state.traces.of(trace.data.id);
    expect(stored).toHaveLength(1);
    expect(stored[0]).toMatchObject({
      projectId: project(),
      name: 'agent',
      input: { q: 1 },
      output: { a: 2 },
      tags: ['a'],
      metadata: { agentv: { run_id: 'r' } },
      endTime: expect.stringMatching(/Z$/),
    });
    const spans = standIn.state.spans.of(trace.data.id);
    expect(spans.map((span) => [span.name, span.type, span.parentSpanId]).sort()).toEqual([
      ['model', 'llm', outer.data.id],
      ['plan', 'general', undefined],
    ]);
    expect(spans.find((span) => span.name === 'model')?.usage).toMatchObject({ total_tokens: 7 });
    expect(standIn.state.scores.of(trace.data.id)).toMatchObject([
      { name: 'accuracy', value: 0.75, reason: 'close' },
    ]);
    expect(standIn.state.scores.of(outer.data.id)).toMatchObject([
      { name: 'step', value: 1, projectId: project() },
    ]);
  });

  it('updates a trace that is already there', async () => {
    const trace = client.trace({ name: 'long' });
    await client.flush();
    expect(standIn.state.traces.of(trace.data.id)[0]?.endTime).toBeUndefined();
    trace.update({ output: { late: true }, tags: ['done'] });
    trace.end();
    await client.flush();
    expect(refused()).toEqual([]);
    expect(standIn.state.traces.of(trace.data.id)).toMatchObject([
      { name: 'long', output: { late: true }, tags: ['done'], endTime: expect.any(String) },
    ]);
  });

  it('writes a dataset and reads it back, and inserts equal items once', async () => {
    const dataset = await client.createDataset('sdk dataset', 'made by the SDK');
    await dataset.insert([{ input: 'one' }, { input: 'two' }]);
    await dataset.insert([{ input: 'two' }, { input: 'three' }]);
    expect(refused()).toEqual([]);
    const items = await dataset.getItems();
    expect(items.map((item) => item.input).sort()).toEqual(['one', 'three', 'two']);
    const stored = [...standIn.state.datasets.values()];
    expect(stored).toMatchObject([
      { name: 'sdk dataset', description: 'made by the SDK', projectId: project() },
    ]);
    expect(stored[0]?.versions.at(-1)?.items.size).toBe(3);
    const again = await client.getDataset('sdk dataset');
    expect(again.id).toBe(stored[0]?.id);
  });

  it('makes an experiment, links traces to it, and reads the items back', async () => {
    const dataset = await client.createDataset('for experiments');
    await dataset.insert([{ input: 'one' }]);
    const [item] = await dataset.getItems();
    const trace = client.trace({ name: 'run', input: { q: 1 }, output: { a: 1 } });
    trace.score({ name: 'acc', value: 1 });
    trace.end();
    await client.flush();
    const experiment = await client.createExperiment({
      datasetName: 'for experiments',
      name: 'sdk experiment',
      experimentConfig: { model: 'm' },
      tags: ['t'],
    });
    const link = { datasetItemId: item?.id ?? 'none', traceId: trace.data.id, projectName: 'sdk-project' };
    await experiment.insert([link]);
    await client.updateExperiment(experiment.id, { experimentConfig: { model: 'n' } });

    expect(refused()).toEqual([]);
    expect(standIn.state.experiments.get(experiment.id)).toMatchObject({
      name: 'sdk experiment',
      metadata: { model: 'n' },
      tags: ['t'],
      projectId: project(),
    });
    expect(standIn.state.experimentItems.of(experiment.id)).toMatchObject([
      { datasetItemId: link.datasetItemId, traceId: link.traceId, projectId: project() },
    ]);
    const read = await experiment.getItems();
    expect(read).toMatchObject([{ traceId: link.traceId, feedbackScores: [{ name: 'acc', value: 1 }] }]);
    const found = await client.getExperimentsByName('sdk experiment');
    expect(found.map((row) => row.id)).toEqual([experiment.id]);
  });

  it('searches traces', async () => {
    client.trace({ name: 'good', tags: ['x'] }).end();
    client.trace({ name: 'bad', tags: ['y'] }).end();
    await client.flush();
    const found = await client.searchTraces({ filterString: 'tags contains "y"' });
    expect(refused()).toEqual([]);
    expect(found.map((trace) => trace.name)).toEqual(['bad']);
  });

  it('swallows a refusal: flush resolves although nothing was stored', async () => {
    standIn.fault({ kind: 'status', status: 400, times: 10 });
    const trace = client.trace({ name: 'lost' });
    trace.end();
    await expect(client.flush()).resolves.toBeUndefined();
    expect(standIn.state.traces.size).toBe(0);
    expect(refused().length).toBeGreaterThan(0);
  });
});

describe('the typed REST layer', () => {
  const once = { maxRetries: 0 };
  const startTime = new Date('2026-01-01T00:00:00Z');

  it('carries every write that this project makes', async () => {
    const [traceId, itemId, experimentId] = [v7(), v7(), v7()];
    const projectName = 'rest-project';
    const { api } = client;
    await api.projects.createProject({ name: projectName }, once);
    await api.datasets.createOrUpdateDatasetItems(
      { datasetName: 'rest', projectName, items: [{ id: itemId, source: 'sdk', data: { input: 'q' } }] },
      once,
    );
    await api.experiments.createExperiment(
      {
        id: experimentId,
        name: 'rest run',
        datasetName: 'rest',
        projectName,
        status: 'running',
        evaluationMethod: 'evaluation_suite',
        metadata: { agentv: { run_id: 'r' } },
      },
      once,
    );
    await api.traces.createTraces(
      {
        traces: [
          { id: traceId, projectName, name: 't', startTime, source: 'experiment', output: { someKey: 1 } },
        ],
      },
      once,
    );
    await api.spans.createSpans(
      {
        spans: [
          { id: v7(), traceId, projectName, name: 's', type: 'llm', startTime, usage: { total_tokens: 5 } },
        ],
      },
      once,
    );
    const scores = [{ id: traceId, projectName, name: 'acc', value: 0.5, source: 'sdk' as const }];
    await api.traces.scoreBatchOfTraces({ scores }, once);
    await api.assertionResults.storeAssertionsBatch(
      {
        entityType: 'TRACE',
        assertionResults: [
          { entityId: traceId, projectName, name: 'polite', status: 'passed', source: 'sdk' },
        ],
      },
      once,
    );
    const link = { id: v7(), experimentId, datasetItemId: itemId, traceId, projectName };
    await api.experiments.createExperimentItems({ experimentItems: [link] }, once);
    const experimentScores = [{ name: 'pass_rate', value: 1 }];
    await api.experiments.updateExperiment(
      experimentId,
      { body: { status: 'completed', experimentScores } },
      once,
    );
    await api.experiments.finishExperiments({ ids: [experimentId] }, once);

    expect(refused()).toEqual([]);
    expect(standIn.finishCalls).toEqual([[experimentId]]);
    const read = await api.experiments.getExperimentById(experimentId, {}, once);
    expect(read).toMatchObject({
      status: 'completed',
      traceCount: 1,
      passRate: 1,
      passedCount: 1,
      totalCount: 1,
      experimentScores,
      feedbackScores: [{ name: 'acc', value: 0.5 }],
      usage: { total_tokens: 5 },
    });
    const trace = await api.traces.getTraceById(traceId, {}, once);
    expect(trace).toMatchObject({ output: { someKey: 1 }, source: 'experiment', startTime });
    const dataset = await api.datasets.getDatasetByIdentifier({ datasetName: 'rest', projectName }, once);
    expect(standIn.state.projects.get(dataset.projectId ?? '')?.name).toBe(projectName);
  });

  it('throws with status and body what the server refuses', async () => {
    const call = client.api.traces.createTraces({ traces: [{ id: v4(), startTime }] }, once);
    const error: unknown = await call.then(
      () => undefined,
      (reason: unknown) => reason,
    );
    expect(at(error, 'statusCode')).toBe(400);
    expect(at(error, 'body')).toMatchObject({ code: 400 });
  });

  it('reports a dropped connection without a status', async () => {
    standIn.fault({ kind: 'reset' });
    const call = client.api.traces.createTraces({ traces: [{ id: v7(), startTime }] }, once);
    const error: unknown = await call.then(
      () => undefined,
      (reason: unknown) => reason,
    );
    expect(error).toBeInstanceOf(Error);
    expect(at(error, 'statusCode')).toBeUndefined();
    expect(standIn.state.traces.size).toBe(0);
  });
});
