/**
 * Spans from `trace.json`.
 *
 * @see AgentV `packages/core/src/evaluation/trace-envelope.ts`
 * @module
 */
import { compact } from '../compact.ts';
import {
  asCount,
  asList,
  asName,
  asObject,
  asString,
  definedUsage,
  isObject,
  type JsonObject,
  nanosToMs,
  pick,
} from './readers.ts';
import type { Span, TokenUsage } from './result.ts';
import { isErrorEcho, notBefore, rootSpan, type SpanContext, spanContent, spanId } from './span-context.ts';
import { settleUsage } from './span-usage.ts';
import { type Message, providerOf, textOf, toMessages } from './transcript.ts';

const ROOT_ID = 'root';

/** A span of the file, its place among its siblings settled. */
interface Node {
  readonly id: string;
  readonly source: JsonObject;
  readonly attributes: JsonObject;
  readonly type: Span['type'];
  readonly children: Node[];
}

/** When the root of a trace started, if the trace knows it. */
export function traceStart(trace: JsonObject): number | undefined {
  return nanosToMs(rootOf(asObject(trace.trace), spansOf(trace))?.start_time_unix_nano);
}

/** The conversation that the root of a trace repeats as events. */
export function traceMessages(trace: JsonObject): readonly Message[] {
  const root = rootOf(asObject(trace.trace), spansOf(trace));
  const messages = asList(root?.events)
    .filter(isObject)
    .filter((event) => event.name === 'agentv.transcript.message')
    .map((event) => asObject(asObject(event.attributes)?.['agentv.transcript.message']));
  return toMessages(messages);
}

/**
 * The spans of a trace, root first, parents before children.
 *
 * Guarantees: one root, called `invoke_agent <target>`; unique ids; no cycle, whatever the file says; every token once.
 */
export function spansFromTrace(trace: JsonObject, context: SpanContext): Span[] {
  const sources = spansOf(trace);
  const rootSource = rootOf(asObject(trace.trace), sources);
  const times = realTimes(rootSource, context);
  const rootId = spanId(rootSource?.span_id, context.rootSpanId ?? ROOT_ID);
  const root = rootSpan(context, rootId, times.own(rootSource));
  const models = new Map(traceMessages(trace).map((message) => [message.index, message.model]));
  const provider = providerOf(asObject(trace.source), context.target);

  const spans: Span[] = [root];
  const stack = buildTree(sources, rootSource, rootId)
    .map((node) => ({ node, parent: root }))
    .reverse();
  for (let next = stack.pop(); next !== undefined; next = stack.pop()) {
    const { node, parent } = next;
    const span = toSpan(node, parent, times, context, { models, provider });
    if (isErrorSpan(node, span, context)) continue;
    spans.push(span);
    for (const child of node.children.toReversed()) stack.push({ node: child, parent: span });
  }
  settleUsage(spans, context.usage ?? usageOf(asObject(rootSource?.attributes)));
  return spans;
}

function spansOf(trace: JsonObject): readonly JsonObject[] {
  return asList(asObject(trace.trace)?.spans).filter(isObject);
}

function rootOf(body: JsonObject | undefined, spans: readonly JsonObject[]): JsonObject | undefined {
  const named = spans.find(
    (span) => asString(span.span_id) !== undefined && span.span_id === body?.root_span_id,
  );
  return (
    named ?? spans.find((span) => asString(span.parent_span_id) === undefined && typeOf(span) === 'general')
  );
}

/** Children of the root in file order; what has no parent in the file, or itself for an ancestor, is among them. */
function buildTree(
  sources: readonly JsonObject[],
  root: JsonObject | undefined,
  rootId: string,
): readonly Node[] {
  const taken = new Set([rootId]);
  const byFileId = new Map<string, Node>();
  const nodes = new Map<JsonObject, Node>();
  sources.forEach((source, index) => {
    if (source === root) return;
    const wanted = spanId(source.span_id, `s${index}`);
    const id = taken.has(wanted) ? `s${index}` : wanted;
    taken.add(id);
    const attributes = asObject(source.attributes) ?? {};
    const node: Node = { id, source, attributes, type: typeOf(source), children: [] };
    nodes.set(source, node);
    const fileId = asString(source.span_id);
    if (fileId !== undefined && !byFileId.has(fileId)) byFileId.set(fileId, node);
  });
  const parents = new Map<Node, Node | undefined>();
  const top: Node[] = [];
  for (const node of nodes.values()) {
    const parent = byFileId.get(asString(node.source.parent_span_id) ?? '');
    const accepted = parent === undefined || descendsFrom(parent, node, parents) ? undefined : parent;
    parents.set(node, accepted);
    (accepted?.children ?? top).push(node);
  }
  return top;
}

function descendsFrom(node: Node, ancestor: Node, parents: ReadonlyMap<Node, Node | undefined>): boolean {
  for (let at: Node | undefined = node; at !== undefined; at = parents.get(at))
    if (at === ancestor) return true;
  return false;
}

