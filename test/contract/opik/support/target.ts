import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll } from 'vitest';
import { type OpikStandIn, type OpikStandInOptions, startOpikStandIn } from '../../../support/opik/index.ts';
import { at, type Client, lines, listAt, makeClient, textAt } from './client.ts';
import { conditions } from './conditions.ts';
import { v7 } from './ids.ts';

/** The server that the contract is checked on, and a project of its own in it. */
export interface Target {
  readonly opik: Client;
  /** Random name; everything in it is removed after the file's tests. */
  readonly project: string;
  /** A dataset name that belongs to the project. */
  datasetName(label?: string): string;
  /** Another project of this file, removed too. */
  otherProject(label: string): string;
  /** A minimal trace in the project. */
  trace(fields?: Record<string, unknown>): Record<string, unknown> & { readonly id: string };
  span(traceId: string, fields?: Record<string, unknown>): Record<string, unknown> & { readonly id: string };
}

const REAL_SETTLE_MS = 500;
const MAX_PASSES = 50;

/** Prepares the target of one test file. Call it once, at the top of the file. */
export function useTarget(): Target {
  const suffix = randomBytes(5).toString('hex');
  const project = `agentv-opik-contract-${suffix}`;
  const projects = [project];
  const datasets: string[] = [];
  const touched = new Set<string>();
  let standIn: OpikStandIn | undefined;
  let client: Client | undefined;
  const opik = (): Client => {
    if (client === undefined) throw new Error('The target is used before its tests have begun.');
    return client;
  };
  beforeAll(async () => {
    if (conditions.real) {
      client = realClient();
    } else {
      standIn = await startOpikStandIn();
      client = makeClient(standIn.url);
    }
    await client.post('/projects', { name: project });
  });
  afterAll(async () => {
    if (client !== undefined) {
      // Spans and scores without a trace are in no search: they go by the id of the trace they name.
      if (touched.size > 0) await client.post('/traces/delete', { ids: [...touched] });
      for (const name of projects) await removeProject(client, name);
      for (const name of datasets) await client.post('/datasets/delete', { dataset_name: name });
    }
    await standIn?.close();
  });
  return {
    get opik() {
      return opik();
    },
    project,
    datasetName(label = 'dataset') {
      const name = `${project} ${label} ${randomBytes(3).toString('hex')}`;
      datasets.push(name);
      return name;
    },
    otherProject(label) {
      const name = `${project}-${label}`;
      projects.push(name);
      return name;
    },
    trace(fields = {}) {
      const id = v7();
      touched.add(id);
      return { id, project_name: project, name: 'a trace', start_time: now(), ...fields };
    },
    span(traceId, fields = {}) {
      touched.add(traceId);
      const id = v7();
      return { id, trace_id: traceId, project_name: project, name: 'a span', start_time: now(), ...fields };
    },
  };
}

/** A stand-in set up in a way that a shared server is not, for the rules behind a condition. */
export async function withStandIn<T>(
  options: OpikStandInOptions,
  use: (standIn: OpikStandIn) => Promise<T>,
): Promise<T> {
  const standIn = await startOpikStandIn(options);
  try {
    return await use(standIn);
  } finally {
    await standIn.close();
  }
}

export const now = (): string => new Date().toISOString();

function realClient(): Client {
  const url = process.env.OPIK_URL_OVERRIDE;
  if (url === undefined || url === '')
    throw new Error('OPIK_URL_OVERRIDE is not set: there is no Opik to check.');
  return makeClient(url.replace(/\/+$/, ''), {
    apiKey: process.env.OPIK_API_KEY,
    workspace: process.env.OPIK_WORKSPACE,
    settleMs: REAL_SETTLE_MS,
  });
}

/** Experiments, then traces with all that hangs on them, then the project itself. */
async function removeProject(opik: Client, name: string): Promise<void> {
  const project = await opik.post('/projects/retrieve', { name });
  if (project.status === 404) return;
  const projectId = textAt(project.body, 'id');
  const experiments = await opik.get(`/experiments?project_id=${projectId}&size=1000`);
  const ids = listAt(experiments.body, 'content').map((row) => textAt(row, 'id'));
  if (ids.length > 0) await opik.post('/experiments/delete', { ids });
  for (let pass = 0; pass < MAX_PASSES; pass += 1) {
    const found = await opik.post('/traces/search', { project_id: projectId, limit: 1000, truncate: true });
    const traces = lines(found).map((row) => textAt(row, 'id'));
    if (traces.length === 0) break;
    const removed = await opik.post('/traces/delete', { ids: traces, project_id: projectId });
    if (removed.status !== 204) throw new Error(`Traces of ${name} were not removed: ${removed.text}`);
  }
  const gone = await opik.delete(`/projects/${projectId}`);
  if (gone.status !== 204)
    throw new Error(`Project ${name} was not removed: ${at(gone.body, 'message') ?? gone.status}`);
}
