/**
 * The one-test slice of the eval source that AgentV keeps beside a result: the only place of `required`, `min_score`, the
 * criteria and the expected output.
 *
 * @module
 */
import { parse } from 'yaml';
import { asList, asNumber, asObject, asString, isObject, type JsonObject, pick } from './readers.ts';

/** What the source says of one grader. */
export interface GraderSpec {
  readonly name: string;
  readonly type: string | undefined;
  readonly required: boolean;
  readonly minScore: number | undefined;
  readonly weight: number | undefined;
  readonly members: readonly GraderSpec[];
}

export interface TaskSource {
  readonly testId: string | undefined;
  /** Of the test, not of the suite: AgentV leaves that out of the slice. */
  readonly threshold: number | undefined;
  readonly input: unknown;
  readonly expectedOutput: unknown;
  readonly criteria: string | undefined;
  readonly workspaceMode: string | undefined;
  readonly graders: readonly GraderSpec[];
}

const MAX_DEPTH = 8;

/** Reads a `task/EVAL.yaml` (4.x) or `test/EVAL.yaml` (5.x); nothing if it is no such thing. */
export function parseTaskSource(text: string): TaskSource | undefined {
  const source = parseYaml(text);
  if (source === undefined) return undefined;
  const test = asObject(asList(source.tests)[0]);
  const execution = asObject(test?.execution);
  const workspace = asObject(test?.workspace) ?? asObject(source.workspace);
  return {
    testId: asString(test?.id),
    threshold: asNumber(execution?.threshold) ?? asNumber(test?.threshold),
    input: test?.input ?? asObject(test?.vars)?.input,
    expectedOutput: pick(test, 'expected_output'),
    criteria: asString(test?.criteria),
    workspaceMode: asString(workspace?.mode) ?? asString(workspace?.isolation),
    graders: gradersOf(test, 0),
  };
}

/**
 * The provider of a target as a `targets.yaml` says it, aliases followed.
 */
export function providerIn(text: string, target: string): string | undefined {
  const targets = asList(parseYaml(text)?.targets).filter(isObject);
  let name: string | undefined = target;
  for (let hop = 0; name !== undefined && hop < 10; hop++) {
    const wanted: string = name;
    const entry: JsonObject | undefined = targets.find((each) => pick(each, 'name', 'id') === wanted);
    const provider = asString(entry?.provider);
    if (provider !== undefined) return provider;
    name = asString(entry?.use_target);
  }
  return undefined;
}

function parseYaml(text: string): JsonObject | undefined {
  try {
    const value: unknown = parse(text);
    return isObject(value) ? value : undefined;
  } catch (error) {
    // The parser quotes the source in its errors; that it is broken is all that anybody needs.
    if (error instanceof Error) return undefined;
    throw error;
  }
}

function gradersOf(holder: JsonObject | undefined, depth: number): readonly GraderSpec[] {
  if (depth > MAX_DEPTH) return [];
  const list = pick(holder, 'assertions', 'assert', 'graders', 'evaluators');
  return asList(list)
    .filter(isObject)
    .map((grader) => {
      const type = asString(grader.type);
      const numericRequired = asNumber(grader.required);
      return {
        name: pickName(grader, type),
        type,
        required: grader.required === true || numericRequired !== undefined,
        minScore: asNumber(grader.min_score) ?? numericRequired,
        weight: asNumber(grader.weight),
        members: gradersOf(grader, depth + 1),
      };
    });
}

/** AgentV's own default name is `<type>-<value>`. */
function pickName(grader: JsonObject, type: string | undefined): string {
  const given = asString(grader.name) ?? asString(grader.metric);
  if (given !== undefined) return given;
  const value = asString(grader.value);
  return [type, value].filter((part) => part !== undefined).join('-');
}
