import { traceColumns } from '../filters/columns.ts';
import { TRACE_FIELDS } from '../filters/fields.ts';
import { type Call, pageOf, pageReply, pathId } from '../http/call.ts';
import { created, failure, json, noContent, stream } from '../http/reply.ts';
import type { Route } from '../router.ts';
import { decode } from '../validation/decode.ts';
import { idList, searchRequest, traceBatch, traceUpdate, traceWrite } from '../validation/schemas.ts';
import { traceView } from '../views/traces.ts';
import type { World } from '../world.ts';
import { createTrace, deleteTraces, patchTrace, upsertTraces } from '../writes/traces.ts';
import { eventsIn, oneEvent } from './events.ts';
import { excludedFromUrl, fieldsFromUrl, readQuery, runQuery, without } from './search.ts';

const BASE = '/v1/private/traces';
const SEARCH_LIMIT = 500;

export function traceRoutes(world: World): Route[] {
  return [
    {
      method: 'POST',
      path: BASE,
      limit: oneEvent,
      handle(call) {
        const id = createTrace(world, call, decode(traceWrite, 'Trace', call.body));
        return created(`${call.base}${BASE}/${id}`);
      },
    },
    {
      method: 'POST',
      path: `${BASE}/batch`,
      limit: eventsIn('traces'),
      handle(call) {
        upsertTraces(world, call, decode(traceBatch, 'TraceBatch', call.body).traces);
        return noContent();
      },
    },
    { method: 'GET', path: BASE, limit: 'read', handle: (call) => list(world, call) },
    {
      method: 'POST',
      path: `${BASE}/search`,
      limit: 'read',
      streams: true,
      handle: (call) => search(world, call),
    },
    {
      method: 'POST',
      path: `${BASE}/delete`,
      handle(call) {
        const { ids, project_id } = decode(idList, 'BatchDeleteByProject', call.body);
        deleteTraces(world, ids, project_id);
        return noContent();
      },
    },
    {
      method: 'GET',
      path: `${BASE}/{id}`,
      handle(call) {
        const id = pathId(call);
        const [trace] = world.state.traces.of(id);
        if (trace === undefined) throw failure(404, `Trace id: ${id} not found`);
        return json(traceView(world.state, trace));
      },
    },
    {
      method: 'PATCH',
      path: `${BASE}/{id}`,
      limit: oneEvent,
      handle(call) {
        patchTrace(world, call, pathId(call), decode(traceUpdate, 'TraceUpdate', call.body));
        return noContent();
      },
    },
    {
      method: 'DELETE',
      path: `${BASE}/{id}`,
      handle(call) {
        deleteTraces(world, [pathId(call)]);
        return noContent();
      },
    },
  ];
}

function search(world: World, call: Call) {
  const asked = decode(searchRequest, 'TraceSearchStreamRequest', call.body);
  const query = readQuery(world, asked, TRACE_FIELDS);
  const rows = runQuery(query, world.state.traces.values(), (row) => traceColumns(world.state, row));
  const shown = rows.slice(0, asked.limit ?? SEARCH_LIMIT);
  return stream(shown.map((row) => without(traceView(world.state, row), asked.exclude ?? [])));
}

function list(world: World, call: Call) {
  const query = readQuery(world, fieldsFromUrl(call), TRACE_FIELDS);
  const excluded = excludedFromUrl(call);
  const rows = runQuery(query, world.state.traces.values(), (row) => traceColumns(world.state, row));
  return json(pageReply(pageOf(call), rows, (row) => without(traceView(world.state, row), excluded)));
}
