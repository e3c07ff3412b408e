/**
 * The test-suite form: assertion results, from which Opik computes pass and fail itself.
 *
 * @module
 */
import type { Result, Score } from '../../run/result.ts';
import type { AssertionResultWrite } from '../wire.ts';
import { GATE_SCORE, nameScores, reasonOf } from './scores.ts';

/** What AgentV takes when a grader states no verdict. @see AgentV `DEFAULT_THRESHOLD` */
const AGENTV_DEFAULT_THRESHOLD = 0.8;

/**
 * One assertion result per grader and one for the gate.
 *
 * Guarantee: every result has at least one, for Opik leaves items without any out of its pass rate; an execution error
 * has exactly one, failed.
 */
export function mapAssertions(result: Result, trace: string, project: string): AssertionResultWrite[] {
  const base = { entity_id: trace, project_name: project, source: 'sdk' } as const;
  const gate: AssertionResultWrite = {
    ...base,
    name: GATE_SCORE,
    status: result.gate.status === 'passed' ? 'passed' : 'failed',
    reason: result.failure?.reason_code ?? result.status,
  };
  if (result.status === 'execution_error') return [gate];
  const graders = nameScores(result.scores).filter(({ score }) => score.verdict !== 'skip');
  return [
    gate,
    ...graders.map(({ name, score }): AssertionResultWrite => {
      const reason = reasonOf(score);
      const assertion = { ...base, name, status: statusOf(score) };
      return reason === undefined ? assertion : { ...assertion, reason };
    }),
  ];
}

function statusOf(score: Score): 'passed' | 'failed' {
  if (score.verdict !== undefined) return score.verdict === 'pass' ? 'passed' : 'failed';
  return score.score >= AGENTV_DEFAULT_THRESHOLD ? 'passed' : 'failed';
}
