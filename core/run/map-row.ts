/**
 * One AgentV row and its sidecars as a result.
 *
 * @module
 */

import { compact } from '../compact.ts';
import { type AgentvRow, evalPathOf } from './agentv-row.ts';
import { messagesOf, readContent } from './content.ts';
import { type KeyScope, resultKey } from './identity.ts';
import {
  asCode,
  asCount,
  asList,
  asName,
  asNonNegative,
  asObject,
  asString,
  asTime,
  asTimeMs,
  asUsage,
  isObject,
  type JsonObject,
  pick,
  toCounts,
} from './readers.ts';
import {
  type ExecutionStatus,
  executionStatusSchema,
  type GateStatus,
  RESULT_SCHEMA,
  type Result,
  type ResultNote,
  resultNoteSchema,
  type Span,
  type TokenUsage,
  type Trial,
} from './result.ts';
import { failedRequired, readScores } from './scores.ts';
import type { Sidecars } from './sidecars.ts';
import type { SpanContext } from './span-context.ts';
import { providerIn } from './task-source.ts';
import { spansFromTrace, traceStart } from './trace-spans.ts';
import { type Message, providerOf } from './transcript.ts';
import { spansFromMessages } from './transcript-spans.ts';

/** What a result takes from its run. */
export interface RunContext {
  readonly source: string;
  readonly runId: string;
  readonly runKey: string;
  readonly experiment: string | undefined;
  /** The index, run-relative. */
  readonly file: string;
  readonly startedAt: string;
  readonly complete: boolean;
}

/** Where the row stands among the others. */
export interface RowPosition {
  /** 1-based. */
  readonly line: number;
  readonly occurrence: number;
  readonly ambiguous: boolean;
}

const GATES: Record<ExecutionStatus, GateStatus> = {
  ok: 'passed',
  quality_failure: 'failed',
  execution_error: 'errored',
};

/**
 * Maps a row.
 *
 * Guarantees: AgentV's status and score are untouched, whichever contradicts the other; the same row gives the same
 * result again.
 */
export function mapRow(row: AgentvRow, sidecars: Sidecars, run: RunContext, position: RowPosition): Result {
  const { fields, projection } = row;
  const notes = new Set(sidecars.notes);
  const status = row.status ?? 'ok';
  if (row.status === undefined) notes.add('status_missing');
  if (row.timestamp === undefined) notes.add('time_missing');
  if (!run.complete) notes.add('incomplete_run');
  if (position.ambiguous) notes.add('ambiguous_identity');
  if (isNotGraded(row, status)) notes.add('not_graded');

  const messages = messagesOf(row, sidecars);
  const duration = durationOf(row, sidecars);
  const times = timesOf(row, sidecars, run, duration);
  const usage = usageOf(row, sidecars);
  const scores = readScores(fields.scores, sidecars.task?.graders ?? [], sidecars.grading);
  const provider = providerOfRow(row, sidecars);
  const spans = spansOf(sidecars, messages, provider, {
    target: row.target,
    status,
    errorMessage: asString(fields.error),
    ...times,
    timestamp: row.timestamp,
    startKnown: asTime(fields.start_time) !== undefined,
    usage: usage ?? sidecars.transcript?.totalUsage,
    rootSpanId: projection?.rootSpanId,
  });
  const experiment = asString(fields.experiment) ?? run.experiment;
  const scope: KeyScope = { source: run.source, experiment, runKey: run.runKey };

  return compact({
    schema: RESULT_SCHEMA,
    key: resultKey(scope, row, position.occurrence),
    row: { file: run.file, line: position.line },
    run_id: run.runId,
    experiment,
    suite: row.suite,
    eval_path: evalPathOf(row),
    test_id: row.testId,
    target: row.target,
    source_target: projection?.sourceTarget,
    variant: projection?.variant,
    category: asString(fields.category),
    conversation_id: asString(fields.conversation_id),
    attempt: projection?.attempt ?? asCount(fields.attempt) ?? 0,
    sample_index: row.sampleIndex,
    retry_index: asCount(fields.retry_index),
    occurrence: position.occurrence,
    projection_id: projection?.id,
    agentv_trace_id: projection?.traceId,
    provider,
    workspace_mode: asCode(sidecars.task?.workspaceMode),
    started_at: times.startedAt,
    finished_at: times.finishedAt,
    recorded_at: asTime(row.timestamp),
    duration_ms: duration,
    status,
    score: row.score,
    gate: { status: GATES[status], failed_required: failedRequired(scores, sidecars.task?.threshold) },
    failure: failureOf(fields),
    usage,
    cost_usd: asNonNegative(fields.cost_usd),
    tool_calls: toolCallsOf(row, sidecars, spans),
    scores,
    trials: trialsOf(fields),
    spans,
    artifacts: sidecars.artifacts,
    notes: inOrder(notes),
    content: readContent(row, sidecars, status, messages),
  });
}

