import type { Call } from '../http/call.ts';
import { failure, json, noContent, type Reply } from '../http/reply.ts';
import type { Route } from '../router.ts';
import type { World } from '../world.ts';

/** The version whose behaviour the stand-in has. */
export const OPIK_VERSION = '2.1.24';

/** Liveness, version, credentials, and the links that lead into Opik's pages. */
export function serviceRoutes(world: World): Route[] {
  return [
    {
      method: 'GET',
      path: '/is-alive/ping',
      handle: () => json({ message: 'Healthy Server', healthy: true }),
    },
    { method: 'GET', path: '/is-alive/ver', handle: () => json({ version: OPIK_VERSION }) },
    { method: 'POST', path: '/v1/private/auth', handle: () => noContent() },
    {
      method: 'GET',
      path: '/v1/private/auth/workspace',
      handle: () => json({ workspace_name: world.settings.workspace }),
    },
    { method: 'GET', path: '/v1/session/redirect/projects', handle: (call) => toTrace(world, call) },
    { method: 'GET', path: '/v1/session/redirect/experiments', handle: (call) => toExperiment(world, call) },
    { method: 'GET', path: '/v1/session/redirect/datasets', handle: (call) => toDataset(world, call) },
  ];
}

function toTrace(world: World, call: Call): Reply {
  const id = param(call, 'trace_id');
  const [trace] = world.state.traces.of(id);
  if (trace === undefined) throw failure(404, `Trace id: ${id} not found`);
  return redirect(world, call, `projects/${trace.projectId}/traces?tab=logs&logsType=traces&trace=${id}`);
}

function toExperiment(world: World, call: Call): Reply {
  const id = param(call, 'experiment_id');
  const experiment = world.state.experiments.get(id);
  if (experiment === undefined) throw failure(404, `Not found experiment with id '${id}'`);
  const list = encodeURIComponent(JSON.stringify([id]));
  return redirect(world, call, `experiments/${param(call, 'dataset_id')}/compare?experiments=${list}`);
}

function toDataset(world: World, call: Call): Reply {
  const id = param(call, 'dataset_id');
  if (!world.state.datasets.has(id)) throw failure(404, 'Dataset not found');
  return redirect(world, call, `datasets/${id}/items`);
}

function param(call: Call, name: string): string {
  const value = call.query.get(name);
  if (value === null || value === '') throw failure(400, `query param ${name} must not be null`);
  return value;
}

/** `path` is the API's address in base64; the pages are beside the API. */
function redirect(world: World, call: Call, page: string): Reply {
  const api = Buffer.from(param(call, 'path'), 'base64').toString('utf8');
  const ui = api.replace(/\/+$/, '').replace(/\/api$/, '');
  return { status: 303, headers: { location: `${ui}/${world.settings.workspace}/${page}` }, text: '' };
}
