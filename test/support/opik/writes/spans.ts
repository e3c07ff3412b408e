import type { Call } from '../http/call.ts';
import { crash, refusal } from '../http/reply.ts';
import { requireV7 } from '../ids.ts';
import type { SpanRow, Stamps } from '../state/rows.ts';
import { nanosOf } from '../validation/instants.ts';
import type { SpanUpdate, SpanWrite } from '../validation/schemas.ts';
import { checkObservedId, projectFor, stamps, type World } from '../world.ts';
import { estimateCost } from './cost.ts';
import { emptyObserved, mergeObserved, observedRow } from './observed.ts';

/** Upserts spans by project, trace, parent and id. A span without `trace_id` breaks the batch (500). */
export function upsertSpans(
  world: World,
  call: Call,
  spans: readonly SpanWrite[],
  defaultProject?: string,
): void {
  for (const span of spans) {
    if (span.id !== undefined) checkObservedId(world, span.id, 'Span');
    if (span.trace_id === undefined) throw crash();
    requireV7(span.trace_id, 'Trace');
    if (span.parent_span_id !== undefined) requireV7(span.parent_span_id, 'Parent Span');
  }
  for (const span of spans) {
    if (span.trace_id === undefined) throw crash();
    const project = projectFor(world, call, span.project_name ?? defaultProject);
    const made = stamps(world, call.user);
    const lastUpdatedAt = span.last_updated_at ?? made.lastUpdatedAt;
    putSpan(world, spanRow(span, span.trace_id, project.id, { ...made, lastUpdatedAt }));
  }
}

/** Creates one span. A span that is there already is left alone, and the answer is the same. Returns its id. */
export function createSpan(world: World, call: Call, span: SpanWrite): string {
  if (span.trace_id === undefined) throw refusal(422, 'traceId must not be null');
  if (span.id !== undefined) checkObservedId(world, span.id, 'Span');
  requireV7(span.trace_id, 'Trace');
  const project = projectFor(world, call, span.project_name);
  const row = spanRow(span, span.trace_id, project.id, stamps(world, call.user));
  const stored = world.state.spans.of(span.trace_id).some((other) => other.id === row.id);
  if (!stored) putSpan(world, row);
  return row.id;
}

/** Merges the sent fields into the span. The trace must be the span's own (409). */
export function patchSpan(world: World, call: Call, id: string, update: SpanUpdate): void {
  checkObservedId(world, id, 'Span');
  const project = projectFor(world, call, update.project_name);
  const stored = spanById(world, id);
  if (stored !== undefined && stored.traceId !== update.trace_id) {
    throw refusal(409, 'trace_id does not match the existing span');
  }
  if (stored !== undefined && stored.projectId !== project.id) {
    throw refusal(409, 'Project name and workspace name do not match the existing span');
  }
  const made = stamps(world, call.user, stored);
  const base: SpanRow = stored ?? {
    ...emptyObserved(id, project.id, made),
    ...spanOnly({}),
    traceId: update.trace_id,
    parentSpanId: update.parent_span_id,
  };
  putSpan(world, {
    ...base,
    ...mergeObserved(base, update, made),
    type: update.type ?? base.type,
    model: update.model ?? base.model,
    provider: update.provider ?? base.provider,
    usage: update.usage ?? base.usage,
    cost: update.total_estimated_cost === undefined ? base.cost : visibleCost(update.total_estimated_cost),
  });
}

export function spanById(world: World, id: string): SpanRow | undefined {
  for (const span of world.state.spans.values()) if (span.id === id) return span;
  return undefined;
}

function spanRow(span: SpanWrite, traceId: string, projectId: string, made: Stamps): SpanRow {
  return {
    ...observedRow(span, projectId, made),
    ...spanOnly(span),
    traceId,
    parentSpanId: span.parent_span_id,
  };
}

function spanOnly(span: Partial<SpanWrite>) {
  const usage = span.usage ?? {};
  const sent = span.total_estimated_cost;
  const estimated = sent === undefined ? estimateCost(span.model, span.provider, usage) : undefined;
  return {
    type: span.type ?? 'general',
    model: span.model,
    provider: span.provider,
    usage,
    cost: visibleCost(sent ?? estimated),
    costVersion: estimated === undefined ? undefined : '1.1',
  };
}

/** Opik stores twelve decimals, and shows no cost of zero. */
function visibleCost(cost: number | undefined): number | undefined {
  return cost === undefined || cost < 1e-12 ? undefined : cost;
}

function putSpan(world: World, row: SpanRow): void {
  const key = `${row.projectId}/${row.parentSpanId ?? ''}/${row.id}`;
  if (world.settings.discardBodies) {
    world.state.discarded.spans.add(`${row.traceId}/${key}`);
    return;
  }
  const stored = world.state.spans.get(row.traceId, key);
  if (stored !== undefined && nanosOf(stored.lastUpdatedAt) > nanosOf(row.lastUpdatedAt)) return;
  world.state.spans.set(row.traceId, key, row);
}