function typeOf(span: JsonObject): Span['type'] {
  const attributes = asObject(span.attributes);
  const kind = attributes?.['openinference.span.kind'];
  const operation = attributes?.['gen_ai.operation.name'];
  if (kind === 'LLM' || operation === 'chat') return 'llm';
  return kind === 'TOOL' || operation === 'execute_tool' ? 'tool' : 'general';
}

function toSpan(
  node: Node,
  parent: Span,
  times: RealTimes,
  context: SpanContext,
  known: { models: ReadonlyMap<number, string | undefined>; provider: string | undefined },
): Span {
  const { attributes, type, source } = node;
  const own = times.own(source);
  const status = asObject(source.status);
  const model = type === 'llm' ? modelOf(attributes, context, known.models) : undefined;
  return compact({
    id: node.id,
    parent_id: parent.id,
    name: nameOf(type, attributes, model),
    type,
    started_at: own?.startedAt ?? parent.started_at,
    ended_at: own?.endedAt ?? notBefore(parent.started_at, parent.ended_at),
    status: statusOf(status),
    model,
    provider: type === 'llm' ? callProvider(attributes, context, known.provider) : undefined,
    usage: type === 'llm' ? usageOf(attributes) : undefined,
    content: spanContent({
      input: type === 'tool' ? attributes['gen_ai.tool.call.arguments'] : undefined,
      output: outputOf(type, attributes),
      error: asString(status?.message),
    }),
  });
}

function nameOf(type: Span['type'], attributes: JsonObject, model: string | undefined): string {
  if (type === 'llm') return model === undefined ? 'chat' : `chat ${model}`;
  if (type === 'tool')
    return `execute_tool ${asName(pick(attributes, 'gen_ai.tool.name', 'tool.name')) ?? 'tool'}`;
  return asName(attributes['gen_ai.operation.name']) ?? 'step';
}

/** AgentV writes the target's name for a model it does not know; the message beside it tells. */
function modelOf(
  attributes: JsonObject,
  context: SpanContext,
  models: ReadonlyMap<number, string | undefined>,
): string | undefined {
  const model = asName(pick(attributes, 'gen_ai.response.model', 'gen_ai.request.model'));
  if (model !== context.target) return model;
  const index = asCount(attributes['agentv.message.index']) ?? -1;
  return models.has(index) && models.get(index) === undefined ? undefined : model;
}

function callProvider(
  attributes: JsonObject,
  context: SpanContext,
  known: string | undefined,
): string | undefined {
  const provider = asName(attributes['gen_ai.provider.name']);
  return provider === undefined || provider === context.target ? known : provider;
}

function outputOf(type: Span['type'], attributes: JsonObject): unknown {
  if (type === 'tool') return attributes['gen_ai.tool.call.result'];
  if (type !== 'llm') return undefined;
  const said = attributes['gen_ai.output.messages'];
  return textOf(said) ?? said;
}

function statusOf(status: JsonObject | undefined): Span['status'] {
  if (status?.code === 'OK') return 'ok';
  return status?.code === 'ERROR' ? 'error' : 'unset';
}

function usageOf(attributes: JsonObject | undefined): TokenUsage | undefined {
  if (attributes === undefined) return undefined;
  return definedUsage({
    input: asCount(pick(attributes, 'gen_ai.usage.input_tokens', 'llm.token_count.prompt')),
    output: asCount(pick(attributes, 'gen_ai.usage.output_tokens', 'llm.token_count.completion')),
    cached: asCount(attributes['gen_ai.usage.cache_read.input_tokens']),
    reasoning: asCount(attributes['gen_ai.usage.reasoning.output_tokens']),
  });
}

/** The call that never was: its only message is AgentV's own error text. */
function isErrorSpan(node: Node, span: Span, context: SpanContext): boolean {
  if (span.type !== 'llm' || span.usage !== undefined || node.children.length > 0) return false;
  return isErrorEcho(textOf(span.content?.output), context.status, context.errorMessage);
}

interface RealTimes {
  own(source: JsonObject | undefined): { startedAt: string; endedAt: string } | undefined;
}

/** Reads spans' times, except those that AgentV made up from the row's own timestamp for want of any. */
function realTimes(root: JsonObject | undefined, context: SpanContext): RealTimes {
  const rootStart = nanosToMs(root?.start_time_unix_nano);
  const rootEnd = nanosToMs(root?.end_time_unix_nano);
  const isMadeUp =
    !context.startKnown &&
    rootStart !== undefined &&
    context.timestamp !== undefined &&
    rootStart === Date.parse(context.timestamp);
  return {
    own(source) {
      const start = nanosToMs(source?.start_time_unix_nano);
      if (start === undefined) return undefined;
      const end = nanosToMs(source?.end_time_unix_nano) ?? start;
      if (isMadeUp && start === rootStart && end === rootEnd) return undefined;
      return {
        startedAt: new Date(start).toISOString(),
        endedAt: new Date(Math.max(start, end)).toISOString(),
      };
    },
  };
}
