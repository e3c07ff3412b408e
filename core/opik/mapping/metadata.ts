/**
 * The `agentv` object in the metadata of experiments and traces.
 *
 * Nested, never dotted: Opik's filter key `agentv.run_id` walks objects and never matches a literal dotted key.
 *
 * @module
 */
import type { Manifest } from '../../bundle/manifest.ts';
import type { Result } from '../../run/result.ts';
import type { JsonObject } from '../wire.ts';
import type { MappingContext } from './context.ts';

/** The experiment's own: the run's, the gate and the totals. */
export function experimentMetadata(context: MappingContext, totals?: JsonObject): JsonObject {
  const { run, gate, capture, revision, digest } = context.manifest;
  return {
    agentv: {
      ...context.runMetadata,
      revision,
      digest,
      gate_status: gate.status,
      gate_exit_code: gate.exit_code,
      gate_derived: gate.derived,
      eval_files: run.eval_files,
      suites: run.suites,
      targets: run.targets,
      started_at: run.started_at,
      as_of: run.as_of,
      planned_test_count: run.planned_test_count,
      redactions: Object.values(capture.redactions.by_rule).reduce((sum, hits) => sum + hits, 0),
      totals,
    },
  };
}

/** A trace's own: what AgentV knows about the result, and the way back to its artifacts. */
export function resultMetadata(result: Result, context: MappingContext): JsonObject {
  return {
    agentv: {
      ...context.runMetadata,
      eval_id: result.eval_path ?? result.suite,
      suite: result.suite,
      test_id: result.test_id,
      target: result.target,
      source_target: result.source_target,
      variant: result.variant,
      category: result.category,
      provider: result.provider,
      workspace_mode: result.workspace_mode,
      gate_status: result.gate.status,
      execution_status: result.status,
      score: result.score,
      failed_required: nonEmpty(result.gate.failed_required),
      failure_stage: result.failure?.stage,
      failure_reason_code: result.failure?.reason_code,
      attempt: result.attempt,
      occurrence: result.occurrence === 0 ? undefined : result.occurrence,
      sample_index: result.sample_index,
      retry_index: result.retry_index,
      duration_ms: result.duration_ms,
      tool_calls: result.tool_calls,
      trials: result.trials,
      result_key: result.key,
      projection_id: result.projection_id,
      trace_id: result.agentv_trace_id,
      row: `${result.row.file}:${result.row.line}`,
      artifacts: Object.keys(result.artifacts).length === 0 ? undefined : result.artifacts,
      notes: nonEmpty(result.notes),
      metadata: result.content?.metadata,
    },
  };
}

/** Tags people filter by; Opik takes fifty of up to a hundred characters. */
export function experimentTags({ run, gate }: Manifest): string[] {
  return ['agentv', `gate:${gate.status}`, ...(run.complete ? [] : ['incomplete'])];
}

export function traceTags(result: Result): string[] {
  return [
    'agentv',
    `gate:${result.gate.status}`,
    ...(result.gate.failed_required.length === 0 ? [] : ['required-failed']),
    ...(result.notes.includes('incomplete_run') ? ['incomplete'] : []),
  ];
}

function nonEmpty<Item>(list: readonly Item[]): readonly Item[] | undefined {
  return list.length === 0 ? undefined : list;
}
