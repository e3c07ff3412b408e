import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { mapAssertions } from '../../../core/opik/mapping/assertions.ts';
import { mapScores, nameScores, storedValue } from '../../../core/opik/mapping/scores.ts';
import type { Score } from '../../../core/run/result.ts';
import { makeResult } from '../../support/results.ts';

const { tree } = fc.letrec<{ tree: Score }>((tie) => ({
  tree: fc.record({
    name: fc.option(fc.constantFrom('acc', 'Acc', ' ', '', 'agentv.gate', 'a/b', 'a'), { nil: undefined }),
    type: fc.option(fc.constantFrom('contains', 'llm-grader'), { nil: undefined }),
    score: fc.double({ min: 0, max: 1, noNaN: true }),
    scores: fc.option(fc.array(tie('tree'), { maxLength: 3 }), { nil: undefined, depthIdentifier: 'score' }),
  }),
}));

const names = (scores: Score[]): string[] => nameScores(scores).map(({ name }) => name);

describe('nameScores', () => {
  it('gives every grader a name of its own, regardless of case, never blank', () => {
    fc.assert(
      fc.property(fc.array(tree, { maxLength: 6 }), (scores) => {
        const given = names(scores);
        expect(new Set(given.map((name) => name.toLowerCase())).size).toBe(given.length);
        expect(given.every((name) => name.trim() !== '')).toBe(true);
      }),
    );
  });

  it('names the members of a composite by path, and unnamed ones by position', () => {
    const turn: Score = {
      name: 'turn-1',
      type: 'rubrics',
      score: 1,
      scores: [{ score: 1 }, { type: 'rubric', score: 0 }],
    };
    expect(names([turn])).toEqual(['turn-1', 'turn-1/score-1', 'turn-1/rubric-2']);
  });

  it('tells twins apart by type, then by order', () => {
    const twins: Score[] = [
      { name: 'acc', type: 'contains', score: 1 },
      { name: 'Acc', type: 'llm-grader', score: 1 },
      { name: 'acc', type: 'contains', score: 0 },
    ];
    expect(names(twins)).toEqual(['acc (contains)', 'Acc (llm-grader)', 'acc (contains) #2']);
  });

  it('keeps the names of our own scores free', () => {
    expect(names([{ name: 'agentv.gate', score: 1 }])).toEqual(['agentv.gate #2']);
  });
});

describe('mapScores', () => {
  it('gives an execution error no score at all', () => {
    const crashed = makeResult({ status: 'execution_error', score: 1, scores: [{ name: 'x', score: 1 }] });
    expect(mapScores(crashed, 'trace', 'project')).toEqual([]);
  });

  it('shows gate, score, graders and required graders', () => {
    const result = makeResult({
      status: 'quality_failure',
      score: 0,
      gate: { status: 'failed', failed_required: ['must'] },
      scores: [
        {
          name: 'must',
          score: 0.5,
          required: true,
          verdict: 'fail',
          assertions_total: 2,
          assertions_passed: 1,
        },
        { name: 'other', score: 1, verdict: 'pass' },
        { name: 'broken', score: 0, verdict: 'skip' },
      ],
    });
    expect(
      mapScores(result, 'trace', 'project').map(({ name, value, reason }) => ({ name, value, reason })),
    ).toEqual([
      { name: 'agentv.gate', value: 0, reason: 'quality_failure; required graders failed: must' },
      { name: 'agentv.score', value: 0, reason: undefined },
      { name: 'must', value: 0.5, reason: '1 of 2 assertions passed' },
      { name: 'other', value: 1, reason: undefined },
      { name: 'agentv.required/must', value: 0, reason: undefined },
    ]);
  });

  it('sends values as Opik stores them: nine decimals, bounded', () => {
    expect(storedValue(2 / 3)).toBe(0.666666667);
    expect(storedValue(1e12)).toBe(999_999_999);
    expect(storedValue(-1e12)).toBe(-999_999_999);
  });
});

describe('mapAssertions', () => {
  it('writes a failed assertion for an execution error, or Opik would leave it out of the pass rate', () => {
    const crashed = makeResult({
      status: 'execution_error',
      gate: { status: 'errored', failed_required: [] },
      failure: { reason_code: 'provider_error' },
    });
    expect(mapAssertions(crashed, 'trace', 'project')).toEqual([
      expect.objectContaining({ name: 'agentv.gate', status: 'failed', reason: 'provider_error' }),
    ]);
  });

  it("takes AgentV's verdict over the number", () => {
    const result = makeResult({ scores: [{ name: 'negated', score: 0.9, verdict: 'fail' }] });
    expect(mapAssertions(result, 'trace', 'project').map(({ name, status }) => [name, status])).toEqual([
      ['agentv.gate', 'passed'],
      ['negated', 'failed'],
    ]);
  });
});
