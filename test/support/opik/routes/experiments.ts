import { experimentColumns } from '../filters/columns.ts';
import { EXPERIMENT_FIELDS } from '../filters/fields.ts';
import { matchesAll, parseFilters } from '../filters/filters.ts';
import { type Call, pageOf, pageReply, pathId } from '../http/call.ts';
import { created, failure, json, noContent, stream } from '../http/reply.ts';
import type { Route } from '../router.ts';
import { decode } from '../validation/decode.ts';
import { experimentStream, experimentUpdate, experimentWrite } from '../validation/experimentSchemas.ts';
import { idList } from '../validation/schemas.ts';
import { newestFirst } from '../views/datasets.ts';
import { experimentView } from '../views/experiments.ts';
import { findProject, type World } from '../world.ts';
import { createExperiment, deleteExperiments, updateExperiment } from '../writes/experiments.ts';

const BASE = '/v1/private/experiments';
const STREAM_LIMIT = 500;

/** Experiments themselves; their items are in experimentItems.ts. */
export function experimentRoutes(world: World): Route[] {
  return [
    {
      method: 'POST',
      path: BASE,
      async handle(call) {
        const id = await createExperiment(world, call, decode(experimentWrite, 'Experiment', call.body));
        return created(`${call.base}${BASE}/${id}`);
      },
    },
    { method: 'GET', path: BASE, handle: (call) => list(world, call) },
    {
      method: 'GET',
      path: `${BASE}/{id}`,
      handle(call) {
        const id = pathId(call);
        const row = world.state.experiments.get(id);
        if (row === undefined) throw failure(404, `Not found experiment with id '${id}'`);
        return json(experimentView(world.state, row, 'get'));
      },
    },
    {
      method: 'PATCH',
      path: `${BASE}/{id}`,
      handle(call) {
        updateExperiment(world, call, pathId(call), decode(experimentUpdate, 'ExperimentUpdate', call.body));
        return noContent();
      },
    },
    { method: 'POST', path: `${BASE}/stream`, streams: true, handle: (call) => streamByName(world, call) },
    {
      method: 'POST',
      path: `${BASE}/finish`,
      handle(call) {
        world.state.finishCalls.push(decode(idList, 'DeleteIdsHolder', call.body).ids);
        return noContent();
      },
    },
    {
      method: 'POST',
      path: `${BASE}/delete`,
      handle(call) {
        deleteExperiments(world, decode(idList, 'DeleteIdsHolder', call.body).ids);
        return noContent();
      },
    },
  ];
}

/** Experiments by a part of their name, the newest id first. */
function streamByName(world: World, call: Call) {
  const asked = decode(experimentStream, 'ExperimentStreamRequest', call.body);
  const cursor = asked.last_retrieved_id;
  const projectId =
    asked.project_name === undefined ? undefined : (findProject(world, asked.project_name)?.id ?? '');
  const rows = newestFirst(world.state.experiments.values()).filter((row) => {
    if (!row.name.toLowerCase().includes(asked.name.toLowerCase())) return false;
    return (
      (projectId === undefined || row.projectId === projectId) && (cursor === undefined || row.id < cursor)
    );
  });
  const shown = rows.slice(0, asked.limit ?? STREAM_LIMIT);
  return stream(shown.map((row) => experimentView(world.state, row, 'list')));
}

function list(world: World, call: Call) {
  const filters = parseFilters(call.query.get('filters'), EXPERIMENT_FIELDS);
  const name = call.query.get('name')?.toLowerCase() ?? '';
  const datasetId = call.query.get('datasetId');
  const projectId = call.query.get('project_id');
  const rows = newestFirst(world.state.experiments.values()).filter((row) => {
    if (!row.name.toLowerCase().includes(name)) return false;
    if (datasetId !== null && row.datasetId !== datasetId) return false;
    if (projectId !== null && row.projectId !== projectId) return false;
    if (filters.length === 0) return true;
    const scores = experimentView(world.state, row, 'list').feedback_scores ?? [];
    return matchesAll(filters, experimentColumns(row, scores));
  });
  return json(pageReply(pageOf(call), rows, (row) => experimentView(world.state, row, 'list')));
}
