import type { SpanRow, TraceRow } from '../state/rows.ts';
import type { OpikState } from '../state/state.ts';
import { durationMs } from '../validation/instants.ts';
import { commentViews, scoresOf, scoreViews } from './scores.ts';
import { stampView, unlessEmpty } from './stamps.ts';

const EPOCH = '1970-01-01T00:00:00Z';

export interface TraceTotals {
  readonly usage: Readonly<Record<string, number>>;
  readonly cost: number | undefined;
  readonly duration: number | undefined;
  readonly providers: readonly string[];
  readonly spans: readonly SpanRow[];
}

/** What Opik adds up over the spans of a trace, in the trace's project. */
export function traceTotals(state: OpikState, trace: TraceRow): TraceTotals {
  const spans = state.spans.of(trace.id).filter((span) => span.projectId === trace.projectId);
  const usage: Record<string, number> = {};
  let cost: number | undefined;
  for (const span of spans) {
    for (const [key, count] of Object.entries(span.usage)) usage[key] = (usage[key] ?? 0) + count;
    if (span.cost !== undefined) cost = (cost ?? 0) + span.cost;
  }
  const providers = [
    ...new Set(spans.map((span) => span.provider ?? '').filter((name) => name !== '')),
  ].sort();
  return {
    usage,
    cost: cost === undefined ? undefined : rounded(cost),
    duration: durationOf(trace),
    providers,
    spans,
  };
}

/** Sums are decimals in Opik: the noise of doubles is taken off at the twelfth place. */
const rounded = (value: number): number => Number(value.toFixed(12));

export function durationOf(row: {
  readonly startTime: string;
  readonly endTime: string | undefined;
}): number | undefined {
  if (row.endTime === undefined || row.startTime === EPOCH) return undefined;
  return durationMs(row.startTime, row.endTime);
}

/** A trace as it is read. The server puts `providers` into the returned metadata, which was never sent. */
export function traceView(state: OpikState, trace: TraceRow) {
  const totals = traceTotals(state, trace);
  return {
    id: trace.id,
    project_id: trace.projectId,
    name: trace.name,
    start_time: trace.startTime,
    end_time: trace.endTime,
    input: trace.input,
    output: trace.output,
    metadata: withAdded(
      trace.metadata,
      'providers',
      totals.providers.length === 0 ? undefined : totals.providers,
    ),
    tags: trace.tags.length === 0 ? undefined : trace.tags,
    error_info: trace.errorInfo,
    usage: unlessEmpty(totals.usage),
    ...stampView(trace),
    feedback_scores: scoreViews(scoresOf(state, 'trace', trace.id, trace.projectId)),
    span_feedback_scores: spanScoreViews(state, totals.spans),
    comments: commentViews(state, trace.id),
    total_estimated_cost: totals.cost,
    span_count: totals.spans.length,
    llm_span_count: totals.spans.filter((span) => span.type === 'llm').length,
    has_tool_spans: totals.spans.some((span) => span.type === 'tool'),
    duration: totals.duration,
    ttft: trace.ttft,
    thread_id: trace.threadId,
    visibility_mode: trace.visibility,
    providers: totals.providers,
    experiment: experimentReference(state, trace.id),
    source: trace.source,
    environment: trace.environment,
  };
}

/** A span as it is read by id or in a list; the search leaves out `project_name`. */
export function spanView(state: OpikState, span: SpanRow, withProject: boolean) {
  return {
    id: span.id,
    project_id: span.projectId,
    project_name: withProject ? state.projects.get(span.projectId)?.name : undefined,
    trace_id: span.traceId,
    parent_span_id: span.parentSpanId,
    name: span.name,
    type: span.type,
    start_time: span.startTime,
    end_time: span.endTime,
    input: span.input,
    output: span.output,
    metadata: withAdded(span.metadata, 'provider', span.provider === '' ? undefined : span.provider),
    model: span.model,
    provider: span.provider,
    tags: span.tags.length === 0 ? undefined : span.tags,
    usage: unlessEmpty(span.usage),
    error_info: span.errorInfo,
    ...stampView(span),
    feedback_scores: scoreViews(scoresOf(state, 'span', span.id, span.projectId)),
    comments: commentViews(state, span.id),
    total_estimated_cost: span.cost,
    total_estimated_cost_version: span.costVersion,
    duration: durationOf(span),
    ttft: span.ttft,
    source: span.source,
    environment: span.environment,
  };
}

function withAdded(metadata: unknown, key: string, value: unknown): unknown {
  if (value === undefined) return metadata;
  if (metadata === undefined) return { [key]: value };
  if (metadata === null || typeof metadata !== 'object' || Array.isArray(metadata)) return metadata;
  return { ...metadata, [key]: value };
}

function spanScoreViews(state: OpikState, spans: readonly SpanRow[]) {
  const views = spans.flatMap(
    (span) =>
      scoreViews(scoresOf(state, 'span', span.id, span.projectId), { id: span.id, type: span.type }) ?? [],
  );
  return views.length === 0 ? undefined : views;
}

function experimentReference(state: OpikState, traceId: string) {
  for (const item of state.itemsByTrace.of(traceId)) {
    const experiment = state.experiments.get(item.experimentId);
    if (experiment === undefined) continue;
    const { id, name, datasetId } = experiment;
    return { id, name, dataset_id: datasetId, dataset_item_id: item.datasetItemId };
  }
  return undefined;
}
