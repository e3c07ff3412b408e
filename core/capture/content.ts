/**
 * The three kinds of `content`, field by field: where text is, and what becomes of it is the caller's to say.
 *
 * @module
 */

import { compact } from '../compact.ts';
import type { ResultContent, ScoreContent } from '../run/result.ts';
import type { ContentPolicy, SpanContent } from './facts.ts';
import { type Every, maybe } from './shape.ts';

type Assertion = NonNullable<ScoreContent['assertions']>[number];

/** What becomes of a text, a JSON value, a JSON object; `field` is its path in the result's schema, without indexes. */
export interface ContentChange {
  text(field: string, value: string): string;
  json(field: string, value: unknown): unknown;
  object(field: string, value: Record<string, unknown>): Record<string, unknown>;
}

/** Every field of content in one order, always the same. */
export function changedContent(change: ContentChange): ContentPolicy {
  const text = (field: string) => (value: string) => change.text(field, value);
  const assertion = (source: Assertion): Assertion => {
    const built: Every<Assertion> = {
      text: change.text('scores[].content.assertions[].text', source.text),
      passed: source.passed,
      evidence: maybe(source.evidence, text('scores[].content.assertions[].evidence')),
    };
    return compact<Assertion>(built);
  };

  return {
    result(source) {
      const built: Every<ResultContent> = {
        input: maybe(source.input, (input) =>
          typeof input === 'string'
            ? change.text('content.input', input)
            : input.map((message) => ({
                role: change.text('content.input[].role', message.role),
                content: change.json('content.input[].content', message.content),
              })),
        ),
        output: maybe(source.output, text('content.output')),
        expected_output: change.json('content.expected_output', source.expected_output),
        criteria: maybe(source.criteria, text('content.criteria')),
        error_message: maybe(source.error_message, text('content.error_message')),
        metadata: maybe(source.metadata, (metadata) => change.object('content.metadata', metadata)),
      };
      return compact<ResultContent>(built);
    },
    score(source) {
      const built: Every<ScoreContent> = {
        reason: maybe(source.reason, text('scores[].content.reason')),
        assertions: source.assertions?.map(assertion),
        input: change.json('scores[].content.input', source.input),
        details: change.json('scores[].content.details', source.details),
        raw_request: change.json('scores[].content.raw_request', source.raw_request),
      };
      return compact<ScoreContent>(built);
    },
    span(source) {
      const built: Every<SpanContent> = {
        input: change.json('spans[].content.input', source.input),
        output: change.json('spans[].content.output', source.output),
        error: maybe(source.error, text('spans[].content.error')),
      };
      return compact<SpanContent>(built);
    },
  };
}
