import { spanColumns } from '../filters/columns.ts';
import { SPAN_FIELDS } from '../filters/fields.ts';
import { type Call, pageOf, pageReply, pathId } from '../http/call.ts';
import { created, failure, json, noContent, stream } from '../http/reply.ts';
import type { Route } from '../router.ts';
import type { SpanRow } from '../state/rows.ts';
import { decode } from '../validation/decode.ts';
import { searchRequest, spanBatch, spanUpdate, spanWrite } from '../validation/schemas.ts';
import { spanView } from '../views/traces.ts';
import type { World } from '../world.ts';
import { createSpan, patchSpan, spanById, upsertSpans } from '../writes/spans.ts';
import { eventsIn, oneEvent } from './events.ts';
import { excludedFromUrl, fieldsFromUrl, readQuery, runQuery, without } from './search.ts';

const BASE = '/v1/private/spans';
const SEARCH_LIMIT = 500;

export function spanRoutes(world: World): Route[] {
  return [
    {
      method: 'POST',
      path: BASE,
      limit: oneEvent,
      handle(call) {
        const id = createSpan(world, call, decode(spanWrite, 'Span', call.body));
        return created(`${call.base}${BASE}/${id}`);
      },
    },
    {
      method: 'POST',
      path: `${BASE}/batch`,
      limit: eventsIn('spans'),
      handle(call) {
        upsertSpans(world, call, decode(spanBatch, 'SpanBatch', call.body).spans);
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
      method: 'GET',
      path: `${BASE}/{id}`,
      handle(call) {
        const id = pathId(call);
        const span = spanById(world, id);
        if (span === undefined) throw failure(404, `Span id: ${id} not found`);
        return json(spanView(world.state, span, true));
      },
    },
    {
      method: 'PATCH',
      path: `${BASE}/{id}`,
      limit: oneEvent,
      handle(call) {
        patchSpan(world, call, pathId(call), decode(spanUpdate, 'SpanUpdate', call.body));
        return noContent();
      },
    },
  ];
}

/** The spans of one trace when the reader names it, which is far fewer to look through. */
function candidates(world: World, traceId: string | undefined, type: string | undefined): SpanRow[] {
  const rows = traceId === undefined ? [...world.state.spans.values()] : world.state.spans.of(traceId);
  return type === undefined ? rows : rows.filter((row) => row.type === type);
}

function search(world: World, call: Call) {
  const asked = decode(searchRequest, 'SpanSearchStreamRequest', call.body);
  const query = readQuery(world, asked, SPAN_FIELDS);
  const rows = runQuery(query, candidates(world, asked.trace_id, asked.type), (row) =>
    spanColumns(world.state, row),
  );
  const shown = rows.slice(0, asked.limit ?? SEARCH_LIMIT);
  return stream(shown.map((row) => without(spanView(world.state, row, false), asked.exclude ?? [])));
}

function list(world: World, call: Call) {
  const query = readQuery(world, fieldsFromUrl(call), SPAN_FIELDS);
  const excluded = excludedFromUrl(call);
  const wanted = candidates(
    world,
    call.query.get('trace_id') ?? undefined,
    call.query.get('type') ?? undefined,
  );
  const rows = runQuery(query, wanted, (row) => spanColumns(world.state, row));
  return json(pageReply(pageOf(call), rows, (row) => without(spanView(world.state, row, true), excluded)));
}
