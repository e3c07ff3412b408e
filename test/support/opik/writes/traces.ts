import type { Call } from '../http/call.ts';
import { refusal } from '../http/reply.ts';
import type { TraceRow } from '../state/rows.ts';
import { nanosOf } from '../validation/instants.ts';
import type { TraceUpdate, TraceWrite } from '../validation/schemas.ts';
import { checkObservedId, projectFor, stamps, type World } from '../world.ts';
import { emptyObserved, mergeObserved, observedRow } from './observed.ts';

const MISMATCH = 'Project name and workspace name do not match the existing trace';

/**
 * Upserts traces as a batch does: the whole row is replaced, `created_at` starts anew, and a row that is stored with a later
 * `last_updated_at` than the sent one stays. Nothing is written when one id is bad.
 */
export function upsertTraces(
  world: World,
  call: Call,
  traces: readonly TraceWrite[],
  defaultProject?: string,
): void {
  for (const trace of traces) if (trace.id !== undefined) checkObservedId(world, trace.id, 'Trace');
  for (const trace of traces) {
    const project = projectFor(world, call, trace.project_name ?? defaultProject);
    const made = stamps(world, call.user);
    putTrace(
      world,
      traceRow(trace, project.id, { ...made, lastUpdatedAt: trace.last_updated_at ?? made.lastUpdatedAt }),
    );
  }
}

/** Creates one trace; refused when it is there already. Returns its id. */
export function createTrace(world: World, call: Call, trace: TraceWrite): string {
  if (trace.id !== undefined) checkObservedId(world, trace.id, 'Trace');
  const project = projectFor(world, call, trace.project_name);
  const stored = trace.id === undefined ? [] : world.state.traces.of(trace.id);
  const here = stored.find((row) => row.projectId === project.id);
  if (stored.length > 0 && here === undefined) throw refusal(409, MISMATCH);
  if (here !== undefined && !here.fromPatch) throw refusal(409, 'Trace already exists');
  const row = traceRow(trace, project.id, stamps(world, call.user, here));
  putTrace(world, here === undefined ? row : overPatched(here, row));
  return row.id;
}

/** Merges the sent fields into the trace. An unknown id makes a row without a start. */
export function patchTrace(world: World, call: Call, id: string, update: TraceUpdate): void {
  checkObservedId(world, id, 'Trace');
  const project =
    (update.project_id === undefined ? undefined : world.state.projects.get(update.project_id)) ??
    projectFor(world, call, update.project_name);
  const rows = world.state.traces.of(id);
  const stored = rows.find((row) => row.projectId === project.id);
  if (rows.length > 1 || (rows.length === 1 && stored === undefined)) throw refusal(409, MISMATCH);
  const made = stamps(world, call.user, stored);
  const base: TraceRow = stored ?? {
    ...emptyObserved(id, project.id, made),
    threadId: undefined,
    visibility: undefined,
  };
  putTrace(world, {
    ...base,
    ...mergeObserved(base, update, made),
    threadId: update.thread_id ?? base.threadId,
  });
}

/** Removes traces with their spans, scores, assertions and comments. Without a project only one row of an id goes. */
export function deleteTraces(world: World, ids: readonly string[], projectId?: string): void {
  const { state } = world;
  for (const id of ids) {
    const row = state.traces
      .of(id)
      .find((candidate) => projectId === undefined || candidate.projectId === projectId);
    if (row !== undefined) state.traces.delete(id, row.projectId);
    if (state.traces.of(id).length > 0) continue;
    for (const entity of [id, ...state.spans.of(id).map((span) => span.id)]) {
      state.scores.deleteAll(entity);
      state.assertions.deleteAll(entity);
      for (const comment of state.comments.values()) {
        if (comment.entityId === entity) state.comments.delete(comment.id);
      }
    }
    state.spans.deleteAll(id);
  }
}

export function traceRow(
  trace: TraceWrite,
  projectId: string,
  made: Pick<TraceRow, 'createdAt' | 'lastUpdatedAt' | 'createdBy' | 'lastUpdatedBy'>,
  visibility: 'default' | 'hidden' = 'default',
): TraceRow {
  return { ...observedRow(trace, projectId, made), threadId: trace.thread_id, visibility };
}

export function putTrace(world: World, row: TraceRow): void {
  if (world.settings.discardBodies) {
    world.state.discarded.traces.add(`${row.projectId}/${row.id}`);
    return;
  }
  const stored = world.state.traces.get(row.id, row.projectId);
  if (stored !== undefined && nanosOf(stored.lastUpdatedAt) > nanosOf(row.lastUpdatedAt)) return;
  world.state.traces.set(row.id, row.projectId, row);
}

/** A POST over a row that only PATCHes made keeps what it does not send itself. */
function overPatched(patched: TraceRow, sent: TraceRow): TraceRow {
  return {
    ...sent,
    name: sent.name ?? patched.name,
    endTime: sent.endTime ?? patched.endTime,
    input: sent.input ?? patched.input,
    output: sent.output ?? patched.output,
    metadata: sent.metadata ?? patched.metadata,
    tags: sent.tags.length > 0 ? sent.tags : patched.tags,
    errorInfo: sent.errorInfo ?? patched.errorInfo,
    ttft: sent.ttft ?? patched.ttft,
    threadId: sent.threadId ?? patched.threadId,
  };
}
