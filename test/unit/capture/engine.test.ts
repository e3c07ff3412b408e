import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createEngine } from '../../../core/capture/engine.ts';
import { InvalidRuleError, RedactionBudgetError } from '../../../core/capture/errors.ts';
import type { Finder } from '../../../core/capture/finder.ts';
import { builtInRules } from '../../../core/capture/rules/index.ts';
import type { Rule } from '../../../core/capture/rules/rule.ts';
import { createTagger } from '../../../core/capture/tag.ts';
import { engineOf, KEY, readExample } from './support.ts';

const RULES = builtInRules();

const engine = engineOf();
const EXAMPLES = RULES.flatMap((rule) =>
  rule.examples.match.map((marked) => ({ rule, marked, ...readExample(marked) })),
);
const example = fc.constantFrom(...EXAMPLES);

/** Text as transcripts have it: words, marks, escapes, pieces of secrets and of tags. */
const piece = fc.oneof(
  fc.string({ maxLength: 12 }),
  fc.constantFrom(
    'password=',
    'token: ',
    '"',
    "'",
    '\\"',
    '\\n',
    '\n',
    ' ',
    '[REDACTED:',
    ':00000000]',
    '@',
    '://',
    '~',
  ),
  example.map(({ text }) => text),
  example.chain(({ text }) => fc.nat({ max: text.length }).map((n) => text.slice(0, n))),
  fc.constantFrom('[REDACTED:email:0a1b2c3d]', '[REDACTED:secret:00000000]', '<workspace>', '/home/jane'),
);
const anyText = fc.array(piece, { maxLength: 8 }).map((pieces) => pieces.join(''));

/** Neither letters nor digits next to the secret, and nothing that makes a placeholder or a file name of it. */
const surrounding = fc.string({
  unit: fc.constantFrom('a', 'e', 'n', 'T', ' ', '\n', ',', '.', '-', '(', ')', 'é', '漢', '😀'),
  maxLength: 200,
});

function rule(id: string, pattern: RegExp, keyword: string, more: Partial<Rule> = {}): Rule {
  return { id, description: id, keywords: [keyword], pattern, examples: { match: [], noMatch: [] }, ...more };
}

describe('redact', () => {
  it('changes nothing when applied again', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const once = engine.redact(text).text;
        expect(engine.redact(once)).toEqual({ text: once, rules: [] });
      }),
      { numRuns: 3000 },
    );
  });

  it('finds every example anywhere in any text', () => {
    fc.assert(
      fc.property(example, surrounding, surrounding, ({ text, secrets }, before, after) => {
        const out = engine.redact(`${before}\n${text}\n${after}`).text;
        for (const secret of secrets) expect(out).not.toContain(secret);
      }),
      { numRuns: 3000 },
    );
  });

  it('does not depend on the order of the rules', () => {
    fc.assert(
      fc.property(
        fc.shuffledSubarray([...RULES], { minLength: RULES.length }),
        fc.array(anyText, { minLength: 5, maxLength: 5 }),
        (shuffled, texts) => {
          const other = engineOf(shuffled);
          for (const text of texts) expect(other.redact(text)).toEqual(engine.redact(text));
        },
      ),
      { numRuns: 60 },
    );
  });

  it('gives the same secret the same tag, whatever gave it away', () => {
    const secret = 'q7Rk2pXv9LmW4sTz';
    const tag = engine.tag('secret', secret);
    for (const text of [
      `password=${secret}`,
      `{"api_key": "${secret}"}`,
      `Authorization: Bearer ${secret}`,
      `postgres://app:${secret}@db/x`,
      `tool --token ${secret}`,
      `<password>${secret}</password>`,
    ]) {
      expect(engine.redact(text).text).toBe(text.replace(secret, tag));
    }
  });

  it.each(['github-token', 'slack-token', 'stripe-key'])('prefers %s to the name it stands under', (id) => {
    const token = RULES.find((each) => each.id === id)?.examples.match[0] ?? '';
    const tag = engine.tag(id, token);
    expect(engine.redact(`token=${token} and ${token}`).text).toBe(`token=${tag} and ${tag}`);
  });

  it('makes other tags with another key, and none that tells anything without', () => {
    const other = engineOf(RULES, new Uint8Array([1]));
    const keyless = engineOf(RULES, null);
    expect(other.redact('password=hunter2').text).not.toBe(engine.redact('password=hunter2').text);
    expect(createTagger(undefined)('secret', 'hunter2')).toBe('[REDACTED:secret:00000000]');
    expect(keyless.redact('password=hunter2').text).toBe(keyless.redact('password=hunter3').text);
  });

  it('looks at a tag it does not write as at any text', () => {
    expect(engine.redact('[REDACTED:password=hunter2:00000000]').text).not.toContain('hunter2');
    expect(engine.redact('[REDACTED:jane@example.com:00000000]').text).not.toContain('jane');
  });

  it('takes what sticks to a tag along', () => {
    const out = engine.redact('password=[REDACTED:secret:00000000]hunter2 x').text;
    expect(out).toMatch(/^password=\[REDACTED:secret:[0-9a-f]{8}\] x$/);
  });

  it('leaves no half of a tag standing', () => {
    const short = engineOf([rule('short', /x.{1,9}/suy, 'x')]);
    expect(short.redact('x1234[REDACTED:short:00000000] 5').text).toMatch(
      /^\[REDACTED:short:[0-9a-f]{8}\] 5$/,
    );
  });

  it('joins overlapping claims, so that no half is left', () => {
    const halves = engineOf([rule('first', /ab{1,9}/y, 'ab'), rule('second', /b{1,9}cccc/y, 'b')]);
    expect(halves.redact('xabbbccccx').text).toBe(`x${halves.tag('second', 'bbbcccc')}x`);
  });

  it('takes the whole of a secret that is longer than the pattern looks', () => {
    const long = `A1${'b2C3'.repeat(5000)}`;
    expect(engine.redact(`password=${long}\nnext`).text).toBe(`password=${engine.tag('secret', long)}\nnext`);
  });

  it('holds the budget: a clock that jumps stops it', () => {
    let now = 0;
    const slow = createEngine({
      rules: RULES,
      tagger: createTagger(KEY),
      budgetMs: 100,
      clock: () => {
        now += 60;
        return now;
      },
    });
    expect(() => slow.redact('password=hunter2')).toThrow(RedactionBudgetError);
  });

  it('holds the budget between the findings of a team’s own rule', () => {
    let now = 0;
    let found = 0;
    const finder: Finder = {
      rules: ['slow'],
      *find() {
        for (; found < 10_000; found += 1) {
          now += 1;
          yield { start: 0, end: 1, rule: 'slow' };
        }
      },
    };
    const own = { finders: [finder], keyNames: [], allows: () => false, disabled: [] };
    const slow = createEngine({ rules: [], tagger: createTagger(KEY), budgetMs: 100, clock: () => now, own });
    expect(() => slow.redact('a text')).toThrow(RedactionBudgetError);
    expect(found).toBeLessThan(1_000);
  });

  it.each([
    ['two rules of one id', [rule('a', /a/y, 'a'), rule('a', /b/y, 'b')]],
    ['an id that is not kebab-case', [rule('A b', /a/y, 'a')]],
    ['a pattern that is neither sticky nor global', [rule('a', /a/, 'a')]],
    ['a sticky pattern without a keyword', [rule('a', /a/y, 'a', { keywords: [] })]],
  ])('refuses %s', (_, rules) => {
    expect(() => engineOf(rules)).toThrow(InvalidRuleError);
  });
});

