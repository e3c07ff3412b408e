/**
 * What the spans of a result take from the result itself.
 *
 * @module
 */
import { compact } from '../compact.ts';
import type { ExecutionStatus, Span, TokenUsage } from './result.ts';

export interface SpanContext {
  readonly target: string;
  readonly status: ExecutionStatus;
  readonly errorMessage: string | undefined;
  readonly startedAt: string;
  readonly finishedAt: string;
  /** When the row was written; AgentV starts a trace there if no message had a time. */
  readonly timestamp: string | undefined;
  /** The row said itself when the agent started. */
  readonly startKnown: boolean;
  readonly usage: TokenUsage | undefined;
  readonly rootSpanId: string | undefined;
}

/** The root that every result has; its input and output are the result's and not repeated. */
export function rootSpan(
  context: SpanContext,
  id: string,
  times?: { startedAt: string; endedAt: string },
): Span {
  const failed = context.status === 'execution_error';
  return compact({
    id,
    name: `invoke_agent ${context.target}`,
    type: 'general' as const,
    started_at: times?.startedAt ?? context.startedAt,
    ended_at: times?.endedAt ?? context.finishedAt,
    status: failed ? ('error' as const) : ('ok' as const),
    content: failed && context.errorMessage !== undefined ? { error: context.errorMessage } : undefined,
  });
}

/** AgentV's span id, which is 16 hex digits, or one made from the span's place. */
export function spanId(given: unknown, place: string): string {
  return typeof given === 'string' && /^[0-9a-f]{16}$/i.test(given) ? given : place;
}

/**
 * Whether a text is AgentV's stand-in for an answer that never came.
 *
 * As seen in runs: 4.42 writes `Error occurred: <error>`, 5.3 `Error: <error>`, a skipped test its reason.
 */
export function isErrorEcho(
  text: string | undefined,
  status: ExecutionStatus,
  errorMessage: string | undefined,
): boolean {
  if (text === undefined || status !== 'execution_error') return false;
  const said = text.trim();
  if (said.startsWith('Error occurred:')) return true;
  const error = errorMessage?.trim();
  return error !== undefined && (said === error || said === `Error: ${error}`);
}

/** An end that is not before its start. */
export function notBefore(start: string, end: string | undefined): string | undefined {
  return end === undefined || end >= start ? end : start;
}

/** Spans' `content`, absent when nothing is in it. */
export function spanContent(content: NonNullable<Span['content']>): Span['content'] {
  const defined = compact(content);
  return Object.keys(defined).length > 0 ? defined : undefined;
}
