import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createCapture } from '../../../core/capture/index.ts';
import { redactJoined } from '../../../core/capture/pieces.ts';
import type { Result, Span } from '../../../core/run/result.ts';
import { engineOf, KEY, sampleResult } from './support.ts';

const engine = engineOf();
const PASSWORD = 'q7Rk2pXv9LmW4sTz';
const tag = engine.tag('secret', PASSWORD);
const TOKEN = `sk-proj-${'aB3dE6gH9jK2mN5pQ8rS1tU4vW7xY0'.repeat(2)}`;
const PEM = `-----BEGIN PRIVATE KEY-----\n${`${'MIIEvQIBADANBgkqhkiG9w0BAQEFAASC'.repeat(2)}\n`.repeat(8)}-----END PRIVATE KEY-----`;

const span = (id: string, content: Span['content']): Span => ({
  id,
  name: 'chat',
  type: 'llm',
  started_at: '2026-11-20T10:21:37.666Z',
  content,
});

function captured(source: Result) {
  const capture = createCapture({ mode: 'redacted', hmacKey: KEY });
  const out = capture.result(source);
  expect(out.outcome).toBe('as-asked');
  expect(createCapture({ mode: 'redacted', hmacKey: KEY }).result(out.result).result).toEqual(out.result);
  return { result: out.result, counts: capture.counts };
}

describe('what a name gave away in one place', () => {
  const places: readonly ((text: string) => Partial<Result>)[] = [
    (text) => ({ content: { output: text } }),
    (text) => ({ content: { input: [{ role: 'user', content: [{ type: 'text', text }] }] } }),
    (text) => ({ content: { metadata: { note: text } } }),
    (text) => ({ content: { metadata: { [text]: 1 } } }),
    (text) => ({ spans: [span('s1', { output: { deep: [{ text }] } })] }),
    (text) => ({ scores: [{ name: 'a', score: 1, content: { details: { log: text } } }] }),
    (text) => ({ scores: [{ name: 'a', score: 1, content: { reason: text } }] }),
  ];
  const givenAway = [
    `password=${PASSWORD}`,
    `{"db":{"password":"${PASSWORD}"}}`,
    `Authorization: Bearer ${PASSWORD}`,
    Buffer.from(`password=${PASSWORD}\n`).toString('base64'),
  ];
  const forms = [
    `it said ${PASSWORD}, twice: ${PASSWORD}`,
    `x${PASSWORD}x`,
    JSON.stringify({ argv: ['login', PASSWORD] }),
  ];

  it.each(givenAway)('by %s is gone everywhere, with one tag', (given) => {
    for (const here of places) {
      for (const there of places) {
        for (const form of forms) {
          const one = here(given);
          const other = there(form);
          const { result } = captured(
            sampleResult({
              ...one,
              ...other,
              content: { ...one.content, ...other.content, criteria: given },
              spans: [...(one.spans ?? []), ...(other.spans ?? [])],
              scores: [...(one.scores ?? []), ...(other.scores ?? [])],
            }),
          );
          const text = JSON.stringify(result);
          expect(text).not.toContain(PASSWORD);
          expect(text).toContain(tag);
        }
      }
    }
  });

  it('by a key is gone too, and counted where it stood', () => {
    const { result, counts } = captured(
      sampleResult({
        scores: [],
        spans: [],
        content: { output: `I tried ${PASSWORD}.`, metadata: { db_password: PASSWORD } },
      }),
    );
    expect(result.content).toEqual({ output: `I tried ${tag}.`, metadata: { db_password: tag } });
    expect(counts.by_field).toEqual({ 'content.metadata': 1, 'content.output': 1 });
  });

  it.each([
    'swordfish',
    'hunter2',
    'correct horse',
    '2026-11-20',
    '12345678',
    '/usr/local/bin',
    'aaaaaaaaaaaa',
  ])('%s is too common to be looked for', (value) => {
    const output = `a text with ${value} in it`;
    const { result } = captured(
      sampleResult({ scores: [], spans: [], content: { output, metadata: { password: value } } }),
    );
    expect(result.content?.output).toBe(output);
  });
});

