/**
 * A row's graders as scores: the row's numbers, the source's requirements, and in 5.x the grading file's assertions.
 *
 * @module
 */
import { compact } from '../compact.ts';
import {
  asCode,
  asList,
  asName,
  asNonNegative,
  asNumber,
  asObject,
  asString,
  asTime,
  asUsage,
  isObject,
  type JsonObject,
  pick,
} from './readers.ts';
import type { Score, ScoreContent } from './result.ts';
import type { GraderSpec } from './task-source.ts';

const MAX_DEPTH = 16;
/** What AgentV takes without a threshold of the test's or the command line's; the latter is in no run. */
const DEFAULT_THRESHOLD = 0.8;

/** Where the details of a grader are looked up; both may know nothing of it. */
interface Companions {
  readonly specs: readonly GraderSpec[];
  /** grading.json's list on the same level. */
  readonly graded: readonly JsonObject[];
}

/**
 * The scores of a row, in its order.
 *
 * Graders are joined by name, those of one name by their order. A grader without a number is left out.
 */
export function readScores(
  values: unknown,
  specs: readonly GraderSpec[],
  grading: JsonObject | undefined,
): Score[] {
  const graded = asList(pick(grading, 'component_results', 'graders', 'evaluators')).filter(isObject);
  return readLevel(values, { specs, graded }, 0);
}

/** Paths of required graders below their minimum; a grader that could not run decides nothing. */
export function failedRequired(
  scores: readonly Score[],
  threshold: number | undefined,
  prefix = '',
): string[] {
  return scores.flatMap((score) => {
    const path = `${prefix}${score.name ?? score.type ?? 'unnamed'}`;
    const minimum = score.min_score ?? threshold ?? DEFAULT_THRESHOLD;
    const failed = score.required === true && score.verdict !== 'skip' && score.score < minimum;
    return [...(failed ? [path] : []), ...failedRequired(score.scores ?? [], threshold, `${path}/`)];
  });
}

function readLevel(values: unknown, companions: Companions, depth: number): Score[] {
  if (depth > MAX_DEPTH) return [];
  const specOf = inOrder(companions.specs, (spec) => spec.name);
  const gradedOf = inOrder(companions.graded, (entry) => entry.name ?? asObject(entry.assertion)?.name);
  return asList(values)
    .filter(isObject)
    .flatMap((value) => {
      const spec = specOf(value.name);
      const graded = gradedOf(value.name);
      const score = asNumber(value.score);
      return score === undefined ? [] : [readScore(value, score, spec, graded, depth)];
    });
}

function readScore(
  value: JsonObject,
  score: number,
  spec: GraderSpec | undefined,
  graded: JsonObject | undefined,
  depth: number,
): Score {
  const members = asList(value.scores);
  const assertions = readAssertions(value, graded, members.length > 0);
  const numericRequired = asNumber(value.required);
  const required = value.required === true || numericRequired !== undefined || spec?.required === true;
  return compact({
    name: asString(value.name),
    type: asName(value.type) ?? asCode(spec?.type),
    score,
    weight: asNumber(value.weight) ?? spec?.weight,
    verdict: verdictOf(value),
    required: required ? true : undefined,
    min_score: asNumber(pick(value, 'min_score', 'minScore')) ?? numericRequired ?? spec?.minScore,
    target: asName(value.target),
    usage: asUsage(pick(value, 'token_usage', 'tokenUsage')),
    duration_ms: asNonNegative(pick(value, 'duration_ms', 'durationMs')),
    started_at: asTime(pick(value, 'started_at', 'startedAt')),
    ended_at: asTime(pick(value, 'ended_at', 'endedAt')),
    assertions_total: assertions?.length,
    assertions_passed: assertions?.filter((assertion) => assertion.passed === true).length,
    scores:
      members.length === 0
        ? undefined
        : readLevel(
            members,
            {
              specs: spec?.members ?? [],
              graded: asList(pick(graded, 'component_results', 'scores')).filter(isObject),
            },
            depth + 1,
          ),
    content: readContent(value, assertions),
  });
}

/** 5.x says only `pass`. */
function verdictOf(value: JsonObject): Score['verdict'] {
  const { verdict, pass } = value;
  if (verdict === 'pass' || verdict === 'fail' || verdict === 'skip') return verdict;
  if (typeof pass !== 'boolean') return undefined;
  return pass ? 'pass' : 'fail';
}

function readContent(value: JsonObject, assertions: ScoreContent['assertions']): ScoreContent | undefined {
  const content = compact({
    reason: asString(value.reason) ?? asString(value.reasoning),
    assertions: assertions !== undefined && assertions.length > 0 ? assertions : undefined,
    input: value.input ?? undefined,
    details: value.details ?? undefined,
    raw_request: pick(value, 'raw_request', 'rawRequest', 'evaluator_raw_request'),
  });
  return Object.keys(content).length > 0 ? content : undefined;
}

/** The row's own, else the grading file's; 5.x keeps them there only, as components beneath the grader's. */
function readAssertions(
  value: JsonObject,
  graded: JsonObject | undefined,
  hasMembers: boolean,
): ScoreContent['assertions'] {
  const own = Array.isArray(value.assertions) ? value.assertions : graded?.assertions;
  if (Array.isArray(own)) return asList(own).filter(isObject).flatMap(readAssertion);
  const components = graded?.component_results;
  if (hasMembers || !Array.isArray(components)) return undefined;
  return asList(components).filter(isObject).flatMap(readComponent);
}

function readAssertion(value: JsonObject) {
  if (typeof value.text !== 'string') return [];
  return [
    compact({
      text: value.text,
      passed: typeof value.passed === 'boolean' ? value.passed : undefined,
      evidence: asString(value.evidence),
    }),
  ];
}

function readComponent(value: JsonObject) {
  const stated = asString(asObject(value.assertion)?.value);
  const reason = asString(value.reason);
  const text = stated ?? reason;
  if (text === undefined) return [];
  return [
    compact({
      text,
      passed: typeof value.pass === 'boolean' ? value.pass : undefined,
      evidence: asString(value.evidence) ?? (reason === text ? undefined : reason),
    }),
  ];
}

/** Looks entries up by name; asked again for a name, gives the next of it, for names may repeat. */
function inOrder<T>(entries: readonly T[], nameOf: (entry: T) => unknown): (name: unknown) => T | undefined {
  const queues = new Map<unknown, T[]>();
  for (const entry of entries) {
    const name = nameOf(entry);
    const queue = queues.get(name);
    if (queue === undefined) queues.set(name, [entry]);
    else queue.push(entry);
  }
  return (name) => (typeof name === 'string' ? queues.get(name)?.shift() : undefined);
}
