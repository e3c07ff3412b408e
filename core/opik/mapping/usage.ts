/**
 * Tokens and cost, each counted once: Opik sums them over a trace's spans.
 *
 * @module
 */
import type { Result, Span, TokenUsage } from '../../run/result.ts';

/** Opik stores usage as int32 and refuses more. */
const MAX_INT32 = 2_147_483_647;

/** What each span of a result shall carry, by span id. */
export interface SpanAccount {
  readonly usage?: TokenUsage;
  readonly costUsd?: number;
}

/**
 * Spreads the row's tokens and cost over its spans.
 *
 * Guarantees: summed over all spans, tokens are the row's where it reports them, and cost is exactly the row's where it
 * reports one. LLM spans keep their own tokens; what they do not explain goes to the root. Spans that claim more than
 * the row says lose their claim, for the row is what AgentV gated on.
 */
export function accountFor(result: Result): Map<string, SpanAccount> {
  const root = result.spans[0];
  const accounts = new Map<string, SpanAccount>();
  if (root === undefined) return accounts;

  const usages = usageBySpan(result, root);
  const costs = costBySpan(result, root, usages);
  for (const span of result.spans) {
    const usage = usages.get(span.id);
    const costUsd = costs.get(span.id);
    if (usage === undefined && costUsd === undefined) continue;
    accounts.set(span.id, {
      ...(usage === undefined ? {} : { usage }),
      ...(costUsd === undefined ? {} : { costUsd }),
    });
  }
  return accounts;
}

function usageBySpan(result: Result, root: Span): Map<string, TokenUsage> {
  const own = new Map<string, TokenUsage>();
  for (const span of result.spans) if (span.usage !== undefined) own.set(span.id, span.usage);
  if (result.usage === undefined) return own;
  const rest = subtract(result.usage, [...own.values()]);
  if (rest === undefined) return new Map([[root.id, result.usage]]);
  if (Object.keys(rest).length > 0) own.set(root.id, { ...own.get(root.id), ...rest });
  return own;
}

const KINDS = ['input', 'output', 'cached', 'reasoning'] as const;

/** What remains of the whole, or undefined when the parts exceed it. */
function subtract(whole: TokenUsage, parts: readonly TokenUsage[]): TokenUsage | undefined {
  const rest: TokenUsage = {};
  for (const kind of KINDS) {
    const total = whole[kind];
    if (total === undefined) continue;
    const left = total - parts.reduce((sum, part) => sum + (part[kind] ?? 0), 0);
    if (left < 0) return undefined;
    if (left > 0) rest[kind] = left;
  }
  return rest;
}

/** A known cost is always sent: without one, Opik would compute its own from model and tokens. */
function costBySpan(
  result: Result,
  root: Span,
  usages: ReadonlyMap<string, TokenUsage>,
): Map<string, number> {
  const own = new Map<string, number>();
  for (const span of result.spans) if (span.cost_usd !== undefined) own.set(span.id, span.cost_usd);
  const total = result.cost_usd;
  if (total === undefined) return own;
  if (usages.size === 0) return new Map([[root.id, total]]);

  const tokens = [...usages].map(([id, usage]) => ({ id, weight: (usage.input ?? 0) + (usage.output ?? 0) }));
  const sum = tokens.reduce((all, { weight }) => all + weight, 0);
  const costs = new Map<string, number>();
  let left = total;
  for (const [index, { id, weight }] of tokens.entries()) {
    const isLast = index === tokens.length - 1;
    const share = isLast ? left : sum === 0 ? 0 : roundCost((total * weight) / sum);
    costs.set(id, Math.max(0, isLast ? roundCost(left) : share));
    left -= share;
  }
  return costs;
}

/** Opik keeps twelve decimals of a cost. */
function roundCost(usd: number): number {
  return Number(usd.toFixed(12));
}

/** @see Opik `Span.usage`: OpenAI's names, and the provider's own under `original_usage.` */
export function opikUsage(usage: TokenUsage): Record<string, number> {
  const { input, output, cached, reasoning } = usage;
  const entries: [string, number | undefined][] = [
    ['prompt_tokens', input],
    ['completion_tokens', output],
    ['total_tokens', input === undefined && output === undefined ? undefined : (input ?? 0) + (output ?? 0)],
    ['original_usage.prompt_tokens_details.cached_tokens', cached],
    ['original_usage.completion_tokens_details.reasoning_tokens', reasoning],
  ];
  return Object.fromEntries(
    entries.flatMap(([name, tokens]) => (tokens === undefined ? [] : [[name, Math.min(MAX_INT32, tokens)]])),
  );
}
