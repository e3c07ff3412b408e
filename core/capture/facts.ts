/**
 * The allowlist: builds a result anew out of its facts. Nothing is copied as a whole, so that a field which is not
 * named here cannot get out, and the types refuse a schema field that nobody has decided about.
 *
 * @module
 */

import { compact } from '../compact.ts';
import type {
  Result,
  ResultContent,
  Score,
  ScoreContent,
  Span,
  TestCase,
  TokenUsage,
  Trial,
} from '../run/result.ts';
import { code, isRelativePath, type NameGuard } from './names.ts';
import { type Every, maybe } from './shape.ts';

/** What becomes of the three kinds of `content`; `undefined` leaves it out. */
export interface ContentPolicy {
  readonly result: (content: ResultContent) => ResultContent | undefined;
  readonly score: (content: ScoreContent) => ScoreContent | undefined;
  readonly span: (content: SpanContent) => SpanContent | undefined;
}
export type SpanContent = NonNullable<Span['content']>;

/** Metadata-only: content is not even looked at. */
export const NO_CONTENT: ContentPolicy = {
  result: () => undefined,
  score: () => undefined,
  span: () => undefined,
};

/** Content as it is: it has been dealt with before. */
export const SAME_CONTENT: ContentPolicy = {
  result: (content) => content,
  score: (content) => content,
  span: (content) => content,
};

/** Composites within composites; beyond it they are left out. AgentV itself nests three deep. */
const MAX_SCORE_DEPTH = 32;

/** The facts of a result, its names guarded, its content as the policy says. */
export function buildResult(source: Result, name: NameGuard, policy: ContentPolicy): Result {
  const built: Every<Result> = {
    schema: source.schema,
    key: source.key,
    row: {
      file: name(isRelativePath(source.row.file) ? source.row.file : 'other', 'row.file'),
      line: source.row.line,
    },
    run_id: name(source.run_id, 'run_id'),
    experiment: maybe(source.experiment, (text) => name(text, 'experiment')),
    suite: maybe(source.suite, (text) => name(text, 'suite')),
    eval_path:
      source.eval_path !== undefined && isRelativePath(source.eval_path)
        ? name(source.eval_path, 'eval_path')
        : undefined,
    test_id: name(source.test_id, 'test_id'),
    target: name(source.target, 'target'),
    source_target: maybe(source.source_target, (text) => name(text, 'source_target')),
    variant: maybe(source.variant, (text) => name(text, 'variant')),
    category: maybe(source.category, (text) => name(text, 'category')),
    conversation_id: maybe(source.conversation_id, (text) => name(text, 'conversation_id')),
    attempt: source.attempt,
    sample_index: source.sample_index,
    retry_index: source.retry_index,
    occurrence: source.occurrence,
    projection_id: maybe(source.projection_id, (text) => name(text, 'projection_id')),
    agentv_trace_id: maybe(source.agentv_trace_id, (text) => name(text, 'agentv_trace_id')),
    provider: maybe(source.provider, (text) => name(text, 'provider')),
    workspace_mode: maybe(source.workspace_mode, (text) => name(text, 'workspace_mode')),
    started_at: source.started_at,
    finished_at: source.finished_at,
    recorded_at: source.recorded_at,
    duration_ms: source.duration_ms,
    status: source.status,
    score: source.score,
    gate: {
      status: source.gate.status,
      failed_required: source.gate.failed_required.map((path) => name(path, 'gate.failed_required[]')),
    },
    failure: maybe(source.failure, buildFailure),
    usage: maybe(source.usage, buildUsage),
    cost_usd: source.cost_usd,
    tool_calls: maybe(source.tool_calls, (calls) => buildToolCalls(calls, name)),
    scores: source.scores.map((score) => buildScore(score, name, policy, 0)),
    trials: source.trials?.map(buildTrial),
    spans: source.spans.map((span) => buildSpan(span, name, policy)),
    artifacts: buildArtifacts(source.artifacts, name),
    notes: [...source.notes],
    content: maybe(source.content, policy.result),
  };
  return compact<Result>(built);
}

