import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  assertCaptured,
  CAPTURE_MODES,
  createCapture,
  isCaptured,
  NotCapturedError,
  recapture,
  stricterMode,
} from '../../../core/capture/index.ts';
import { builtInRules } from '../../../core/capture/rules/index.ts';
import type { Rule } from '../../../core/capture/rules/rule.ts';
import { type Result, resultSchema } from '../../../core/run/result.ts';
import { KEY, sampleResult } from './support.ts';

const RULES = builtInRules();

const withoutContent = (text: string): unknown =>
  JSON.parse(text, (key, value: unknown) => (key === 'content' ? undefined : value));

const FAULTY: Rule = {
  id: 'faulty',
  description: 'Throws, and would quote what it saw',
  keywords: ['capital of france'],
  pattern: /capital of France/y,
  check: (match) => {
    throw new Error(`cannot check ${match[0]}`);
  },
  examples: { match: [], noMatch: [] },
};

describe('metadata-only', () => {
  const capture = createCapture({ mode: 'metadata-only', hmacKey: KEY });

  it('is the result without its content, and nothing else', () => {
    const { result, outcome } = capture.result(sampleResult());
    expect(outcome).toBe('as-asked');
    expect(result).toEqual(withoutContent(JSON.stringify(sampleResult())));
    expect(resultSchema.parse(result)).toEqual(result);
  });

  it('does not even read content', () => {
    const source = sampleResult();
    const trap = new Proxy({}, { get: () => expect.unreachable(), ownKeys: () => expect.unreachable() });
    expect(() => capture.result({ ...source, content: trap })).not.toThrow();
  });

  it('drops whatever is not named in the schema, wherever it hides', () => {
    const smuggled = { note: 'free text smuggled in' };
    const source = sampleResult();
    const [score] = source.scores;
    const [span] = source.spans;
    const result: Result = {
      ...source,
      ...smuggled,
      row: { ...source.row, ...smuggled },
      gate: { ...source.gate, ...smuggled },
      failure: { ...source.failure, ...smuggled },
      usage: { ...source.usage, ...smuggled },
      scores: score === undefined ? [] : [{ ...score, ...smuggled }],
      spans: span === undefined ? [] : [{ ...span, ...smuggled }],
    };
    expect(JSON.stringify(capture.result(result).result)).not.toContain('smuggled');
  });

  it('guards names, codes and paths', () => {
    const { result } = capture.result(
      sampleResult({
        test_id: 'for jane@example.com',
        eval_path: '/home/jane/evals/x.yaml',
        failure: { stage: 'It broke because …', reason_code: 'provider_error' },
        tool_calls: { 'Bash ghp_abcdefghijklmnopqrstuvwxyz0123456789': 2 },
        artifacts: { answer: 'a/answer.md', trace: '/home/jane/trace.json', input: '../x', grading: 'C:\\x' },
      }),
    );
    expect(result.test_id).toMatch(/^for \[REDACTED:email:[0-9a-f]{8}\]$/);
    expect(result.eval_path).toBeUndefined();
    expect(result.failure).toEqual({ stage: 'other', reason_code: 'provider_error' });
    expect(Object.keys(result.tool_calls ?? {})).toEqual([
      expect.stringMatching(/^Bash \[REDACTED:github-token:[0-9a-f]{8}\]$/),
    ]);
    expect(result.artifacts).toEqual({ answer: 'a/answer.md' });
  });

  it('puts a marker where a name cannot be looked at', () => {
    const faulty = createCapture({ mode: 'metadata-only', rules: [...RULES, FAULTY] });
    const { result } = faulty.result(sampleResult({ test_id: 'the capital of France' }));
    expect(result.test_id).toBe('[REDACTED:unscanned:00000000]');
    expect(faulty.counts.by_rule).toEqual({ unscanned: 1 });
  });
});