function spansOf(
  sidecars: Sidecars,
  messages: readonly Message[],
  provider: string | undefined,
  context: SpanContext,
): Span[] {
  const { trace } = sidecars;
  const isGraph = asList(asObject(trace?.trace)?.spans).length > 0;
  if (trace !== undefined && isGraph) return spansFromTrace(trace, context);
  return spansFromMessages(messages, context, provider);
}

/** AgentV's pipeline writes this row when nobody graded the answer. */
function isNotGraded(row: AgentvRow, status: ExecutionStatus): boolean {
  const { scores } = row.fields;
  return status === 'ok' && row.score === 0 && Array.isArray(scores) && scores.length === 0;
}

/** The row's, else timing.json's, which says 0 for what it does not know. */
function durationOf(row: AgentvRow, sidecars: Sidecars): number | undefined {
  const own = asNonNegative(row.fields.duration_ms);
  const timed = asNonNegative(sidecars.timing?.duration_ms);
  return own ?? (timed === 0 ? undefined : timed);
}

function usageOf(row: AgentvRow, sidecars: Sidecars): TokenUsage | undefined {
  const own = asUsage(row.fields.token_usage);
  if (own !== undefined) return own;
  const timed = asUsage(sidecars.timing?.token_usage);
  if (timed === undefined) return undefined;
  if (timed.reasoning === 0) delete timed.reasoning;
  return (timed.input ?? 0) + (timed.output ?? 0) > 0 ? timed : undefined;
}

function timesOf(
  row: AgentvRow,
  sidecars: Sidecars,
  run: RunContext,
  duration: number | undefined,
): { startedAt: string; finishedAt: string } {
  const execution = asObject(row.fields.target_execution);
  const written = asTimeMs(row.timestamp) ?? asTimeMs(execution?.ended_at);
  const traced = sidecars.trace === undefined ? undefined : traceStart(sidecars.trace);
  const started =
    asTimeMs(row.fields.start_time) ??
    // A trace without times of its own starts when its row was written.
    (traced === asTimeMs(row.timestamp) ? undefined : traced) ??
    asTimeMs(execution?.started_at) ??
    (written === undefined ? Date.parse(run.startedAt) : Math.max(0, written - (duration ?? 0)));
  const finished = asTimeMs(row.fields.end_time) ?? written ?? started + (duration ?? 0);
  return {
    startedAt: new Date(started).toISOString(),
    finishedAt: new Date(Math.max(started, finished)).toISOString(),
  };
}

function providerOfRow(row: AgentvRow, sidecars: Sidecars): string | undefined {
  const { fields, target } = row;
  return (
    asName(asObject(fields.target_execution)?.provider_kind) ??
    providerOf(asObject(sidecars.trace?.source), target) ??
    sidecars.transcript?.provider ??
    asName(asObject(asObject(fields.trace)?.metadata)?.provider) ??
    asName(sidecars.targetsText === undefined ? undefined : providerIn(sidecars.targetsText, target))
  );
}

function failureOf(fields: JsonObject): Result['failure'] {
  const failure = compact({
    stage: asCode(fields.failure_stage),
    reason_code: asCode(fields.failure_reason_code),
  });
  return Object.keys(failure).length > 0 ? failure : undefined;
}

function toolCallsOf(
  row: AgentvRow,
  sidecars: Sidecars,
  spans: readonly Span[],
): Record<string, number> | undefined {
  const counted = [
    asObject(sidecars.grading?.execution_metrics)?.tool_calls,
    sidecars.metrics?.tool_calls,
    pick(asObject(row.fields.trace), 'tool_calls', 'toolCalls'),
  ];
  for (const counts of counted) {
    const calls = toCounts(
      Object.entries(asObject(counts) ?? {}).flatMap(([tool, value]) => {
        const count = asCount(value);
        return count === undefined || count === 0 ? [] : [[asName(tool) ?? 'tool', count] as const];
      }),
    );
    if (calls !== undefined) return calls;
  }
  const prefix = 'execute_tool ';
  return toCounts(
    spans.filter((span) => span.type === 'tool').map((span) => [span.name.slice(prefix.length), 1] as const),
  );
}

/** 4.x keeps attempts in streaming rows only; 5.x lists samples, of which a single one is the row itself. */
function trialsOf(fields: JsonObject): Trial[] | undefined {
  const samples = asList(fields.samples).filter(isObject);
  const attempts = samples.length > 1 ? samples : asList(fields.trials).filter(isObject);
  if (attempts.length === 0) return undefined;
  return attempts.map((attempt, index) => {
    const status = executionStatusSchema.safeParse(pick(attempt, 'execution_status', 'executionStatus'));
    return compact({
      attempt: asCount(pick(attempt, 'attempt', 'sample_index')) ?? index,
      score: typeof attempt.score === 'number' ? attempt.score : undefined,
      status: status.success ? status.data : undefined,
      cost_usd: asNonNegative(pick(attempt, 'cost_usd', 'costUsd')),
      duration_ms: asNonNegative(pick(attempt, 'duration_ms', 'durationMs')),
    });
  });
}

function inOrder(notes: ReadonlySet<ResultNote>): ResultNote[] {
  return resultNoteSchema.options.filter((note) => notes.has(note));
}
