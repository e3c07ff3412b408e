/**
 * One line of `index.jsonl`, whatever AgentV version wrote it, as typed fields.
 *
 * @see AgentV `packages/core/src/evaluation/result-row-schema.ts` for the aliases and the two hard requirements
 * @module
 */
import {
  asCount,
  asList,
  asNumber,
  asObject,
  asString,
  asTime,
  isObject,
  type JsonObject,
  pick,
} from './readers.ts';
import { type ExecutionStatus, executionStatusSchema } from './result.ts';

/** The fields that name files and folders of the run. `workspace_path` is a host path and none of them. */
export const PATH_FIELDS = [
  'grading_path',
  'timing_path',
  'trace_path',
  'transcript_path',
  'transcript_raw_path',
  'input_path',
  'output_path',
  'answer_path',
  'response_path',
  'metrics_path',
  'summary_path',
  'result_path',
  'target_execution_path',
  'stdout_path',
  'stderr_path',
  'raw_provider_log_path',
  'eval_path',
  'targets_path',
  'files_path',
  'graders_path',
  'artifact_dir',
  'result_dir',
  'task_dir',
  'test_dir',
] as const;
export type PathField = (typeof PATH_FIELDS)[number];

/** `projection_identity`: AgentV's stable name of a row, there since 4.42.2. */
export interface Projection {
  readonly id: string;
  readonly runId: string | undefined;
  readonly evalPath: string | undefined;
  readonly sourceTarget: string | undefined;
  readonly attempt: number | undefined;
  readonly variant: string | undefined;
  readonly envelopeId: string | undefined;
  readonly traceId: string | undefined;
  readonly rootSpanId: string | undefined;
}

export interface AgentvRow {
  /** The whole row with AgentV's snake_case names. */
  readonly fields: JsonObject;
  readonly testId: string;
  readonly target: string;
  readonly suite: string | undefined;
  readonly score: number;
  /** Absent when the row says none that AgentV knows; AgentV then takes `ok`. */
  readonly status: ExecutionStatus | undefined;
  readonly timestamp: string | undefined;
  readonly sampleIndex: number | undefined;
  readonly projection: Projection | undefined;
  /** A row as AgentV streams it while the run goes on: everything inline, no files. */
  readonly streaming: boolean;
}

export type RowOutcome =
  | { readonly row: AgentvRow; readonly reason?: never }
  | { readonly row?: never; readonly reason: string };

const ALIASES = new Map<string, string>([
  ['answerPath', 'answer_path'],
  ['artifactDir', 'artifact_dir'],
  ['conversationId', 'conversation_id'],
  ['costUsd', 'cost_usd'],
  ['dataset', 'suite'],
  ['durationMs', 'duration_ms'],
  ['endTime', 'end_time'],
  ['eval_id', 'test_id'],
  ['eval_set', 'suite'],
  ['evalId', 'test_id'],
  ['evalPath', 'eval_path'],
  ['executionStatus', 'execution_status'],
  ['failureReasonCode', 'failure_reason_code'],
  ['failureStage', 'failure_stage'],
  ['filesPath', 'files_path'],
  ['gradersPath', 'graders_path'],
  ['gradingPath', 'grading_path'],
  ['inputPath', 'input_path'],
  ['metricsPath', 'metrics_path'],
  ['outputPath', 'output_path'],
  ['projectionIdentity', 'projection_identity'],
  ['rawProviderLogPath', 'raw_provider_log_path'],
  ['responsePath', 'response_path'],
  ['resultDir', 'result_dir'],
  ['startTime', 'start_time'],
  ['summaryPath', 'summary_path'],
  ['targetsPath', 'targets_path'],
  ['taskDir', 'task_dir'],
  ['testId', 'test_id'],
  ['timingPath', 'timing_path'],
  ['tokenUsage', 'token_usage'],
  ['tracePath', 'trace_path'],
  ['transcriptPath', 'transcript_path'],
  ['transcriptRawPath', 'transcript_raw_path'],
]);

