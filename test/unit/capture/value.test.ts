import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { builtInRules } from '../../../core/capture/rules/index.ts';
import { createValueRedactor } from '../../../core/capture/value.ts';
import { engineOf, readExample } from './support.ts';

const RULES = builtInRules();

const engine = engineOf();

function redact(value: unknown): { value: unknown; rules: string[] } {
  const rules: string[] = [];
  return { value: createValueRedactor(engine, (found) => rules.push(...found)).value(value), rules };
}

const secret = (text: string) => engine.tag('secret', text);

const TEXTS = RULES.flatMap((rule) => rule.examples.match.map((marked) => readExample(marked).text));
const key = fc.oneof(
  fc.string({ maxLength: 8 }),
  fc.constantFrom(
    'password',
    'token',
    'name',
    'value',
    'content',
    '__proto__',
    '/home/jane/x',
    '/home/joe/x',
    'jane@example.com',
  ),
);
const leaf = fc.oneof(
  fc.string({ maxLength: 20 }),
  fc.constantFrom(...TEXTS),
  fc.constantFrom('--password', 'hunter2', '[REDACTED:email:00000000]'),
  fc.integer(),
  fc.double(),
  fc.boolean(),
  fc.constant(null),
);
const json = fc.letrec<{ node: unknown }>((tie) => ({
  node: fc.oneof(
    { depthSize: 'medium' },
    leaf,
    fc.array(tie('node'), { maxLength: 4 }),
    fc.array(fc.tuple(key, tie('node')), { maxLength: 4 }).map((entries) => Object.fromEntries(entries)),
  ),
})).node;

/** The shape without its strings, and without the numbers that may become one. */
function shapeOf(value: unknown): unknown {
  if (typeof value === 'string' || (typeof value === 'number' && value >= 1000)) return 'text';
  if (Array.isArray(value)) return value.map(shapeOf);
  if (typeof value === 'object' && value !== null) return Object.values(value).map(shapeOf);
  return value;
}

describe('redacting JSON values', () => {
  it('keeps the shape: only strings differ', () => {
    fc.assert(
      fc.property(json, (value) => {
        expect(shapeOf(redact(value).value)).toEqual(shapeOf(value));
      }),
      { numRuns: 1000 },
    );
  });

  it('changes nothing when applied again, and gives JSON', () => {
    fc.assert(
      fc.property(json, (value) => {
        const once = redact(value).value;
        expect(redact(once)).toEqual({ value: once, rules: [] });
        expect(JSON.parse(JSON.stringify(once) ?? 'null')).toEqual(
          JSON.parse(JSON.stringify(once) ?? 'null'),
        );
      }),
      { numRuns: 1000 },
    );
  });

  it.each([
    [{ password: 'hunter2' }, { password: secret('hunter2') }],
    [{ db: { dbPassword: 'swordfish' } }, { db: { dbPassword: secret('swordfish') } }],
    [{ api_keys: ['k-12345678', 'k-87654321'] }, { api_keys: [secret('k-12345678'), secret('k-87654321')] }],
    [
      { headers: { 'X-Api-Key': 'abc12345', Accept: '*/*' } },
      { headers: { 'X-Api-Key': secret('abc12345'), Accept: '*/*' } },
    ],
    [
      { name: 'DB_PASSWORD', value: 'hunter2' },
      { name: 'DB_PASSWORD', value: secret('hunter2') },
    ],
    [
      ['mysql', '--password', 'hunter2'],
      ['mysql', '--password', secret('hunter2')],
    ],
    [[['authorization', 'abc12345x']], [['authorization', secret('abc12345x')]]],
    [{ authorization: 'Bearer abc12345x' }, { authorization: `Bearer ${secret('abc12345x')}` }],
    [{ password: 12345678 }, { password: secret('12345678') }],
    [{ card: 4111111111111111 }, { card: engine.tag('payment-card', '4111111111111111') }],
    [{ 'jane@example.com': 1 }, { [engine.tag('email', 'jane@example.com')]: 1 }],
    [{ passphrase: 'correct horse battery staple' }, { passphrase: secret('correct horse battery staple') }],
  ])('%j', (value, expected) => {
    expect(redact(value).value).toEqual(expected);
  });

  it.each([
    {
      max_tokens: 4096,
      total_tokens: 530,
      token_usage: { input: 150 },
      token: 'the',
      secret: true,
      password: null,
    },
    { api_key: `\${OPENAI_API_KEY}`, token: '<your-token>', password: '' },
    {
      properties: { password: { type: 'string' }, token: { type: 'string' } },
      required: ['password', 'email'],
    },
    { content: [{ token: 'Qx7', logprob: -0.1 }] },
    { session_id: '2026-11-20T10-23-09-770Z', id: 4242424242424241, ns: 1795170189882000000 },
  ])('leaves %j alone', (value) => {
    expect(redact(value)).toEqual({ value, rules: [] });
  });

  it('keeps both entries when two keys become one', () => {
    expect(redact({ '/home/a/x': 1, '/home/b/x': 2 }).value).toEqual({ '~/x': 1, '~/x (2)': 2 });
  });

  it('keeps an own __proto__ key as an own key', () => {
    const value = redact(JSON.parse('{"__proto__":{"password":"hunter2"}}')).value;
    expect(JSON.stringify(value)).toBe(JSON.stringify({ ['__proto__']: { password: secret('hunter2') } }));
  });

  it('puts a counted marker where a value is too deep, and survives any depth', () => {
    const deep = JSON.parse(`${'['.repeat(50_000)}"jane@example.com"${']'.repeat(50_000)}`);
    const { value, rules } = redact(deep);
    expect(rules).toEqual(['too-deep']);
    expect(JSON.stringify(value)).toContain('[REDACTED:too-deep:00000000]');
    expect(redact(value).rules).toEqual([]);
  });

  it('makes null of what is not JSON', () => {
    expect(redact({ f: () => 1, s: Symbol('x'), n: 5n }).value).toEqual({ f: null, s: null, n: '5' });
  });
});
