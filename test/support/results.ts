/**
 * Results made by hand, for what no fixture run shows.
 *
 * @module
 */
import { createHash } from 'node:crypto';
import { RESULT_SCHEMA, type Result, type Span } from '../../core/run/result.ts';

const STARTED = '2026-11-20T10:21:37.000Z';
const FINISHED = '2026-11-20T10:21:38.000Z';

export function rootSpan(more: Partial<Span> = {}): Span {
  return {
    id: 'root',
    name: 'invoke_agent agent',
    type: 'general',
    started_at: STARTED,
    ended_at: FINISHED,
    ...more,
  };
}

export function llmSpan(id: string, more: Partial<Span> = {}): Span {
  return {
    id,
    parent_id: 'root',
    name: 'chat model',
    type: 'llm',
    started_at: STARTED,
    ended_at: FINISHED,
    model: 'model',
    ...more,
  };
}

/** A passed result of one test; everything may be overridden. */
export function makeResult(more: Partial<Result> = {}): Result {
  const test_id = more.test_id ?? 'test';
  return {
    schema: RESULT_SCHEMA,
    key: createHash('sha256')
      .update(JSON.stringify([more.suite, test_id, more.target]))
      .digest('hex')
      .slice(0, 32),
    row: { file: 'index.jsonl', line: 1 },
    run_id: '2026-11-20T10-21-37-000Z',
    suite: 'suite',
    test_id,
    target: 'agent',
    attempt: 0,
    occurrence: 0,
    started_at: STARTED,
    finished_at: FINISHED,
    status: 'ok',
    score: 1,
    gate: { status: 'passed', failed_required: [] },
    scores: [],
    spans: [rootSpan()],
    artifacts: {},
    notes: [],
    ...more,
  };
}
