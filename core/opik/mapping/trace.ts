/**
 * One result as one trace with the agent's spans.
 *
 * @module
 */
import type { Result, Span } from '../../run/result.ts';
import { uuidV7 } from '../ids.ts';
import type { ErrorInfo, JsonObject, SpanWrite, TraceWrite } from '../wire.ts';
import type { MappingContext } from './context.ts';
import { resultMetadata, traceTags } from './metadata.ts';
import { accountFor, opikUsage, type SpanAccount } from './usage.ts';

/**
 * Guarantee: no field depends on when or by whom it is sent, so that sending it again changes nothing.
 *
 * @see Opik `POST /v1/private/traces/batch`
 */
export function mapTrace(result: Result, id: string, context: MappingContext): TraceWrite {
  const { content } = result;
  const errorInfo = errorInfoOf(result);
  return {
    id,
    project_name: context.destination.project,
    name: result.test_id,
    start_time: result.started_at,
    end_time: result.finished_at,
    ...(content?.input === undefined ? {} : { input: inputOf(content.input) }),
    ...(content?.output === undefined ? {} : { output: { output: content.output } }),
    metadata: resultMetadata(result, context),
    tags: traceTags(result),
    ...(errorInfo === undefined ? {} : { error_info: errorInfo }),
    ...(result.conversation_id === undefined ? {} : { thread_id: result.conversation_id }),
    source: 'experiment',
  };
}

/** Opik's pages render objects; a bare string is shown as an opaque blob. */
export function inputOf(input: string | readonly unknown[]): JsonObject {
  return typeof input === 'string' ? { input } : { messages: input };
}

/** Only execution errors are errors: a failed test is a finding, not a failure of the trace. */
function errorInfoOf(result: Result): ErrorInfo | undefined {
  if (result.status !== 'execution_error') return undefined;
  const code = result.failure?.reason_code ?? 'execution_error';
  const place = result.failure?.stage === undefined ? code : `${result.failure.stage}/${code}`;
  const message = result.content?.error_message;
  return { exception_type: code, message: message ?? place, traceback: message ?? place };
}

/** @see Opik `POST /v1/private/spans/batch` */
export function mapSpans(result: Result, trace: string, context: MappingContext): SpanWrite[] {
  const accounts = accountFor(result);
  const timeMs = Date.parse(result.started_at);
  const idOf = (span: string): string => uuidV7(timeMs, 'span', trace, span);
  return result.spans.map((span) => mapSpan(span, accounts.get(span.id), result, { trace, idOf, context }));
}

interface SpanScope {
  readonly trace: string;
  readonly idOf: (span: string) => string;
  readonly context: MappingContext;
}

function mapSpan(
  span: Span,
  account: SpanAccount | undefined,
  result: Result,
  { trace, idOf, context }: SpanScope,
): SpanWrite {
  const { content } = span;
  return {
    id: idOf(span.id),
    trace_id: trace,
    ...(span.parent_id === undefined ? {} : { parent_span_id: idOf(span.parent_id) }),
    project_name: context.destination.project,
    name: span.name,
    type: span.type,
    start_time: span.started_at,
    end_time: span.ended_at ?? result.finished_at,
    ...(content?.input === undefined ? {} : { input: objectOf(content.input, 'input') }),
    ...(content?.output === undefined ? {} : { output: objectOf(content.output, 'output') }),
    metadata: { agentv: { span_id: span.id } },
    ...(span.model === undefined ? {} : { model: span.model }),
    ...(span.provider === undefined ? {} : { provider: span.provider }),
    ...(account?.usage === undefined ? {} : { usage: opikUsage(account.usage) }),
    ...(account?.costUsd === undefined ? {} : { total_estimated_cost: account.costUsd }),
    ...(span.status === 'error' ? { error_info: spanError(content?.error) } : {}),
    source: 'experiment',
  };
}

function spanError(message: string | undefined): ErrorInfo {
  return { exception_type: 'error', message: message ?? 'error', traceback: message ?? 'error' };
}

function objectOf(value: unknown, name: string): JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? Object.fromEntries(Object.entries(value))
    : { [name]: value };
}
