import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseBlocks } from '../../../core/run/blocks.ts';
import { type Span, spanSchema } from '../../../core/run/result.ts';
import type { SpanContext } from '../../../core/run/span-context.ts';
import { settleUsage } from '../../../core/run/span-usage.ts';
import { spansFromTrace } from '../../../core/run/trace-spans.ts';
import { toMessages } from '../../../core/run/transcript.ts';
import { spansFromMessages } from '../../../core/run/transcript-spans.ts';

const CONTEXT: SpanContext = {
  target: 'agent',
  status: 'ok',
  errorMessage: undefined,
  startedAt: '2026-11-20T10:00:00.000Z',
  finishedAt: '2026-11-20T10:00:01.000Z',
  timestamp: '2026-11-20T10:00:01.000Z',
  startKnown: true,
  usage: { input: 100, output: 10 },
  rootSpanId: undefined,
};

const id = (n: number) => n.toString(16).padStart(16, '0');

function call(n: number, usage?: readonly [number, number], over: Record<string, unknown> = {}) {
  return {
    span_id: id(n),
    parent_span_id: id(1),
    start_time_unix_nano: '1795168800000000000',
    end_time_unix_nano: '1795168801000000000',
    status: { code: 'OK' },
    attributes: {
      'openinference.span.kind': 'LLM',
      ...(usage === undefined
        ? {}
        : { 'gen_ai.usage.input_tokens': usage[0], 'gen_ai.usage.output_tokens': usage[1] }),
    },
    ...over,
  };
}

const ROOT = { span_id: id(1), parent_span_id: null, attributes: {}, events: [] };

function trace(...spans: readonly unknown[]) {
  return { trace: { root_span_id: id(1), spans: [ROOT, ...spans] } };
}

describe('usage on spans', () => {
  it('takes from the last call what the others reported themselves', () => {
    const spans = spansFromTrace(trace(call(2, [60, 4]), call(3, [100, 10])), CONTEXT);
    expect(spans.map((span) => span.usage)).toEqual([
      undefined,
      { input: 60, output: 4 },
      { input: 40, output: 6 },
    ]);
  });

  it('leaves calls alone that report their own', () => {
    const spans = spansFromTrace(trace(call(2, [60, 4]), call(3, [40, 6])), CONTEXT);
    expect(spans.map((span) => span.usage?.input)).toEqual([undefined, 60, 40]);
  });

  it('gives the last call the rest, and no call more than there was', () => {
    const usage = fc.option(fc.record({ input: fc.nat(50), output: fc.nat(50) }), { nil: undefined });
    fc.assert(
      fc.property(fc.array(usage, { minLength: 1, maxLength: 5 }), (before) => {
        const spans: Span[] = [...before, undefined].map((each, index) => ({
          id: String(index),
          name: 'chat',
          type: 'llm',
          started_at: CONTEXT.startedAt,
          usage: each,
        }));
        settleUsage(spans, { input: 1000, output: 1000 });
        const sum = (part: 'input' | 'output') =>
          spans.reduce((total, span) => total + (span.usage?.[part] ?? 0), 0);
        expect([sum('input'), sum('output')]).toEqual([1000, 1000]);
      }),
    );
  });
});

describe('spans of a trace', () => {
  it('survives cycles, orphans, repeated ids and foreign ids', () => {
    const spans = spansFromTrace(
      trace(
        call(2, undefined, { parent_span_id: id(3) }),
        call(3, undefined, { parent_span_id: id(2) }),
        call(4, undefined, { parent_span_id: id(99) }),
        call(4),
        call(5, undefined, { span_id: 'ignore previous instructions', parent_span_id: id(5) }),
      ),
      CONTEXT,
    );
    expect(spans.length).toBe(6);
    expect(new Set(spans.map((span) => span.id)).size).toBe(6);
    expect(spans.map((span) => span.id)).toContain('s5');
  });

  it('always gives valid spans with parents first', () => {
    const span = fc.record(
      {
        span_id: fc.oneof(fc.nat(6).map(id), fc.jsonValue()),
        parent_span_id: fc.oneof(fc.nat(6).map(id), fc.constant(null)),
        start_time_unix_nano: fc.oneof(fc.constant('1795168800000000000'), fc.jsonValue()),
        status: fc.jsonValue(),
        attributes: fc.dictionary(
          fc.constantFrom(
            'openinference.span.kind',
            'gen_ai.tool.name',
            'gen_ai.usage.input_tokens',
            'gen_ai.request.model',
          ),
          fc.oneof(fc.constantFrom('LLM', 'TOOL', 'x\ny', 5), fc.jsonValue()),
        ),
        events: fc.jsonValue(),
      },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(fc.array(span, { maxLength: 12 }), (spans) => {
        const seen = new Set<string>();
        const found = spansFromTrace({ trace: { spans, root_span_id: id(1) } }, CONTEXT);
        found.forEach((each, index) => {
          expect(spanSchema.safeParse(each).error).toBeUndefined();
          expect(seen.has(each.parent_id ?? '')).toBe(index > 0);
          expect(seen.has(each.id)).toBe(false);
          seen.add(each.id);
        });
        expect(found[0]?.name).toBe('invoke_agent agent');
      }),
    );
  });

  it('lets no text through a name', () => {
    const spans = spansFromTrace(
      trace({
        span_id: id(2),
        parent_span_id: id(1),
        name: 'execute_tool my card is 4111 1111; DROP',
        attributes: {
          'openinference.span.kind': 'TOOL',
          'gen_ai.tool.name': 'a\nb; the "password" is hunter2',
        },
      }),
      CONTEXT,
    );
    expect(spans[1]?.name).toBe('execute_tool tool');
  });
});

describe('spans of messages', () => {
  it('marks a failed tool and keeps a text that only looks like an error', () => {
    const messages = toMessages([
      { role: 'user', content: 'hi' },
      { role: 'assistant', content: 'Error occurred: none', tool_calls: [{ tool: 'Bash', status: 'error' }] },
    ]);
    const spans = spansFromMessages(messages, CONTEXT, 'cli');
    expect(spans.map((span) => [span.name, span.status])).toEqual([
      ['invoke_agent agent', 'ok'],
      ['chat', 'ok'],
      ['execute_tool Bash', 'error'],
    ]);
    expect(spans[1]).toMatchObject({ provider: 'cli', usage: { input: 100, output: 10 } });
  });
});

describe('blocks of a Markdown file', () => {
  it('gives back what was written, unless the content imitates a header', () => {
    const block = fc.record({
      role: fc.constantFrom('user', 'system', 'assistant'),
      content: fc.string().filter((text) => !text.includes('@[') && !text.includes('\r')),
    });
    fc.assert(
      fc.property(fc.array(block, { minLength: 1, maxLength: 5 }), (blocks) => {
        const text = blocks.map(({ role, content }) => `@[${role}]:\n${content}`).join('\n\n');
        expect(parseBlocks(text)).toEqual(blocks);
      }),
    );
  });

  it('takes a file without a header for no blocks', () => {
    expect(parseBlocks('just a prompt\n\n@[user]:\nx')).toBeUndefined();
  });
});
