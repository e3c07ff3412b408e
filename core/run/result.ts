/**
 * `agentv-opik.result.v1`: one AgentV result (test × target × attempt), whatever AgentV version wrote it.
 *
 * The invariant that capture rests on: **everything that may hold free text sits under a `content` key**, of the
 * result, of a score or of a span. What is outside `content` is ids, names, numbers, times, codes and run-relative
 * paths. Metadata-only capture is therefore this schema without its three `content` objects, and nothing else.
 *
 * @module
 */
import { z } from 'zod';

export const RESULT_SCHEMA = 'agentv-opik.result.v1';

/** AgentV's own verdict on a row. It wins over the score: v5 writes crashed rows with `score: 1`. */
export const executionStatusSchema = z.enum(['ok', 'quality_failure', 'execution_error']);
export type ExecutionStatus = z.infer<typeof executionStatusSchema>;

/** `ok` → passed, `quality_failure` → failed, `execution_error` → errored. */
export const gateStatusSchema = z.enum(['passed', 'failed', 'errored']);
export type GateStatus = z.infer<typeof gateStatusSchema>;

const count = z.number().int().nonnegative();
const isoTime = z.iso.datetime({ offset: false });

/** Tokens as the provider reported them. `input` includes `cached`, `output` includes `reasoning`, where reported. */
export const tokenUsageSchema = z.object({
  input: count.optional(),
  output: count.optional(),
  cached: count.optional(),
  reasoning: count.optional(),
});
export type TokenUsage = z.infer<typeof tokenUsageSchema>;

const assertionSchema = z.object({
  text: z.string(),
  passed: z.boolean().optional(),
  evidence: z.string().optional(),
});

const scoreContentSchema = z.object({
  reason: z.string().optional(),
  assertions: z.array(assertionSchema).optional(),
  input: z.unknown().optional(),
  details: z.unknown().optional(),
  raw_request: z.unknown().optional(),
});
export type ScoreContent = z.infer<typeof scoreContentSchema>;

/** One grader's score, with the members of a composite beneath it. */
export interface Score {
  /** As AgentV wrote it; absent on the nested scores of conversation turns, which have none. */
  name?: string | undefined;
  type?: string | undefined;
  /** 0..1 as AgentV computed it. */
  score: number;
  weight?: number | undefined;
  verdict?: 'pass' | 'fail' | 'skip' | undefined;
  /** Set when the eval source marks this grader as required; `failed_required` on the result names those that failed. */
  required?: boolean | undefined;
  min_score?: number | undefined;
  target?: string | undefined;
  usage?: TokenUsage | undefined;
  duration_ms?: number | undefined;
  started_at?: string | undefined;
  ended_at?: string | undefined;
  /** How many assertions it made and how many passed: kept when their texts are not. */
  assertions_total?: number | undefined;
  assertions_passed?: number | undefined;
  scores?: Score[] | undefined;
  content?: ScoreContent | undefined;
}

export const scoreSchema: z.ZodType<Score> = z.object({
  name: z.string().optional(),
  type: z.string().optional(),
  score: z.number(),
  weight: z.number().optional(),
  verdict: z.enum(['pass', 'fail', 'skip']).optional(),
  required: z.boolean().optional(),
  min_score: z.number().optional(),
  target: z.string().optional(),
  usage: tokenUsageSchema.optional(),
  duration_ms: z.number().nonnegative().optional(),
  started_at: isoTime.optional(),
  ended_at: isoTime.optional(),
  assertions_total: count.optional(),
  assertions_passed: count.optional(),
  get scores() {
    return z.array(scoreSchema).optional();
  },
  content: scoreContentSchema.optional(),
});

/** One step of the agent, from trace.json or, without it, from the transcript. Parents come before children. */
export const spanSchema = z.object({
  /** Unique within the result and stable when the same run is read again; AgentV's span id where there is one. */
  id: z.string(),
  parent_id: z.string().optional(),
  /** Built from names (`invoke_agent <target>`, `chat <model>`, `execute_tool <tool>`), never from text. */
  name: z.string(),
  type: z.enum(['general', 'llm', 'tool']),
  started_at: isoTime,
  ended_at: isoTime.optional(),
  status: z.enum(['ok', 'error', 'unset']).optional(),
  model: z.string().optional(),
  provider: z.string().optional(),
  /** On LLM spans only, and on no two spans for the same tokens: summing over spans counts each token once. */
  usage: tokenUsageSchema.optional(),
  cost_usd: z.number().nonnegative().optional(),
  content: z
    .object({
      input: z.unknown().optional(),
      output: z.unknown().optional(),
      error: z.string().optional(),
    })
    .optional(),
});
export type Span = z.infer<typeof spanSchema>;

