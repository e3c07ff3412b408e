import { type Call, pathId } from '../http/call.ts';
import { crash, created, failure, json, noContent } from '../http/reply.ts';
import { newId } from '../ids.ts';
import type { Route } from '../router.ts';
import { decode } from '../validation/decode.ts';
import { commentWrite, idList } from '../validation/schemas.ts';
import { stampView } from '../views/stamps.ts';
import { stamps, type World } from '../world.ts';

const BASE = '/v1/private/traces';

/** Comments on traces. Not idempotent: each call adds one. */
export function commentRoutes(world: World): Route[] {
  return [
    { method: 'POST', path: `${BASE}/{id}/comments`, handle: (call) => add(world, call) },
    {
      method: 'GET',
      path: `${BASE}/{traceId}/comments/{commentId}`,
      handle(call) {
        const row = world.state.comments.get(pathId(call, 'commentId'));
        if (row === undefined) throw failure(404, 'Comment not found');
        return json({ id: row.id, text: row.text, ...stampView(row) });
      },
    },
    {
      method: 'POST',
      path: `${BASE}/comments/delete`,
      handle(call) {
        for (const id of decode(idList, 'BatchDelete', call.body).ids) world.state.comments.delete(id);
        return noContent();
      },
    },
  ];
}

function add(world: World, call: Call) {
  const entityId = pathId(call);
  const { text } = decode(commentWrite, 'Comment', call.body);
  const rows = world.state.traces.of(entityId);
  if (rows.length > 1) throw crash();
  if (rows.length === 0) throw failure(404, `Trace id: ${entityId} not found`);
  const id = newId();
  world.state.comments.set(id, { id, entityType: 'trace', entityId, text, ...stamps(world, call.user) });
  return created(`${call.base}${BASE}/${entityId}/comments/${id}`);
}
