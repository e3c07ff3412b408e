/**
 * Redacted mode: what becomes of the three kinds of `content`.
 *
 * @module
 */

import { compact } from '../compact.ts';
import type { ResultContent, ScoreContent } from '../run/result.ts';
import type { Engine } from './engine.ts';
import type { ContentPolicy, SpanContent } from './facts.ts';
import { type Every, maybe } from './shape.ts';
import type { Tally } from './tally.ts';
import { createValueRedactor, redactString } from './value.ts';

type Assertion = NonNullable<ScoreContent['assertions']>[number];

/** Texts and JSON values with everything that the rules find replaced; throws what the engine throws. */
export function redactedContent(engine: Engine, tally: Tally): ContentPolicy {
  const text = (field: string) => (value: string) =>
    redactString(engine, value, undefined, (rules) => tally.add(field, rules));
  const json = (field: string) => createValueRedactor(engine, (rules) => tally.add(field, rules)).value;
  const object = (field: string) => createValueRedactor(engine, (rules) => tally.add(field, rules)).object;

  const inputText = text('content.input');
  const inputRole = text('content.input[].role');
  const inputContent = json('content.input[].content');
  const output = text('content.output');
  const expectedOutput = json('content.expected_output');
  const criteria = text('content.criteria');
  const errorMessage = text('content.error_message');
  const metadata = object('content.metadata');
  const reason = text('scores[].content.reason');
  const assertionText = text('scores[].content.assertions[].text');
  const assertionEvidence = text('scores[].content.assertions[].evidence');
  const scoreInput = json('scores[].content.input');
  const details = json('scores[].content.details');
  const rawRequest = json('scores[].content.raw_request');
  const spanInput = json('spans[].content.input');
  const spanOutput = json('spans[].content.output');
  const spanError = text('spans[].content.error');

  const assertion = (source: Assertion): Assertion => {
    const built: Every<Assertion> = {
      text: assertionText(source.text),
      passed: source.passed,
      evidence: maybe(source.evidence, assertionEvidence),
    };
    return compact<Assertion>(built);
  };

  return {
    result(source) {
      const built: Every<ResultContent> = {
        input: maybe(source.input, (input) =>
          typeof input === 'string'
            ? inputText(input)
            : input.map((message) => ({
                role: inputRole(message.role),
                content: inputContent(message.content),
              })),
        ),
        output: maybe(source.output, output),
        expected_output: expectedOutput(source.expected_output),
        criteria: maybe(source.criteria, criteria),
        error_message: maybe(source.error_message, errorMessage),
        metadata: maybe(source.metadata, metadata),
      };
      return compact<ResultContent>(built);
    },
    score(source) {
      const built: Every<ScoreContent> = {
        reason: maybe(source.reason, reason),
        assertions: source.assertions?.map(assertion),
        input: scoreInput(source.input),
        details: details(source.details),
        raw_request: rawRequest(source.raw_request),
      };
      return compact<ScoreContent>(built);
    },
    span(source) {
      const built: Every<SpanContent> = {
        input: spanInput(source.input),
        output: spanOutput(source.output),
        error: maybe(source.error, spanError),
      };
      return compact<SpanContent>(built);
    },
  };
}
