/**
 * Tokens on spans, each counted once.
 *
 * @module
 */
import { compact } from '../compact.ts';
import { definedUsage } from './readers.ts';
import type { Span, TokenUsage } from './result.ts';

const PARTS = ['input', 'output', 'cached', 'reasoning'] as const;

/**
 * Puts a result's total on its spans, where AgentV puts it: what the messages did not report themselves belongs to the
 * last call.
 *
 * Guarantees: usage on LLM spans only; summed over the spans it is the total, unless the messages alone report more.
 *
 * @see AgentV `trace-envelope.ts`: a last message without usage of its own is given the whole total, even when earlier
 * messages reported theirs
 */
export function settleUsage(spans: readonly Span[], total: TokenUsage | undefined): void {
  for (const span of spans) if (span.type !== 'llm') delete span.usage;
  const calls = spans.filter((span) => span.type === 'llm');
  const last = calls.at(-1);
  if (last === undefined || total === undefined) return;
  const before = sumUsage(calls.slice(0, -1));
  const reportsTotal = before !== undefined && sameUsage(last.usage, total);
  if (last.usage !== undefined && !reportsTotal) return;
  const rest = definedUsage(subtract(total, before));
  if (rest === undefined) delete last.usage;
  else last.usage = rest;
}

function sumUsage(spans: readonly Span[]): TokenUsage | undefined {
  const sum: TokenUsage = {};
  for (const { usage } of spans) {
    for (const part of PARTS) {
      const count = usage?.[part];
      if (count !== undefined) sum[part] = (sum[part] ?? 0) + count;
    }
  }
  return definedUsage(sum);
}

function subtract(total: TokenUsage, before: TokenUsage | undefined): TokenUsage {
  const rest: TokenUsage = {};
  for (const part of PARTS) {
    const count = total[part];
    if (count !== undefined) rest[part] = Math.max(0, count - (before?.[part] ?? 0));
  }
  return compact(rest);
}

function sameUsage(a: TokenUsage | undefined, b: TokenUsage): boolean {
  return a !== undefined && a.input === b.input && a.output === b.output;
}
