import { type Call, pathId } from '../http/call.ts';
import { failure, json, noContent, stream } from '../http/reply.ts';
import type { Route } from '../router.ts';
import { decode } from '../validation/decode.ts';
import { bulkUpload, experimentItemBatch, experimentItemStream } from '../validation/experimentSchemas.ts';
import { idList } from '../validation/schemas.ts';
import { comparedItem, itemIds, newestPerId } from '../views/experimentItems.ts';
import { findProject, type World } from '../world.ts';
import { ingestBulk } from '../writes/bulk.ts';
import { deleteExperimentItems, putExperimentItems } from '../writes/experiments.ts';
import { bulkEvents, eventsIn } from './events.ts';

const BASE = '/v1/private/experiments/items';
const STREAM_LIMIT = 500;

export function experimentItemRoutes(world: World): Route[] {
  return [
    {
      method: 'POST',
      path: BASE,
      limit: eventsIn('experiment_items'),
      handle(call) {
        putExperimentItems(world, call, decode(experimentItemBatch, 'ExperimentItemsBatch', call.body));
        return noContent();
      },
    },
    {
      method: 'GET',
      path: `${BASE}/{id}`,
      handle(call) {
        const id = pathId(call);
        for (const row of world.state.experimentItems.values()) if (row.id === id) return json(itemIds(row));
        throw failure(404, `Not found experiment item with id '${id}'`);
      },
    },
    {
      method: 'POST',
      path: `${BASE}/delete`,
      handle(call) {
        deleteExperimentItems(world, decode(idList, 'ExperimentItemsDelete', call.body).ids);
        return noContent();
      },
    },
    { method: 'POST', path: `${BASE}/stream`, streams: true, handle: (call) => streamItems(world, call) },
    {
      method: 'PUT',
      path: `${BASE}/bulk`,
      limit: bulkEvents,
      async handle(call) {
        const resolved = await ingestBulk(
          world,
          call,
          decode(bulkUpload, 'ExperimentItemBulkUpload', call.body),
        );
        if (resolved) return noContent();
        return noContent({ 'X-Opik-Deprecation': 'No project was given: the default project is used.' });
      },
    },
  ];
}

/** The items of all experiments of that name, the newest id first. */
function streamItems(world: World, call: Call) {
  const asked = decode(experimentItemStream, 'ExperimentItemStreamRequest', call.body);
  const projectId =
    asked.project_name === undefined ? undefined : (findProject(world, asked.project_name)?.id ?? '');
  const experiments = [...world.state.experiments.values()].filter(
    (row) => row.name === asked.experiment_name && (projectId === undefined || row.projectId === projectId),
  );
  const items = newestPerId(experiments.flatMap((row) => world.state.experimentItems.of(row.id)));
  const cursor = asked.last_retrieved_id;
  const rest = cursor === undefined ? items : items.filter((item) => item.id < cursor);
  const shown = rest.slice(0, asked.limit ?? STREAM_LIMIT);
  return stream(shown.map((item) => comparedItem(world.state, item, 'stream')));
}