describe('what only looks like a secret stays', () => {
  it.each([
    '2026-11-20T10:21:37.666Z and 2026-11-20T10-21-37-666Z and +01:00',
    '0190a5b2-7c3d-7e4f-8a9b-0c1d2e3f4a5b',
    'commit 3f2c9d1e8b7a6f5c4d3e2b1a0f9e8d7c6b5a4f3e (HEAD -> main)',
    'sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08',
    '"integrity": "sha512-z4PhNX7vuL3xVChQ1m2AB9Yg5AULVxXcg/SpIdNs6c5H0NE8XYXysP+DGNKHfuwvY7kxvUdBeoGlODJ6+SfaPg=="',
    'agentv@4.42.4 uses zod@4.6.7, node v24.21.0, image 1.2.3.4',
    '{"input":150,"output":380,"cached":20,"cost_usd":0.0021,"score":0.6666666666666666}',
    '{"max_tokens": 4096, "token_usage": {"total_tokens": 530}, "prompt_tokens": 150, "token_count": 12}',
    '"start_time_unix_nano": "1795170189882000000", "timestamp": 1795170189882',
    'agentv-prj-6c188a302bc3e6f28dd4a2bea093cad0 execution-trace-9a7dc7c5068e63ba0e2f',
    'trace_id=cc1d6f728660e4697a963e2c4cd87dfe|root_span_id=a4ad048b973d621b|suite=secrets-ok',
    'import { describe } from "vitest"; const key = "value"; for (const token of tokens) next(token);',
    'interface Options { readonly password?: string; token: string | undefined; apiKey?: string }',
    'The password must be changed. Secrets are kept in the vault. A token is a piece of text.',
    'http://localhost:3000/api?page=2&limit=10#top and http://127.0.0.1:8080/home/page',
    'git@github.com:acme/shop.git https://github.com/acme/shop/pull/42',
    'session_id: 2026-11-20T10-23-09-770Z, request_id: req_011CSHoEeqs5C35K2UUqR7Fy',
    'src/home/users/root.ts ./root/x ../home/y a/builds/b/c',
    '| 4111 | 1111 | 2222 | rows 1-4, 123-45 and 12-34-5678',
    'toolu_01A09q90qw90lq917835lq9 call_abc123 chatcmpl-9xYz msg_01XFDUDYJgAACzvnptvVoYEL',
  ])('%j', (text) => {
    expect(engine.redact(text)).toEqual({ text, rules: [] });
  });
});