/** The facts of a test, its names guarded, its content as the policy says. */
export function buildTestCase(source: TestCase, name: NameGuard, policy: ContentPolicy): TestCase {
  const built: Every<TestCase> = {
    suite: maybe(source.suite, (text) => name(text, 'suite')),
    eval_path:
      source.eval_path !== undefined && isRelativePath(source.eval_path)
        ? name(source.eval_path, 'eval_path')
        : undefined,
    test_id: name(source.test_id, 'test_id'),
    category: maybe(source.category, (text) => name(text, 'category')),
    content: maybe(source.content, policy.result),
  };
  return compact<TestCase>(built);
}

function buildScore(source: Score, name: NameGuard, policy: ContentPolicy, depth: number): Score {
  const built: Every<Score> = {
    name: maybe(source.name, (text) => name(text, 'scores[].name')),
    type: maybe(source.type, (text) => name(text, 'scores[].type')),
    score: source.score,
    weight: source.weight,
    verdict: source.verdict,
    required: source.required,
    min_score: source.min_score,
    target: maybe(source.target, (text) => name(text, 'scores[].target')),
    usage: maybe(source.usage, buildUsage),
    duration_ms: source.duration_ms,
    started_at: source.started_at,
    ended_at: source.ended_at,
    assertions_total: source.assertions_total,
    assertions_passed: source.assertions_passed,
    scores:
      depth < MAX_SCORE_DEPTH
        ? source.scores?.map((child) => buildScore(child, name, policy, depth + 1))
        : undefined,
    content: maybe(source.content, policy.score),
  };
  return compact<Score>(built);
}

function buildSpan(source: Span, name: NameGuard, policy: ContentPolicy): Span {
  const built: Every<Span> = {
    id: name(source.id, 'spans[].id'),
    parent_id: maybe(source.parent_id, (text) => name(text, 'spans[].parent_id')),
    name: name(source.name, 'spans[].name'),
    type: source.type,
    started_at: source.started_at,
    ended_at: source.ended_at,
    status: source.status,
    model: maybe(source.model, (text) => name(text, 'spans[].model')),
    provider: maybe(source.provider, (text) => name(text, 'spans[].provider')),
    usage: maybe(source.usage, buildUsage),
    cost_usd: source.cost_usd,
    content: maybe(source.content, policy.span),
  };
  return compact<Span>(built);
}

function buildFailure(source: NonNullable<Result['failure']>): NonNullable<Result['failure']> {
  const built: Every<NonNullable<Result['failure']>> = {
    stage: maybe(source.stage, code),
    reason_code: maybe(source.reason_code, code),
  };
  return compact<NonNullable<Result['failure']>>(built);
}

function buildUsage(source: TokenUsage): TokenUsage {
  const built: Every<TokenUsage> = {
    input: source.input,
    output: source.output,
    cached: source.cached,
    reasoning: source.reasoning,
  };
  return compact<TokenUsage>(built);
}

function buildTrial(source: Trial): Trial {
  const built: Every<Trial> = {
    attempt: source.attempt,
    score: source.score,
    status: source.status,
    cost_usd: source.cost_usd,
    duration_ms: source.duration_ms,
  };
  return compact<Trial>(built);
}

/** Two tools whose names become one are counted together. */
function buildToolCalls(source: Record<string, number>, name: NameGuard): Record<string, number> {
  const counts = new Map<string, number>();
  for (const [tool, calls] of Object.entries(source)) {
    const safe = name(tool, 'tool_calls');
    counts.set(safe, (counts.get(safe) ?? 0) + calls);
  }
  return Object.fromEntries(counts);
}

/** Paths that leave the run say something about the machine, and are left out. */
function buildArtifacts(source: Record<string, string>, name: NameGuard): Record<string, string> {
  return Object.fromEntries(
    Object.entries(source)
      .filter(([, path]) => isRelativePath(path))
      .map(([field, path]) => [name(field, 'artifacts'), name(path, 'artifacts')]),
  );
}