describe('redacted', () => {
  it('replaces in every field, says so in counts, and keeps the facts', () => {
    const capture = createCapture({ mode: 'redacted', hmacKey: KEY });
    const { result, outcome } = capture.result(sampleResult());
    expect(outcome).toBe('as-asked');
    expect(JSON.stringify(result)).not.toMatch(/jane|hunter2|AKIA|bob@|abc123def456ghi|sk-not-a-shape/);
    expect(withoutContent(JSON.stringify(result))).toEqual(withoutContent(JSON.stringify(sampleResult())));
    expect(result.content?.output).toMatch(
      /^The capital of France is Paris, says \[REDACTED:email:[0-9a-f]{8}\]$/,
    );
    expect(result.content?.error_message).toBe('ENOENT: ~/shop/orders.csv does not exist');
    expect(capture.counts).toEqual({
      by_rule: { 'aws-access-key-id': 1, email: 2, 'home-path': 3, 'http-bearer': 1, 'named-value': 2 },
      by_field: {
        'content.error_message': 1,
        'content.input[].content': 1,
        'content.metadata': 1,
        'content.output': 1,
        'scores[].content.details': 2,
        'scores[].content.input': 1,
        'scores[].content.raw_request': 1,
        'scores[].content.reason': 1,
      },
      fell_back: 0,
      fell_back_by: {},
    });
  });

  it('applied again, as at ingestion, changes nothing and counts nothing', () => {
    const first = createCapture({ mode: 'redacted', hmacKey: KEY }).result(sampleResult()).result;
    const again = recapture({ mode: 'full', hmacKey: KEY }, 'redacted');
    expect(again.mode).toBe('redacted');
    expect(again.result(first).result).toEqual(first);
    expect(again.counts).toEqual({ by_rule: {}, by_field: {}, fell_back: 0, fell_back_by: {} });
  });

  it('makes folders named in the settings readable', () => {
    const capture = createCapture({
      mode: 'redacted',
      workspaceDirs: ['/srv/ci/Böb/shop/', '/', 'relative'],
      homeDirs: ['/data/people/ann'],
    });
    const { result } = capture.result(
      sampleResult({
        content: { output: 'in /srv/ci/Böb/shop/src/a.ts and /srv/ci/Böb/shopping, from /data/people/ann/x' },
      }),
    );
    expect(result.content?.output).toBe('in <workspace>/src/a.ts and /srv/ci/Böb/shopping, from ~/x');
  });

  it('leaves its argument as it was', () => {
    const source = sampleResult();
    createCapture({ mode: 'redacted' }).result(source);
    expect(source).toEqual(sampleResult());
  });
});

describe('fails closed', () => {
  const metadataOnly = createCapture({ mode: 'metadata-only', hmacKey: KEY }).result(sampleResult()).result;

  it('to metadata-only when a rule throws', () => {
    const capture = createCapture({ mode: 'redacted', hmacKey: KEY, rules: [...RULES, FAULTY] });
    const captured = capture.result(sampleResult());
    expect(captured).toEqual({ result: metadataOnly, outcome: 'fell-back', reason: 'redactor-failed' });
    expect(capture.counts).toEqual({
      by_rule: {},
      by_field: {},
      fell_back: 1,
      fell_back_by: { 'redactor-failed': 1 },
    });
    expect(capture.text('x.md', 'the capital of France')).toEqual({ dropped: 'redactor-failed' });
    expect(capture.counts.fell_back).toBe(2);
  });

  it('to metadata-only when a string takes too long', () => {
    let reads = 0;
    let step = 0;
    const capture = createCapture({
      mode: 'redacted',
      hmacKey: KEY,
      budgetMsPerString: 100,
      clock: () => {
        reads += step;
        return reads;
      },
    });
    expect(capture.result(sampleResult()).outcome).toBe('as-asked');
    step = 1_000;
    const slow = capture.result(sampleResult());
    expect(slow).toMatchObject({ outcome: 'fell-back', reason: 'over-budget' });
    expect(slow.result.content).toBeUndefined();
    expect(capture.file('x.md', new TextEncoder().encode('some text'))).toEqual({ dropped: 'over-budget' });
  });

  it('whatever the content is', () => {
    const capture = createCapture({ mode: 'redacted', hmacKey: KEY });
    fc.assert(
      fc.property(fc.anything({ withBigInt: true, withDate: true, withMap: true }), (value) => {
        const { result } = capture.result(sampleResult({ content: { expected_output: value } }));
        expect(() => JSON.stringify(result)).not.toThrow();
      }),
      { numRuns: 300 },
    );
    const ring: unknown[] = [];
    ring.push(ring);
    expect(
      JSON.stringify(capture.result(sampleResult({ content: { expected_output: ring } })).result),
    ).toContain('too-deep');
  });
});

describe('full', () => {
  it('changes nothing', () => {
    const source = sampleResult();
    const capture = createCapture({ mode: 'full' });
    expect(capture.result(source).result).toBe(source);
    expect(capture.name('jane@example.com\n')).toBe('jane@example.com\n');
    expect(source).toEqual(sampleResult());
  });
});

describe('the choke point', () => {
  it('knows what passed it', () => {
    const { result } = createCapture({ mode: 'metadata-only' }).result(sampleResult());
    expect(isCaptured(result)).toBe(true);
    expect(isCaptured({ ...result })).toBe(false);
    expect(() => assertCaptured(sampleResult())).toThrow(NotCapturedError);
  });

  it('takes the stricter of the two modes at ingestion', () => {
    for (const here of CAPTURE_MODES) {
      for (const upload of CAPTURE_MODES) {
        expect(recapture({ mode: here }, upload).mode).toBe(stricterMode(here, upload));
      }
    }
  });
});
