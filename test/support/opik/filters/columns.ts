import type { ExperimentRow, ObservedRow, SpanRow, TraceRow } from '../state/rows.ts';
import type { OpikState } from '../state/state.ts';
import { averages, scoresOf } from '../views/scores.ts';
import { durationOf, traceTotals } from '../views/traces.ts';
import type { Columns } from './filters.ts';

const jsonText = (value: unknown): string => (value === undefined ? '' : JSON.stringify(value));

function observedText(row: ObservedRow, field: string): string {
  if (field === 'id') return row.id;
  if (field === 'name') return row.name ?? '';
  if (field === 'input') return jsonText(row.input);
  if (field === 'output') return jsonText(row.output);
  if (field === 'error_type') return row.errorInfo?.exception_type ?? '';
  if (field === 'source') return row.source;
  if (field === 'environment') return row.environment;
  return '';
}

function observedTime(row: ObservedRow, field: string): string | undefined {
  if (field === 'start_time') return row.startTime;
  if (field === 'end_time') return row.endTime;
  return field === 'created_at' ? row.createdAt : row.lastUpdatedAt;
}

function observedJson(row: ObservedRow, field: string): unknown {
  if (field === 'metadata') return row.metadata;
  if (field === 'error_info') return row.errorInfo;
  return field === 'input_json' ? row.input : row.output;
}

/** A trace's columns. The metadata is the one that was sent: the filter does not see the added `providers`. */
export function traceColumns(state: OpikState, trace: TraceRow): Columns {
  const experiments = (): string[] => state.itemsByTrace.of(trace.id).map((item) => item.experimentId);
  return {
    text(field) {
      if (field === 'thread_id') return trace.threadId ?? '';
      if (field === 'visibility_mode') return trace.visibility ?? 'default';
      if (field === 'experiment_id') return experiments()[0] ?? '';
      return observedText(trace, field);
    },
    number(field) {
      if (field === 'ttft') return trace.ttft;
      const totals = traceTotals(state, trace);
      if (field === 'duration') return totals.duration;
      if (field === 'total_estimated_cost') return totals.cost ?? 0;
      if (field === 'llm_span_count') return totals.spans.filter((span) => span.type === 'llm').length;
      return totals.usage[field.slice('usage.'.length)] ?? 0;
    },
    time: (field) => observedTime(trace, field),
    list(field) {
      if (field === 'tags') return trace.tags;
      return field === 'experiment_ids' ? experiments() : [];
    },
    json: (field) => observedJson(trace, field),
    scores(field) {
      if (field === 'feedback_scores') return averages(scoresOf(state, 'trace', trace.id, trace.projectId));
      const { spans } = traceTotals(state, trace);
      return spans.flatMap((span) => averages(scoresOf(state, 'span', span.id, span.projectId)));
    },
  };
}

export function spanColumns(state: OpikState, span: SpanRow): Columns {
  return {
    text(field) {
      if (field === 'type') return span.type;
      if (field === 'model') return span.model ?? '';
      if (field === 'provider') return span.provider ?? '';
      if (field === 'trace_id') return span.traceId;
      return observedText(span, field);
    },
    number(field) {
      if (field === 'ttft') return span.ttft;
      if (field === 'duration') return durationOf(span);
      if (field === 'total_estimated_cost') return span.cost ?? 0;
      return span.usage[field.slice('usage.'.length)] ?? 0;
    },
    time: (field) => observedTime(span, field),
    list: (field) => (field === 'tags' ? span.tags : []),
    json: (field) => observedJson(span, field),
    scores: () => averages(scoresOf(state, 'span', span.id, span.projectId)),
  };
}

export function experimentColumns(
  experiment: ExperimentRow,
  feedbackScores: readonly { readonly name: string; readonly value: number }[],
): Columns {
  return {
    text: (field) => (field === 'dataset_id' ? experiment.datasetId : (experiment.projectId ?? '')),
    number: () => undefined,
    time: () => undefined,
    list: () => experiment.tags,
    json: () => experiment.metadata,
    scores: (field) => (field === 'feedback_scores' ? feedbackScores : experiment.scores),
  };
}