/** One attempt of a repeated test; AgentV keeps these only in streaming rows (4.x) and as samples (5.x). */
export const trialSchema = z.object({
  attempt: count,
  score: z.number().optional(),
  status: executionStatusSchema.optional(),
  cost_usd: z.number().nonnegative().optional(),
  duration_ms: z.number().nonnegative().optional(),
});
export type Trial = z.infer<typeof trialSchema>;

/** What the reader noticed about a row. Closed list, so that it is no hiding place for text. */
export const resultNoteSchema = z.enum([
  /** The sidecars beside the row belong to another row of a multi-target run; the row alone was used. */
  'sidecar_mismatch',
  /** The row names sidecars that are not there (combined or trimmed runs). */
  'sidecar_missing',
  /** A sidecar is there but cannot be parsed; it was left out. */
  'sidecar_broken',
  /** A sidecar exceeds the size limit; it was left out. */
  'sidecar_too_large',
  /** A path field points outside the run directory; it was not followed. */
  'path_outside_run',
  /** The row comes from an unfinished run. */
  'incomplete_run',
  /** The row carried no execution status: `ok` was taken, as AgentV does. */
  'status_missing',
  /** The row carried no usable time: the run's was taken. */
  'time_missing',
  /** Duplicate identities were told apart by their order in the file. */
  'ambiguous_identity',
  /** `score: 0, scores: []` with status `ok`: AgentV's pipeline writes this when grading was skipped. */
  'not_graded',
]);
export type ResultNote = z.infer<typeof resultNoteSchema>;

const messageSchema = z.object({ role: z.string(), content: z.unknown() });

/** All free text of a result that is not a score's or a span's. */
export const resultContentSchema = z.object({
  /** The messages given to the agent, or the one prompt. */
  input: z.union([z.string(), z.array(messageSchema)]).optional(),
  /** The agent's final answer. */
  output: z.string().optional(),
  expected_output: z.unknown().optional(),
  criteria: z.string().optional(),
  error_message: z.string().optional(),
  metadata: z.record(z.string(), z.unknown()).optional(),
});
export type ResultContent = z.infer<typeof resultContentSchema>;

export const resultSchema = z.object({
  schema: z.literal(RESULT_SCHEMA),
  /**
   * 32 hex digits that name this result for ever: derived from the run's key, the row's identity and its timestamp,
   * never from content, so that capture modes share it and a re-run of the same test differs.
   */
  key: z.string().regex(/^[0-9a-f]{32}$/),
  /** Where the row was read: run-relative file and 1-based line. */
  row: z.object({ file: z.string(), line: z.number().int().positive() }),

  run_id: z.string(),
  experiment: z.string().optional(),
  suite: z.string().optional(),
  /** Repository-relative path of the eval source, if the row says it. */
  eval_path: z.string().optional(),
  test_id: z.string(),
  target: z.string(),
  source_target: z.string().optional(),
  variant: z.string().optional(),
  category: z.string().optional(),
  conversation_id: z.string().optional(),
  attempt: count,
  sample_index: count.optional(),
  retry_index: count.optional(),
  /** 0, or the position among rows that nothing else tells apart (aliased targets). */
  occurrence: count,
  projection_id: z.string().optional(),
  agentv_trace_id: z.string().optional(),
  provider: z.string().optional(),
  workspace_mode: z.string().optional(),

  started_at: isoTime,
  finished_at: isoTime,
  /** When AgentV wrote the row, which its key depends on; `finished_at` may be the agent's own. */
  recorded_at: isoTime.optional(),
  duration_ms: z.number().nonnegative().optional(),
  status: executionStatusSchema,
  /** AgentV's number, untouched. Meaningless when `status` is `execution_error`. */
  score: z.number(),
  gate: z.object({
    status: gateStatusSchema,
    /** Paths (`parent/child`) of required graders below their minimum. */
    failed_required: z.array(z.string()),
  }),
  failure: z.object({ stage: z.string().optional(), reason_code: z.string().optional() }).optional(),
  usage: tokenUsageSchema.optional(),
  cost_usd: z.number().nonnegative().optional(),
  tool_calls: z.record(z.string(), count).optional(),
  scores: z.array(scoreSchema),
  trials: z.array(trialSchema).optional(),
  spans: z.array(spanSchema),
  /** Run-relative paths of the row's files that exist, by AgentV's field name without `_path`. */
  artifacts: z.record(z.string(), z.string()),
  notes: z.array(resultNoteSchema),
  content: resultContentSchema.optional(),
});
export type Result = z.infer<typeof resultSchema>;

/** What the results of one test share: the test itself, distinct by suite and id. */
export const testCaseSchema = z.object({
  suite: z.string().optional(),
  eval_path: z.string().optional(),
  test_id: z.string(),
  category: z.string().optional(),
  content: resultContentSchema.pick({ input: true, expected_output: true, criteria: true }).optional(),
});
export type TestCase = z.infer<typeof testCaseSchema>;
