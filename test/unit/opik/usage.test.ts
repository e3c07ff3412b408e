import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { accountFor, opikUsage } from '../../../core/opik/mapping/usage.ts';
import type { Span, TokenUsage } from '../../../core/run/result.ts';
import { llmSpan, makeResult, rootSpan } from '../../support/results.ts';

const tokens = fc.nat({ max: 100_000 });
const usage = fc.record({ input: tokens, output: tokens });

function sums(
  spans: Span[],
  row: TokenUsage | undefined,
  costUsd?: number,
): { input: number; output: number; cost: number } {
  const accounts = accountFor(
    makeResult({
      spans,
      ...(row === undefined ? {} : { usage: row }),
      ...(costUsd === undefined ? {} : { cost_usd: costUsd }),
    }),
  );
  const all = [...accounts.values()];
  return {
    input: all.reduce((sum, account) => sum + (account.usage?.input ?? 0), 0),
    output: all.reduce((sum, account) => sum + (account.usage?.output ?? 0), 0),
    cost: all.reduce((sum, account) => sum + (account.costUsd ?? 0), 0),
  };
}

describe('accountFor', () => {
  it("adds up to the row's tokens and cost, whatever the spans claim", () => {
    fc.assert(
      fc.property(
        usage,
        fc.array(fc.option(usage, { nil: undefined }), { maxLength: 5 }),
        fc.integer({ min: 0, max: 10_000_000 }),
        (row, claims, microUsd) => {
          const spans = claims.map((claim, index) =>
            llmSpan(`s${index}`, claim === undefined ? {} : { usage: claim }),
          );
          const total = sums([rootSpan(), ...spans], row, microUsd / 1e6);
          expect(total.input).toBe(row.input);
          expect(total.output).toBe(row.output);
          expect(total.cost).toBeCloseTo(microUsd / 1e6, 10);
        },
      ),
    );
  });

  it('leaves the tokens with the LLM span that reports them', () => {
    const row = { input: 150, output: 91, cached: 20 };
    const accounts = accountFor(
      makeResult({
        usage: row,
        cost_usd: 0.0021,
        spans: [rootSpan(), llmSpan('a'), llmSpan('b', { usage: row })],
      }),
    );
    expect([...accounts]).toEqual([['b', { usage: row, costUsd: 0.0021 }]]);
  });

  it('sends no cost where AgentV reports none, so that Opik may estimate one', () => {
    const accounts = accountFor(makeResult({ usage: { input: 1 }, spans: [rootSpan()] }));
    expect(accounts.get('root')).toEqual({ usage: { input: 1 } });
  });
});

describe('opikUsage', () => {
  it("uses Opik's names and stays within int32", () => {
    expect(opikUsage({ input: 150, output: 91, cached: 20 })).toEqual({
      prompt_tokens: 150,
      completion_tokens: 91,
      total_tokens: 241,
      'original_usage.prompt_tokens_details.cached_tokens': 20,
    });
    expect(opikUsage({ input: 3e9 })).toEqual({ prompt_tokens: 2_147_483_647, total_tokens: 2_147_483_647 });
  });
});