describe('what is split over adjacent texts', () => {
  const cut = (text: string, at: readonly number[]) => {
    const borders = [0, ...[...new Set(at)].sort((a, b) => a - b), text.length];
    return borders.slice(1).map((end, i) => text.slice(borders[i], end));
  };

  it.each([TOKEN, `password=${PASSWORD}`, PEM, `https://app:${PASSWORD}@db.test/x`])(
    '%# is found wherever it is cut',
    (secret) => {
      const text = `Some words before it: ${secret} and some words after.`;
      fc.assert(
        fc.property(fc.array(fc.nat({ max: text.length }), { minLength: 1, maxLength: 12 }), (at) => {
          const { texts } = redactJoined(engine, cut(text, at));
          const out = texts.map((piece) => engine.redact(piece).text);
          const joined = out.join('');
          expect(out).toHaveLength(cut(text, at).length);
          const value = secret.replace(/^(?:password=|https:\/\/app:)|@db.*$/g, '');
          for (let i = 0; i + 6 <= value.length; i += 1) {
            expect(joined).not.toContain(value.slice(i, i + 6));
          }
          expect(joined).toMatch(/\[REDACTED:[a-z0-9-]+:[0-9a-f]{8}\]/);
          expect(redactJoined(engine, out).texts).toEqual(out);
        }),
        { numRuns: 200 },
      );
    },
  );

  it('one character at a time', () => {
    const { texts } = redactJoined(engine, [...`token ${TOKEN} end`]);
    expect(texts.join('')).toBe(`token ${engine.tag('openai-key', TOKEN)} end`);
    expect(texts).toHaveLength(`token ${TOKEN} end`.length);
  });

  it.each([
    [['AKIAIOSFODNN7EXAMPLE', 'AKIAIOSFODNN7EXAMPLE']],
    [['jane@example.com', 'bob@example.com']],
    [['Read the file.', 'Then write it.', 'toolu_01A09q90qw90lq917835lq9', 'call_abc123']],
    [['4f3c2a1b', '9e8d7c6b', '5a4f3e2d']],
    [[]],
    [['', '', '']],
  ])('%j are left to themselves', (texts) => {
    expect(redactJoined(engine, texts)).toEqual({ texts, found: [] });
  });

  it('does not take away the name of what follows', () => {
    // `AUTH_TOKEN=` could be the end of the base64.
    const texts = [
      Buffer.from(`key ${TOKEN}`).toString('base64').replace(/=+$/, ''),
      `AUTH_TOKEN=${PASSWORD}`,
    ];
    expect(engine.find(texts[1] ?? '').map(({ secret }) => secret)).toEqual([PASSWORD]);
    const out = redactJoined(engine, texts).texts.map((text) => engine.redact(text).text);
    expect(out.join('')).not.toContain(PASSWORD);
    expect(redactJoined(engine, out).texts).toEqual(out);
  });

  it('in messages, spans, deltas and arrays of a result', () => {
    const [a, b] = [TOKEN.slice(0, 25), TOKEN.slice(25)];
    const { result, counts } = captured(
      sampleResult({
        scores: [],
        content: {
          input: [
            { role: 'user', content: `my key is ${a}` },
            { role: 'user', content: `${b} thanks` },
          ],
          expected_output: { lines: [`x ${a}`, b] },
        },
        spans: [
          span('s1', { output: [...TOKEN].map((text) => ({ type: 'text_delta', delta: { text } })) }),
          span('s2', { input: { text: `key ${a}` } }),
          span('s3', { input: { text: b } }),
        ],
      }),
    );
    const text = JSON.stringify(result);
    for (const half of [a, b]) expect(text).not.toContain(half.slice(2, 12));
    expect(text.match(/\[REDACTED:openai-key:[0-9a-f]{8}\]/g)).toHaveLength(4);
    expect(new Set(text.match(/\[REDACTED:openai-key:[0-9a-f]{8}\]/g)).size).toBe(1);
    expect(counts.by_rule).toEqual({ 'openai-key': 4 });
  });
});

describe('JSON inside a string', () => {
  const redact = (text: string) => {
    const { result } = captured(
      sampleResult({ scores: [], spans: [], content: { expected_output: { arguments: text } } }),
    );
    return JSON.parse(JSON.stringify(result.content?.expected_output)).arguments;
  };

  it('keeps its blanks and numbers, and loses what its keys give away', () => {
    expect(
      redact(
        '{ "n": 1.0, "big": 12345678901234567890,  "list": [\n {"name": "DB_PASSWORD", "value": "swordfish"} ] }',
      ),
    ).toBe(
      `{ "n": 1.0, "big": 12345678901234567890,  "list": [\n {"name": "DB_PASSWORD", "value": "${engine.tag('secret', 'swordfish')}"} ] }`,
    );
  });

  it('however often it is encoded', () => {
    let text = JSON.stringify({ api_keys: ['k-12345678', 'k-87654321'], page: 2 });
    for (let nesting = 0; nesting < 3; nesting += 1) {
      const out = redact(text);
      expect(out).not.toMatch(/12345678|87654321/);
      let value: unknown = out;
      for (let i = 0; i <= nesting; i += 1) value = JSON.parse(String(value));
      expect(value).toEqual({
        api_keys: [engine.tag('secret', 'k-12345678'), engine.tag('secret', 'k-87654321')],
        page: 2,
      });
      text = JSON.stringify(text);
    }
  });

  it('with keys that come twice or are numbers', () => {
    const out = redact('{"b":{"password":["swordfish"]},"1":2,"b":{"password":["swordfish"]}}');
    expect(out).not.toContain('swordfish');
    expect(JSON.parse(out)).toEqual({ 1: 2, b: { password: [engine.tag('secret', 'swordfish')] } });
  });
});
