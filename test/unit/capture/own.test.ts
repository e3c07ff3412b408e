import { describe, expect, it } from 'vitest';
import { createCapture, type Finder, InvalidRuleError, type OwnRules } from '../../../core/capture/index.ts';
import { builtInRules } from '../../../core/capture/rules/index.ts';
import { KEY, sampleResult } from './support.ts';

const RULES = builtInRules();

/** Finds a text as it stands. */
function exactly(rule: string, text: string, isExact = true): Finder {
  return {
    rules: [rule],
    isExact,
    *find(within) {
      for (let at = within.indexOf(text); at >= 0; at = within.indexOf(text, at + 1)) {
        yield { start: at, end: at + text.length, rule };
      }
    },
  };
}

const NOTHING: OwnRules = { finders: [], keyNames: [], allows: () => false, disabled: [] };

function redact(own: Partial<OwnRules>, content: Record<string, unknown>): unknown {
  const capture = createCapture({ mode: 'redacted', hmacKey: KEY, own: { ...NOTHING, ...own } });
  const { result, outcome } = capture.result(
    sampleResult({ scores: [], spans: [], content: { metadata: content } }),
  );
  expect(outcome).toBe('as-asked');
  expect(capture.result(result).result).toEqual(result);
  return result.content?.metadata;
}

describe("the team's own rules", () => {
  const customer = exactly('customer', 'Acme & Sons');
  const tag = expect.stringMatching(/^\[REDACTED:customer:[0-9a-f]{8}\]$/);

  it.each([
    ['as it stands', 'Acme & Sons'],
    ['escaped for HTML', 'Acme &amp; Sons'],
    ['in percent-encoding', 'Acme%20%26%20Sons'],
    ['in base64', Buffer.from('to Acme & Sons, urgent').toString('base64')],
    ['with a zero-width character', 'Ac\u200bme & Sons'],
  ])('find a text %s', (_, text) => {
    expect(redact({ finders: [customer] }, { a: text })).toEqual({ a: tag });
  });

  it('win over a built-in rule on equal spans, in any order', () => {
    const finders = [exactly('zzz', 'AKIAIOSFODNN7EXAMPLE'), exactly('yyy', 'AKIAIOSFODNN7EXAMPLE')];
    for (const each of [finders, [...finders].reverse()]) {
      expect(redact({ finders: each }, { a: 'AKIAIOSFODNN7EXAMPLE' })).toEqual({
        a: expect.stringMatching(/^\[REDACTED:yyy:/),
      });
    }
  });

  it('take whatever stands under one of their names', () => {
    for (const value of ['YOUR_CODE_HERE', 'vault:secret/data/shop', 'x'.repeat(12)]) {
      expect(JSON.stringify(redact({ keyNames: ['shop_code'] }, { a: `shop_code=${value}` }))).not.toContain(
        value,
      );
    }
  });

  it('guard names, in every mode', () => {
    const capture = createCapture({ mode: 'metadata-only', own: { ...NOTHING, finders: [customer] } });
    expect(capture.result(sampleResult({ test_id: 'for Acme & Sons' })).result.test_id).toBe(
      'for [REDACTED:customer:00000000]',
    );
  });

  it.each([
    { shopCode: 'abc' },
    { SHOP_CODE: 'x y' },
    { 'shop-code': 12 },
    { cmd: 'export SHOP_CODE=abc' },
    { cmd: '{"shopCode": "abc"}' },
  ])('take what stands under a name of a key: %j', (content) => {
    const before = JSON.stringify(content);
    const after = JSON.stringify(redact({ keyNames: ['shop_code'] }, content));
    expect(after).toMatch(/\[REDACTED:secret:[0-9a-f]{8}\]/);
    expect(JSON.stringify(redact({}, content))).toBe(before);
  });

  it('exempt what a built-in rule finds, and never what they find themselves', () => {
    const allows = (secret: string) =>
      ['AKIAIOSFODNN7EXAMPLE', 'Acme & Sons', 'hunter2hunter2'].includes(secret);
    const content = {
      key: 'AKIAIOSFODNN7EXAMPLE',
      text: 'AKIAIOSFODNN7EXAMPLE AKIAIOSFODNN7EXAMPLF',
      password: 'hunter2hunter2',
    };
    expect(redact({ allows }, content)).toEqual({
      ...content,
      text: expect.stringMatching(/^AKIAIOSFODNN7EXAMPLE \[REDACTED:aws-access-key-id:/),
    });
    expect(redact({ allows, finders: [customer] }, { a: 'Acme & Sons' })).toEqual({ a: tag });
  });

  it('switch off personal data, and nothing else', () => {
    const disabled = ['email', 'home-path', 'aws-access-key-id', 'named-assignment'];
    const content = { a: 'jane@example.com', b: '/home/jane/x' };
    expect(redact({ disabled }, content)).toEqual(content);
    const secrets = JSON.stringify(redact({ disabled }, { a: 'AKIAIOSFODNN7EXAMPLE password=swordfish1' }));
    expect(secrets).not.toMatch(/AKIA|swordfish/);
  });

  it.each([
    ['throws', { rules: ['x'], find: () => expect.unreachable() }],
    [
      'names a span outside the text',
      { rules: ['x'], find: () => [{ start: 0, end: 1_000_000, rule: 'x' }] },
    ],
    [
      'names a rule that it did not announce',
      { rules: ['x'], find: () => [{ start: 0, end: 1, rule: 'y' }] },
    ],
  ] satisfies [string, Finder][])('go metadata-only when a finder %s', (_, finder) => {
    const capture = createCapture({ mode: 'redacted', own: { ...NOTHING, finders: [finder] } });
    expect(capture.result(sampleResult())).toMatchObject({ outcome: 'fell-back', reason: 'redactor-failed' });
  });

  it('are refused with an id that is none', () => {
    expect(() =>
      createCapture({ mode: 'redacted', own: { ...NOTHING, finders: [exactly('A b', 'x')] } }),
    ).toThrow(InvalidRuleError);
  });

  it('may be called like a built-in rule without touching it', () => {
    expect(RULES.some(({ id }) => id === 'email')).toBe(true);
    expect(redact({ finders: [exactly('email', 'Acme')] }, { a: 'Acme jane@example.com' })).toEqual({
      a: expect.stringMatching(/^\[REDACTED:email:[0-9a-f]{8}\] \[REDACTED:email:[0-9a-f]{8}\]$/),
    });
  });
});