const STREAMED_FIELDS = ['trace', 'input', 'output', 'assertions', 'eval_run'] as const;

/**
 * Reads one line.
 *
 * Guarantees: only a row without an object, a score or a test id is refused, with a reason that quotes nothing of the
 * row; anything else that is wrong costs the field it is in.
 */
export function parseRow(text: string): RowOutcome {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    // The parser's own message quotes the line, which may hold anything.
    if (error instanceof SyntaxError) return { reason: 'Invalid JSON' };
    throw error;
  }
  if (!isObject(value)) return { reason: 'Not a JSON object' };
  const fields = withoutAliases(value);
  const score = asNumber(fields.score);
  if (score === undefined) return { reason: 'Missing or invalid score' };
  const testId = readId(fields.test_id);
  if (testId === undefined) return { reason: 'Missing or invalid test_id' };
  const status = executionStatusSchema.safeParse(fields.execution_status);
  return {
    row: {
      fields,
      testId,
      target: readId(fields.target) ?? 'unknown',
      suite: asString(fields.suite),
      score,
      status: status.success ? status.data : undefined,
      timestamp: asTime(fields.timestamp),
      sampleIndex: asCount(fields.sample_index),
      projection: readProjection(fields.projection_identity),
      streaming: isStreaming(fields),
    },
  };
}

/** What the row says a file's place is, run-relative and unchecked. */
export function pathOf(row: AgentvRow, field: PathField): string | undefined {
  return asString(row.fields[field]);
}

/**
 * The source that the row was made from, as the repository names it.
 *
 * @see AgentV `results export`: an exported row names an absolute index.jsonl here, which is no source
 */
export function evalPathOf(row: AgentvRow): string | undefined {
  const path = row.projection?.evalPath;
  return path === undefined || isAbsolute(path) ? undefined : path;
}

/** Absolute on any system that AgentV runs on. */
export function isAbsolute(path: string): boolean {
  return /^(?:[\\/]|[A-Za-z]:[\\/]|file:)/.test(path);
}

/** The messages of a row that carries them itself: a streaming row's trace, or an old row's `output` list. */
export function inlineMessages(row: AgentvRow): readonly unknown[] {
  const traced = asList(asObject(row.fields.trace)?.messages);
  if (traced.length > 0) return traced;
  const listed = asList(row.fields.output);
  if (listed.length > 0) return listed;
  return asList(asObject(asObject(row.fields.target_execution)?.transcript)?.messages);
}

function withoutAliases(value: JsonObject): JsonObject {
  let renamed: { [key: string]: unknown } | undefined;
  for (const key of Object.keys(value)) {
    const name = ALIASES.get(key);
    if (name === undefined) continue;
    renamed ??= { ...value };
    if (renamed[name] === undefined) renamed[name] = value[key];
    delete renamed[key];
  }
  return renamed ?? value;
}

function readId(value: unknown): string | undefined {
  return typeof value === 'number' ? String(value) : asString(value);
}

function readProjection(value: unknown): Projection | undefined {
  const identity = asObject(value);
  const id = asString(identity?.id);
  if (id === undefined) return undefined;
  const dimensions = asObject(identity?.dimensions);
  return {
    id,
    runId: asString(dimensions?.run_id),
    evalPath: asString(dimensions?.eval_path),
    sourceTarget: asString(dimensions?.source_target),
    attempt: asCount(dimensions?.attempt),
    variant: asString(dimensions?.variant),
    envelopeId: asString(dimensions?.envelope_id),
    traceId: asString(dimensions?.trace_id),
    rootSpanId: asString(dimensions?.root_span_id),
  };
}

function isStreaming(fields: JsonObject): boolean {
  if (pick(fields, 'grading_path', 'artifact_dir', 'result_dir') !== undefined) return false;
  return STREAMED_FIELDS.some((name) => fields[name] !== undefined);
}
