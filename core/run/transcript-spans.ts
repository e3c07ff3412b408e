/**
 * Spans from the messages of a transcript, where there is no trace.
 *
 * @module
 */
import { compact } from '../compact.ts';
import type { Span } from './result.ts';
import { isErrorEcho, notBefore, rootSpan, type SpanContext, spanContent, spanId } from './span-context.ts';
import { settleUsage } from './span-usage.ts';
import { type Message, type ToolCall, textOf } from './transcript.ts';

/**
 * A root, a call per assistant message, and its tools beneath it.
 *
 * Guarantees: unique ids, which depend on the messages' places only; every token once.
 */
export function spansFromMessages(
  messages: readonly Message[],
  context: SpanContext,
  provider: string | undefined,
): Span[] {
  const taken = new Set<string>();
  const idFor = (given: string | undefined, place: string): string => {
    const wanted = spanId(given, place);
    const id = taken.has(wanted) ? place : wanted;
    taken.add(id);
    return id;
  };
  const root = rootSpan(context, idFor(context.rootSpanId, 'root'));
  const spans = [root];
  messages.forEach((message, position) => {
    if (message.role !== 'assistant' || isStandIn(message, context)) return;
    const call = callSpan(message, root, provider, idFor(message.spanId, `m${position}`));
    spans.push(call);
    message.toolCalls.forEach((tool, index) => {
      spans.push(toolSpan(tool, call, idFor(tool.spanId, `m${position}.t${index}`)));
    });
  });
  settleUsage(spans, context.usage);
  return spans;
}

function isStandIn(message: Message, context: SpanContext): boolean {
  if (message.usage !== undefined || message.toolCalls.length > 0) return false;
  return isErrorEcho(textOf(message.content), context.status, context.errorMessage);
}

function callSpan(message: Message, root: Span, provider: string | undefined, id: string): Span {
  const start = message.startedAt ?? root.started_at;
  return compact({
    id,
    parent_id: root.id,
    name: message.model === undefined ? 'chat' : `chat ${message.model}`,
    type: 'llm' as const,
    started_at: start,
    ended_at: notBefore(start, message.endedAt ?? root.ended_at),
    status: 'ok' as const,
    model: message.model,
    provider,
    usage: message.usage,
    content: spanContent({ output: textOf(message.content) ?? message.content }),
  });
}

function toolSpan(tool: ToolCall, call: Span, id: string): Span {
  const start = tool.startedAt ?? call.started_at;
  return compact({
    id,
    parent_id: call.id,
    name: `execute_tool ${tool.name}`,
    type: 'tool' as const,
    started_at: start,
    ended_at: notBefore(start, tool.endedAt ?? call.ended_at),
    status: tool.failed ? ('error' as const) : ('ok' as const),
    content: spanContent({ input: tool.input, output: tool.output }),
  });
}
