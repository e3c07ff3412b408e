/**
 * A result as the row and the grading file that AgentV 4.42 would have written, as far as it is known.
 *
 * @see AgentV `packages/core/src/evaluation/run-artifacts.ts` `IndexArtifactEntry`, `GradingArtifact`
 * @module
 */
import type { Result, Score } from '../run/result.ts';
import { toolCallCount, toThousandths } from './rebuild-benchmark.ts';

/** A row with more assertions than this keeps the scores but not a stand-in for each assertion. */
const MAX_STAND_INS = 10_000;

interface Assertion {
  readonly text: string;
  readonly passed: boolean;
}

interface RebuiltScore {
  readonly assertions: readonly Assertion[];
  readonly [field: string]: unknown;
}

/**
 * The row of `index.jsonl`.
 *
 * Guarantees: ids, scores and AgentV's own status are the result's; nothing is made up but the texts of assertions, which
 * say that they are missing; read again with the same source, the row gives a result of the same key.
 *
 * @param gradingPath - where, run-relative, the row's grading file lies
 */
export function rebuildRow(result: Result, gradingPath: string) {
  const known = knownTimes(result);
  return {
    timestamp: known?.recorded_at ?? known?.finished_at,
    test_id: result.test_id,
    suite: result.suite,
    category: result.category,
    conversation_id: result.conversation_id,
    score: result.score,
    target: result.target,
    sample_index: result.sample_index,
    retry_index: result.retry_index,
    token_usage: result.usage,
    cost_usd: result.cost_usd,
    duration_ms: result.duration_ms,
    start_time: known?.started_at,
    end_time: known?.finished_at,
    scores: rebuildScores(result),
    trials: result.trials?.map(({ status, ...trial }) => ({ ...trial, execution_status: status })),
    // A row without a status counts as `ok` to AgentV, and said so when it was read.
    execution_status: result.notes.includes('status_missing') ? undefined : result.status,
    failure_stage: result.failure?.stage,
    failure_reason_code: result.failure?.reason_code,
    artifact_dir: gradingPath.slice(0, gradingPath.lastIndexOf('/')),
    grading_path: gradingPath,
    trace: traceSummaryOf(result),
    projection_identity: projectionOf(result),
    experiment: result.experiment,
  };
}

/**
 * The grading file. It has no `graders`: AgentV then takes the row's scores, which are the whole tree.
 *
 * @see AgentV `apps/cli/src/commands/results/manifest.ts` `hydrateManifestRecord`
 */
export function rebuildGrading(result: Result) {
  const assertions = [...errorOf(result), ...rebuildScores(result).flatMap((score) => score.assertions)];
  const passed = assertions.filter((assertion) => assertion.passed).length;
  return {
    assertions: assertions.map((assertion) => ({ ...assertion, evidence: '' })),
    summary: {
      passed,
      failed: assertions.length - passed,
      total: assertions.length,
      pass_rate: assertions.length === 0 ? 0 : toThousandths(passed / assertions.length),
    },
    execution_metrics: {
      tool_calls: result.tool_calls ?? {},
      total_tool_calls: toolCallCount(result),
      errors_encountered: result.status === 'execution_error' ? 1 : 0,
    },
  };
}

/** A result whose row had no time carries the run's, which must not come back as the row's own. */
function knownTimes(result: Result): Pick<Result, 'started_at' | 'finished_at' | 'recorded_at'> | undefined {
  return result.notes.includes('time_missing') ? undefined : result;
}

function rebuildScores(result: Result): RebuiltScore[] {
  const standIns = { left: MAX_STAND_INS };
  return result.scores.map((score) => rebuildScore(score, standIns));
}

/**
 * @see AgentV `toIndexScore`: `results export` reads `assertions` of every score, nested ones too, without asking
 * whether it is there
 */
function rebuildScore(score: Score, standIns: { left: number }): RebuiltScore {
  return {
    name: score.name,
    type: score.type,
    score: score.score,
    weight: score.weight,
    verdict: score.verdict,
    required: score.required,
    min_score: score.min_score,
    assertions: standInsFor(score, standIns),
    target: score.target,
    scores: score.scores?.map((member) => rebuildScore(member, standIns)),
    token_usage: score.usage,
    duration_ms: score.duration_ms,
    started_at: score.started_at,
    ended_at: score.ended_at,
  };
}

/** One for each assertion that there was, the passed ones first: their counts are known, their texts and order are not. */
function standInsFor(score: Score, standIns: { left: number }): Assertion[] {
  const { assertions_total: total = 0, assertions_passed: passed = 0 } = score;
  if (total > standIns.left) return [];
  standIns.left -= total;
  const text = `${score.name ?? score.type ?? 'grader'} (text not captured)`;
  return Array.from({ length: total }, (_, index) => ({ text, passed: index < passed }));
}

/** @see AgentV's grading of an execution error: one failed assertion with the message */
function errorOf(result: Result): Assertion[] {
  if (result.status !== 'execution_error' || result.scores.length > 0) return [];
  const { stage, reason_code } = result.failure ?? {};
  const code = [stage, reason_code].filter((part) => part !== undefined).join('/') || 'execution_error';
  return [{ text: `Error: ${code} (message not captured)`, passed: false }];
}

/**
 * A count that is not known is left out, for AgentV's `inspect stats` would take 0 into its means.
 *
 * @see AgentV `TraceSummary`, which its `inspect` commands read off a row without a transcript
 */
function traceSummaryOf(result: Result) {
  const { tool_calls, spans, status, provider } = result;
  // A root alone says that the agent ran, not what it did.
  const isTraced = spans.some((span) => span.type !== 'general');
  return {
    event_count: isTraced || tool_calls !== undefined ? toolCallCount(result) : undefined,
    tool_calls,
    error_count: status === 'execution_error' ? 1 : 0,
    llm_call_count: isTraced ? spans.filter((span) => span.type === 'llm').length : undefined,
    metadata: provider === undefined ? undefined : { provider },
  };
}

/** Without `key`, which is made of span ids that a bundle does not keep. */
function projectionOf(result: Result) {
  if (result.projection_id === undefined) return undefined;
  return {
    schema_version: 'agentv.projection_identity.v1',
    id: result.projection_id,
    dimensions: {
      run_id: result.run_id,
      suite: result.suite,
      eval_path: result.eval_path,
      test_id: result.test_id,
      target: result.target,
      source_target: result.source_target,
      attempt: result.attempt,
      variant: result.variant ?? null,
      trace_id: result.agentv_trace_id,
    },
  };
}
