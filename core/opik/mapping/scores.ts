/**
 * AgentV's scores as Opik's feedback scores.
 *
 * @module
 */
import type { Result, Score } from '../../run/result.ts';
import type { FeedbackScoreWrite } from '../wire.ts';

/** AgentV's verdict on the row as 1 or 0. */
export const GATE_SCORE = 'agentv.gate';
/** AgentV's score of the row, weights and required graders included. */
export const ROW_SCORE = 'agentv.score';
/** Prefix of the 1-or-0 score of each required grader. */
export const REQUIRED_PREFIX = 'agentv.required/';

/** Opik's limit, and its number of decimals. @see Opik `FeedbackScore` */
const MAX_VALUE = 999_999_999;
const DECIMALS = 9;

const MAX_REASON_LENGTH = 4_000;

/** A grader's score with the name it has in Opik. */
export interface NamedScore {
  readonly name: string;
  /** AgentV's own path, `parent/child`, which need not be unique. */
  readonly path: string;
  readonly score: Score;
}

/**
 * Every grader of a result, composites by path, each under a name of its own.
 *
 * Guarantees: names are distinct regardless of case, as Opik's filters compare them; not blank; and depend only on the
 * names, types and order of the row's graders, so that the same eval gives the same names in every run.
 */
export function nameScores(scores: readonly Score[]): NamedScore[] {
  const flat = [...flatten(scores, '')];
  const byFold = Map.groupBy(flat, ({ path }) => path.toLowerCase());
  const taken = new Set([GATE_SCORE, ROW_SCORE]);
  return flat.map(({ path, score }) => {
    const twins = byFold.get(path.toLowerCase()) ?? [];
    const wanted = twins.length > 1 && score.type !== undefined ? `${path} (${score.type})` : path;
    const name = firstFree(wanted, taken);
    taken.add(name.toLowerCase());
    return { name, path, score };
  });
}

function* flatten(scores: readonly Score[], prefix: string): Generator<{ path: string; score: Score }> {
  for (const [index, score] of scores.entries()) {
    const path = `${prefix}${ownName(score, index)}`;
    yield { path, score };
    if (score.scores !== undefined) yield* flatten(score.scores, `${path}/`);
  }
}

/** Conversation turns hold scores without names; their position stands for it. */
function ownName(score: Score, index: number): string {
  if (score.name !== undefined && score.name.trim() !== '') return score.name;
  return `${score.type ?? 'score'}-${index + 1}`;
}

function firstFree(wanted: string, taken: ReadonlySet<string>): string {
  for (let n = 1; ; n += 1) {
    const name = n === 1 ? wanted : `${wanted} #${n}`;
    if (!taken.has(name.toLowerCase())) return name;
  }
}

/**
 * A result's feedback scores.
 *
 * Guarantees: none for an execution error, whose numbers say nothing about quality; none for a grader that AgentV
 * skipped; values as Opik stores them.
 */
export function mapScores(result: Result, trace: string, project: string): FeedbackScoreWrite[] {
  if (result.status === 'execution_error') return [];
  const base = { id: trace, project_name: project, source: 'sdk' } as const;
  const graders = nameScores(result.scores).filter(({ score }) => score.verdict !== 'skip');
  return [
    {
      ...base,
      name: GATE_SCORE,
      value: result.gate.status === 'passed' ? 1 : 0,
      category_name: result.gate.status,
      reason: gateReason(result),
    },
    { ...base, name: ROW_SCORE, value: storedValue(result.score) },
    ...graders.map(({ name, score }) =>
      withReason({ ...base, name, value: storedValue(score.score) }, reasonOf(score)),
    ),
    ...requiredScores(result, graders).map(({ name, met }) => ({ ...base, name, value: met ? 1 : 0 })),
  ];
}

/** Of each required grader whether it reached its minimum. */
function requiredScores(result: Result, graders: readonly NamedScore[]): { name: string; met: boolean }[] {
  const failed = new Set(result.gate.failed_required);
  return graders
    .filter(({ score }) => score.required === true)
    .map(({ name, path }) => ({ name: `${REQUIRED_PREFIX}${name}`, met: !failed.has(path) }));
}

function gateReason(result: Result): string {
  const failed = result.gate.failed_required;
  return failed.length === 0
    ? result.status
    : `${result.status}; required graders failed: ${failed.join(', ')}`;
}

function withReason(score: FeedbackScoreWrite, reason: string | undefined): FeedbackScoreWrite {
  return reason === undefined ? score : { ...score, reason };
}

/** The grader's own words if they were captured, else how many of its assertions passed. */
export function reasonOf(score: Score): string | undefined {
  const { content } = score;
  const failed = content?.assertions?.filter(({ passed }) => passed === false) ?? [];
  const words = [content?.reason, ...failed.map(({ text, evidence }) => joinWords(text, evidence))];
  const text = words.filter((word) => word !== undefined && word !== '').join('\n');
  if (text !== '') return text.length > MAX_REASON_LENGTH ? `${text.slice(0, MAX_REASON_LENGTH)}…` : text;
  if (score.assertions_total === undefined || score.assertions_passed === undefined) return undefined;
  return `${score.assertions_passed} of ${score.assertions_total} assertions passed`;
}

function joinWords(text: string, evidence: string | undefined): string {
  return evidence === undefined || evidence === '' ? text : `${text} (${evidence})`;
}

/** @see Opik column `feedback_scores.value Decimal64(9)` */
export function storedValue(value: number): number {
  const bounded = Math.min(MAX_VALUE, Math.max(-MAX_VALUE, value));
  return Number(bounded.toFixed(DECIMALS));
}
