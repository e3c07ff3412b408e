/**
 * The messages of a conversation, from any of the shapes AgentV keeps them in.
 *
 * @module
 */
import {
  asCount,
  asList,
  asName,
  asObject,
  asString,
  asTime,
  asUsage,
  isObject,
  type JsonObject,
  pick,
} from './readers.ts';
import type { TokenUsage } from './result.ts';

export interface ToolCall {
  readonly name: string;
  readonly input: unknown;
  readonly output: unknown;
  readonly failed: boolean;
  readonly startedAt: string | undefined;
  readonly endedAt: string | undefined;
  readonly spanId: string | undefined;
}

export interface Message {
  /** Its place in the conversation, from 0. */
  readonly index: number;
  readonly role: string;
  readonly content: unknown;
  readonly model: string | undefined;
  readonly usage: TokenUsage | undefined;
  readonly startedAt: string | undefined;
  readonly endedAt: string | undefined;
  readonly spanId: string | undefined;
  readonly toolCalls: readonly ToolCall[];
}

export interface Transcript {
  readonly messages: readonly Message[];
  readonly testId: string | undefined;
  readonly target: string | undefined;
  /** The envelope that the transcript was written with: `projection_identity.dimensions.envelope_id` of its row. */
  readonly envelopeId: string | undefined;
  readonly provider: string | undefined;
  readonly totalUsage: TokenUsage | undefined;
}

/** `agentv.transcript.v1`: one message per line. Nothing if a line is no JSON object. */
export function parseTranscriptLines(text: string): Transcript | undefined {
  const lines: JsonObject[] = [];
  for (const line of text.split('\n')) {
    if (line.trim() === '') continue;
    const value = parseJson(line);
    if (value === undefined) return undefined;
    lines.push(value);
  }
  const first = lines[0];
  if (first === undefined) return undefined;
  const source = asObject(first.source);
  const target = asString(first.target);
  return {
    messages: toMessages(lines),
    testId: asString(first.test_id),
    target,
    envelopeId: asString(asObject(first.trace)?.artifact_id),
    provider: providerOf(source, target),
    totalUsage: asUsage(
      lines.findLast((line) => isObject(line.transcript_token_usage))?.transcript_token_usage,
    ),
  };
}

/** `agentv.normalized_transcript.v1` (5.x): turns of content blocks. */
export function parseTranscriptTurns(text: string): Transcript | undefined {
  const document = parseJson(text);
  if (document === undefined) return undefined;
  const target = asString(document.target);
  const provider = asName(document.provider_id);
  return {
    messages: asList(document.turns).filter(isObject).map(turnToMessage),
    testId: undefined,
    target,
    envelopeId: undefined,
    provider: provider === target ? undefined : provider,
    totalUsage: undefined,
  };
}

/** Messages as AgentV holds them in memory, in snake_case or, in old rows, in camelCase. */
export function toMessages(values: readonly unknown[]): readonly Message[] {
  return values.filter(isObject).map((message, position) => ({
    index: asCount(message.message_index) ?? position,
    role: asString(message.role) ?? 'unknown',
    content: message.content,
    model: asName(asObject(message.metadata)?.model),
    usage: asUsage(pick(message, 'token_usage', 'tokenUsage')),
    startedAt: asTime(pick(message, 'start_time', 'startTime')),
    endedAt: asTime(pick(message, 'end_time', 'endTime')),
    spanId: asString(asObject(message.trace)?.span_id),
    toolCalls: asList(pick(message, 'tool_calls', 'toolCalls'))
      .filter(isObject)
      .map(toToolCall),
  }));
}

/**
 * The provider that a trace or transcript names.
 *
 * @see AgentV `trace-envelope.ts` `sourceFromResult`: without a provider it writes the target's name in its place, and
 * only the metadata tells the two apart
 */
export function providerOf(source: JsonObject | undefined, target: string | undefined): string | undefined {
  const stated = asName(asObject(source?.metadata)?.provider);
  if (stated !== undefined) return stated;
  const provider = asName(source?.provider);
  return provider === target ? undefined : provider;
}

/** The plain text of a message: a string, or the text blocks of a list. */
export function textOf(content: unknown): string | undefined {
  if (typeof content === 'string') return content;
  const texts = asList(content).flatMap((block) => {
    if (typeof block === 'string') return [block];
    const text = pick(asObject(block), 'text', 'value');
    return typeof text === 'string' ? [text] : [];
  });
  return texts.length > 0 ? texts.join('\n') : undefined;
}

/** What the agent said last. */
export function lastAnswer(messages: readonly Message[]): string | undefined {
  return textOf(messages.findLast((message) => message.role === 'assistant')?.content);
}

function toToolCall(call: JsonObject): ToolCall {
  const status = asString(call.status);
  return {
    name: asName(pick(call, 'tool', 'name')) ?? 'tool',
    input: call.input,
    output: call.output,
    failed: status === 'error' || status === 'failed',
    startedAt: asTime(pick(call, 'start_time', 'startTime')),
    endedAt: asTime(pick(call, 'end_time', 'endTime')),
    spanId: asString(asObject(call.trace)?.span_id),
  };
}

function turnToMessage(turn: JsonObject, index: number): Message {
  const blocks = asList(turn.content).filter(isObject);
  const said =
    typeof turn.content === 'string' ? turn.content : textOf(blocks.filter((block) => block.type === 'text'));
  return {
    index,
    role: asString(turn.type) ?? 'unknown',
    content: said ?? '',
    model: asName(asObject(turn.metadata)?.model),
    usage: asUsage(turn.token_usage),
    startedAt: undefined,
    endedAt: undefined,
    spanId: undefined,
    toolCalls: blocks.filter((block) => block.type === 'tool_use').map(blockToToolCall),
  };
}

function blockToToolCall(block: JsonObject): ToolCall {
  const result = asObject(block.result);
  const times = asObject(block.metadata);
  return {
    name: asName(block.name) ?? asName(block.tool_name) ?? 'tool',
    input: block.input,
    output: result?.output,
    failed: result?.status === 'error',
    startedAt: asTime(times?.start_time),
    endedAt: asTime(times?.end_time),
    spanId: undefined,
  };
}

/** A JSON object, or nothing. */
export function parseJson(text: string): JsonObject | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
