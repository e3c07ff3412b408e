/** Dollars per token of a few models, enough to show that Opik computes a cost where none was sent. */
const PRICES: Readonly<Record<string, { readonly input: number; readonly output: number }>> = {
  'openai/gpt-4o': { input: 2.5e-6, output: 1e-5 },
  'openai/gpt-4o-mini': { input: 1.5e-7, output: 6e-7 },
  'anthropic/claude-3-5-sonnet-20241022': { input: 3e-6, output: 1.5e-5 },
};

/** Opik's own estimate, or undefined for a model it does not know. @see CostService.calculateCost */
export function estimateCost(
  model: string | undefined,
  provider: string | undefined,
  usage: Readonly<Record<string, number>>,
): number | undefined {
  const price = PRICES[`${provider?.toLowerCase() ?? ''}/${model ?? ''}`];
  if (price === undefined) return undefined;
  return (usage.prompt_tokens ?? 0) * price.input + (usage.completion_tokens ?? 0) * price.output;
}
