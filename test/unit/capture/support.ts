import { createEngine, type Engine } from '../../../core/capture/engine.ts';
import { builtInRules } from '../../../core/capture/rules/index.ts';
import type { Rule } from '../../../core/capture/rules/rule.ts';
import { createTagger } from '../../../core/capture/tag.ts';
import type { Result } from '../../../core/run/result.ts';

const RULES = builtInRules();

export const KEY = new TextEncoder().encode('a deployment key for tests');

export function engineOf(rules: readonly Rule[] = RULES, key: Uint8Array | null = KEY): Engine {
  return createEngine({
    rules,
    tagger: createTagger(key ?? undefined),
    budgetMs: 60_000,
    clock: () => performance.now(),
  });
}

/** An example of a rule: the text without its marks, and the parts that they enclose. */
export function readExample(marked: string): { text: string; secrets: string[] } {
  if (!marked.includes('«')) return { text: marked, secrets: [marked] };
  return {
    text: marked.replace(/[«»]/g, ''),
    secrets: [...marked.matchAll(/«([^»]*)»/g)].map((match) => match[1] ?? ''),
  };
}

/** The marked parts replaced by what the rule writes. */
export function expectedOf(rule: Rule, marked: string, engine: Engine): string {
  const write = (secret: string) => rule.replacement ?? engine.tag(rule.tag ?? rule.id, secret);
  return marked.includes('«')
    ? marked.replace(/«([^»]*)»/g, (_, secret: string) => write(secret))
    : write(marked);
}

/** A small result with text in every place that the schema has for it. */
export function sampleResult(content: Partial<Result> = {}): Result {
  return {
    schema: 'agentv-opik.result.v1',
    key: '0123456789abcdef0123456789abcdef',
    row: { file: 'index.jsonl', line: 1 },
    run_id: '2026-11-20T10-21-37-666Z',
    experiment: 'default',
    suite: 'basic-support',
    eval_path: 'evals/basic.eval.yaml',
    test_id: 'capital',
    target: 'good-agent',
    attempt: 0,
    occurrence: 0,
    projection_id: 'agentv-prj-6c188a302bc3e6f28dd4a2bea093cad0',
    started_at: '2026-11-20T10:21:37.666Z',
    finished_at: '2026-11-20T10:21:38.666Z',
    duration_ms: 123,
    status: 'quality_failure',
    score: 0.5,
    gate: { status: 'failed', failed_required: ['quality/tone'] },
    failure: { stage: 'agent', reason_code: 'provider_error' },
    usage: { input: 150, output: 380, cached: 20 },
    cost_usd: 0.0021,
    tool_calls: { Read: 1, Bash: 2 },
    scores: [
      {
        name: 'quality',
        type: 'composite',
        score: 0.5,
        weight: 2,
        verdict: 'fail',
        scores: [
          {
            name: 'tone',
            type: 'llm-grader',
            score: 0,
            content: {
              reason: 'The answer mentions jane.doe@example.com in a rude way',
              assertions: [
                { text: 'Is polite to the customer', passed: false, evidence: 'It said: go away now' },
              ],
              input: { userPrompt: 'Judge this answer please', cwd: '/home/jane/shop' },
              details: { stderr: 'Traceback in /home/jane/shop/grade.py', password: 'hunter2' },
              raw_request: { headers: { authorization: 'Bearer abc123def456ghi' } },
            },
          },
        ],
      },
    ],
    trials: [{ attempt: 0, score: 0.5, status: 'ok' }],
    spans: [
      {
        id: 'a4ad048b973d621b',
        name: 'invoke_agent good-agent',
        type: 'general',
        started_at: '2026-11-20T10:21:37.666Z',
        content: {
          input: 'What is the capital of France?',
          output: { text: 'Paris, of course' },
          error: 'boom: refused',
        },
      },
    ],
    artifacts: { answer: 'basic-support/capital/outputs/answer.md' },
    notes: ['incomplete_run'],
    content: {
      input: [{ role: 'user', content: 'What is the capital of France? My key is AKIAIOSFODNN7EXAMPLE.' }],
      output: 'The capital of France is Paris, says bob@corp.example.com',
      expected_output: 'Paris and nothing else',
      criteria: 'Names the right city in a polite way',
      error_message: 'ENOENT: /home/jane/shop/orders.csv does not exist',
      metadata: { api_key: 'sk-not-a-shape', owner: 'The support team of Bob' },
    },
    ...content,
  };
}
