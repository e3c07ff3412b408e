/**
 * @module
 */
import type { ExperimentPatch, ExperimentScoreWrite, ExperimentWrite, JsonObject } from '../wire.ts';
import type { MappingContext } from './context.ts';
import { experimentMetadata, experimentTags } from './metadata.ts';

/** What was delivered into one experiment. */
export interface ExperimentTotals {
  readonly results: number;
  readonly passed: number;
  readonly failed: number;
  readonly errored: number;
  /** Sum of AgentV's scores over results that are no execution errors. */
  readonly scoreSum: number;
  readonly costUsd: number;
}

/** One of the experiments of a run: the only one, or a target's. */
export interface ExperimentPlan {
  readonly id: string;
  readonly name: string;
  readonly target: string | undefined;
}

/** The experiments that a bundle's results go to. */
export function planExperiments(context: MappingContext): ExperimentPlan[] {
  const { experimentName, groupBy } = context.destination;
  if (groupBy === 'run') {
    return [{ id: context.experimentOf(''), name: experimentName, target: undefined }];
  }
  return context.manifest.run.targets.map((target) => ({
    id: context.experimentOf(target),
    name: `${experimentName} · ${target}`,
    target,
  }));
}

/** @see Opik `POST /v1/private/experiments`: an id that exists is left as it is */
export function createExperiment(plan: ExperimentPlan, context: MappingContext): ExperimentWrite {
  return {
    id: plan.id,
    name: plan.name,
    dataset_name: context.destination.dataset,
    project_name: context.destination.project,
    metadata: experimentMetadata(context),
    tags: experimentTags(context.manifest),
    type: 'regular',
    evaluation_method: context.destination.assertions ? 'evaluation_suite' : 'dataset',
    status: 'running',
  };
}

/** @see Opik `PATCH /v1/private/experiments/{id}` */
export function completeExperiment(
  plan: ExperimentPlan,
  context: MappingContext,
  totals: ExperimentTotals,
): ExperimentPatch {
  return {
    name: plan.name,
    metadata: experimentMetadata(context, totalsMetadata(totals)),
    tags: experimentTags(context.manifest),
    status: context.manifest.run.complete ? 'completed' : 'cancelled',
    experiment_scores: experimentScores(totals),
  };
}

function totalsMetadata({ results, passed, failed, errored, costUsd }: ExperimentTotals): JsonObject {
  return { results, passed, failed, errored, cost_usd: costUsd };
}

/** Shares of all results, so that errors are seen beside the quality numbers that leave them out. */
function experimentScores(totals: ExperimentTotals): ExperimentScoreWrite[] {
  const { results, passed, errored, scoreSum } = totals;
  if (results === 0) return [];
  const graded = results - errored;
  return [
    { name: 'agentv.pass_rate', value: rounded(passed / results) },
    { name: 'agentv.error_rate', value: rounded(errored / results) },
    ...(graded === 0 ? [] : [{ name: 'agentv.mean_score', value: rounded(scoreSum / graded) }]),
  ];
}

function rounded(value: number): number {
  return Number(value.toFixed(9));
}
