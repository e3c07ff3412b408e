/**
 * The free text of a result: what was asked, what was answered, what was expected.
 *
 * @module
 */

import { compact } from '../compact.ts';
import { type AgentvRow, inlineMessages } from './agentv-row.ts';
import { parseBlocks } from './blocks.ts';
import { asList, asObject, asString, isObject } from './readers.ts';
import type { ExecutionStatus, ResultContent } from './result.ts';
import type { Sidecars } from './sidecars.ts';
import { isErrorEcho } from './span-context.ts';
import { traceMessages } from './trace-spans.ts';
import { lastAnswer, type Message, toMessages } from './transcript.ts';

type Input = NonNullable<ResultContent['input']>;

/** Everything textual that is known, filled as far as it goes; capture decides later what leaves. */
export function readContent(
  row: AgentvRow,
  sidecars: Sidecars,
  status: ExecutionStatus,
  messages: readonly Message[],
): ResultContent | undefined {
  const errorMessage = asString(row.fields.error);
  const output = outputOf(row, sidecars, messages);
  const content: ResultContent = compact({
    input: inputOf(row, sidecars, messages),
    output: isErrorEcho(output, status, errorMessage) ? undefined : output,
    expected_output: row.fields.expected_output ?? sidecars.task?.expectedOutput,
    criteria: asString(row.fields.criteria) ?? sidecars.task?.criteria,
    error_message: errorMessage,
    metadata: asObject(row.fields.metadata),
  });
  return Object.keys(content).length > 0 ? content : undefined;
}

/** The conversation of a row from the best source there is. */
export function messagesOf(row: AgentvRow, sidecars: Sidecars): readonly Message[] {
  if (sidecars.trace !== undefined) {
    const traced = traceMessages(sidecars.trace);
    if (traced.length > 0) return traced;
  }
  return sidecars.transcript?.messages ?? toMessages(inlineMessages(row));
}

/** The row's, then input.md, then what came before the first answer, then the source, whose variables are not filled in. */
function inputOf(row: AgentvRow, sidecars: Sidecars, messages: readonly Message[]): Input | undefined {
  const inline = toInput(row.fields.input);
  if (inline !== undefined) return inline;
  if (sidecars.inputText !== undefined && sidecars.inputText !== '') {
    return parseBlocks(sidecars.inputText) ?? sidecars.inputText;
  }
  const firstAnswer = messages.findIndex((message) => message.role === 'assistant');
  const asked = messages.slice(0, firstAnswer < 0 ? messages.length : firstAnswer);
  if (asked.length > 0) return asked.map(({ role, content }) => ({ role, content: content ?? null }));
  return toInput(sidecars.task?.input);
}

function toInput(value: unknown): Input | undefined {
  if (typeof value === 'string') return value;
  const messages = asList(value)
    .filter(isObject)
    .flatMap((message) => {
      const role = asString(message.role);
      return role === undefined ? [] : [{ role, content: message.content ?? null }];
    });
  return messages.length > 0 ? messages : undefined;
}

function outputOf(row: AgentvRow, sidecars: Sidecars, messages: readonly Message[]): string | undefined {
  const { output } = row.fields;
  if (typeof output === 'string') return output;
  if (sidecars.answer !== undefined) return sidecars.answer;
  const execution = asObject(asObject(row.fields.target_execution)?.transcript);
  return lastAnswer(messages) ?? asString(execution?.final_output);
}
