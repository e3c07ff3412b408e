/**
 * @module
 */

import type { ExperimentTotals } from '../opik/mapping/experiment.ts';
import type { Result } from '../run/result.ts';
import type { ExperimentTotalsRecord, Sent } from './receipt.ts';

export function emptySent(): Sent {
  return { traces: 0, spans: 0, scores: 0, assertions: 0, experiment_items: 0 };
}

export function addSent(to: Sent, more: Sent): void {
  to.traces += more.traces;
  to.spans += more.spans;
  to.scores += more.scores;
  to.assertions += more.assertions;
  to.experiment_items += more.experiment_items;
}

export function addCounts(to: Record<string, number>, more: Readonly<Record<string, number>>): void {
  for (const [name, count] of Object.entries(more)) to[name] = (to[name] ?? 0) + count;
}

export function emptyTotals(): ExperimentTotalsRecord {
  return { results: 0, passed: 0, failed: 0, errored: 0, score_sum: 0, cost_usd: 0 };
}

export function addResult(to: ExperimentTotalsRecord, result: Result): void {
  to.results += 1;
  to[result.gate.status] += 1;
  if (result.status !== 'execution_error') to.score_sum += result.score;
  to.cost_usd += result.cost_usd ?? 0;
}

export function addTotals(to: ExperimentTotalsRecord, more: ExperimentTotalsRecord): void {
  to.results += more.results;
  to.passed += more.passed;
  to.failed += more.failed;
  to.errored += more.errored;
  to.score_sum += more.score_sum;
  to.cost_usd += more.cost_usd;
}

export function asExperimentTotals(record: ExperimentTotalsRecord): ExperimentTotals {
  const { results, passed, failed, errored } = record;
  return { results, passed, failed, errored, scoreSum: record.score_sum, costUsd: record.cost_usd };
}
