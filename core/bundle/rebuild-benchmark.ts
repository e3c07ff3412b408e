/**
 * The aggregates of a rebuilt run, as running sums.
 *
 * @see AgentV `packages/core/src/evaluation/run-artifacts.ts` `buildBenchmarkArtifact`, `buildTimingArtifact`
 * @module
 */
import type { Result, Score } from '../run/result.ts';
import type { Manifest } from './manifest.ts';

/** What AgentV takes for a passed grader in these means, whatever threshold the run had; it is no verdict. */
const PASSED_FROM = 0.8;

/** Distinct names that benchmark.json lists; beyond this they are left out and a note says so. */
const MAX_TESTS = 100_000;
const MAX_TARGETS = 1_000;
const MAX_GRADERS = 10_000;

/** Mean and population standard deviation without keeping the values (Welford). */
class RunningStats {
  #count = 0;
  #mean = 0;
  #squares = 0;

  add(value: number): void {
    this.#count += 1;
    const delta = value - this.#mean;
    this.#mean += delta / this.#count;
    this.#squares += delta * (value - this.#mean);
  }

  get count(): number {
    return this.#count;
  }

  toJSON(): { mean: number; stddev: number } {
    const variance = this.#count === 0 ? 0 : this.#squares / this.#count;
    return { mean: toThousandths(this.#mean), stddev: toThousandths(Math.sqrt(variance)) };
  }
}

interface TargetStats {
  readonly passRate: RunningStats;
  readonly seconds: RunningStats;
  readonly tokens: RunningStats;
  readonly toolCalls: RunningStats;
  readonly costUsd: RunningStats;
  hasToolCalls: boolean;
}

/**
 * Sums up results, one at a time, into what AgentV writes as `benchmark.json` and `timing.json`.
 *
 * Guarantee: memory grows with the distinct tests, targets and graders alone, each up to a limit.
 */
export class RebuiltAggregates {
  readonly #manifest: Manifest;
  readonly #tests = new Set<string>();
  readonly #targets = new Map<string, TargetStats>();
  readonly #graders = new Map<string, RunningStats>();
  readonly #tokens = { input: 0, output: 0, reasoning: 0 };
  #durationMs = 0;
  #errors = 0;
  #isCut = false;
  #firstTimestamp: string | undefined;

  constructor(manifest: Manifest) {
    this.#manifest = manifest;
  }

  add(result: Result): void {
    this.#firstTimestamp ??= result.finished_at;
    if (this.#tests.size < MAX_TESTS) this.#tests.add(result.test_id);
    else this.#isCut ||= !this.#tests.has(result.test_id);
    this.#tokens.input += result.usage?.input ?? 0;
    this.#tokens.output += result.usage?.output ?? 0;
    this.#tokens.reasoning += result.usage?.reasoning ?? 0;
    this.#durationMs += result.duration_ms ?? 0;
    this.#addToTarget(result);
    // An execution error says nothing about quality, so AgentV keeps it out of the graders' means.
    if (result.status === 'execution_error') this.#errors += 1;
    else for (const score of result.scores) this.#addToGrader(score);
  }

  /** @see AgentV `TimingArtifact` */
  timing() {
    const { input, output } = this.#tokens;
    return {
      total_tokens: input + output,
      duration_ms: this.#durationMs,
      total_duration_seconds: toThousandths(this.#durationMs / 1000),
      token_usage: this.#tokens,
    };
  }

  /** @see AgentV `BenchmarkArtifact`; `run_id` is added, for a folder may be called anything */
  benchmark() {
    const { run } = this.#manifest;
    const targets = [...this.#targets].sort(([a], [b]) => (a < b ? -1 : 1));
    return {
      metadata: {
        // AgentV leaves it empty when there are several; the repository's path stands for the host's.
        eval_file: run.eval_files.length === 1 ? run.eval_files[0] : '',
        timestamp: this.#firstTimestamp,
        targets: targets.map(([target]) => target),
        tests_run: [...this.#tests].sort(),
        experiment: run.experiment,
        planned_test_count: run.planned_test_count,
        run_id: run.run_id,
      },
      run_summary: Object.fromEntries(targets.map(([target, stats]) => [target, summaryOf(stats)])),
      per_grader_summary: this.#graders.size === 0 ? undefined : Object.fromEntries(this.#graders),
      notes: this.#notes(),
    };
  }

  #addToTarget(result: Result): void {
    const stats = this.#targetStats(result.target);
    if (stats === undefined) return;
    if (result.status !== 'execution_error') stats.passRate.add(passRateOf(result));
    if (result.duration_ms !== undefined) stats.seconds.add(result.duration_ms / 1000);
    if (result.usage !== undefined) stats.tokens.add((result.usage.input ?? 0) + (result.usage.output ?? 0));
    if (result.cost_usd !== undefined) stats.costUsd.add(result.cost_usd);
    const calls = toolCallCount(result);
    stats.toolCalls.add(calls);
    stats.hasToolCalls ||= calls > 0;
  }

  #targetStats(target: string): TargetStats | undefined {
    const known = this.#targets.get(target);
    if (known !== undefined) return known;
    if (this.#targets.size >= MAX_TARGETS) {
      this.#isCut = true;
      return undefined;
    }
    const stats = {
      passRate: new RunningStats(),
      seconds: new RunningStats(),
      tokens: new RunningStats(),
      toolCalls: new RunningStats(),
      costUsd: new RunningStats(),
      hasToolCalls: false,
    };
    this.#targets.set(target, stats);
    return stats;
  }

  #addToGrader({ name, type, score }: Score): void {
    const key = `${name ?? 'unknown'}:${type ?? 'unknown'}`;
    const known = this.#graders.get(key);
    if (known === undefined && this.#graders.size >= MAX_GRADERS) {
      this.#isCut = true;
      return;
    }
    const stats = known ?? new RunningStats();
    stats.add(score);
    this.#graders.set(key, stats);
  }

  #notes(): string[] {
    const { run, capture, totals } = this.#manifest;
    return [
      ...(this.#errors > 0
        ? [`${this.#errors} test(s) had execution errors and are excluded from quality pass_rate`]
        : []),
      `Rebuilt by agentv-opik from a ${capture.mode} bundle: inputs, answers, transcripts and the texts of assertions ` +
        'are not in it',
      ...(run.complete ? [] : ['The run was not complete when it was uploaded']),
      ...(totals.superseded > 0
        ? [`${totals.superseded} row(s) that a later row replaced are left out`]
        : []),
      ...(totals.rejected > 0 ? [`${totals.rejected} row(s) could not be read when it was uploaded`] : []),
      ...(this.#isCut ? ['Too many distinct tests, targets or graders to list them all'] : []),
    ];
  }
}

/** @see AgentV `computePassRate`: the graders' share, or the score's side where there are none */
function passRateOf({ scores, score }: Result): number {
  if (scores.length === 0) return score >= PASSED_FROM ? 1 : 0;
  return scores.filter((each) => each.score >= PASSED_FROM).length / scores.length;
}

function summaryOf(stats: TargetStats) {
  return {
    pass_rate: stats.passRate,
    time_seconds: stats.seconds,
    tokens: stats.tokens,
    ...(stats.hasToolCalls ? { tool_calls: stats.toolCalls } : {}),
    ...(stats.costUsd.count > 0 ? { cost_usd: stats.costUsd } : {}),
  };
}

/** How often the agent called a tool, all tools together. */
export function toolCallCount({ tool_calls }: Result): number {
  return Object.values(tool_calls ?? {}).reduce((sum, calls) => sum + calls, 0);
}

export function toThousandths(value: number): number {
  return Math.round(value * 1000) / 1000;
}
