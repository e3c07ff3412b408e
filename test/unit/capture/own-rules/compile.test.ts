import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { OwnRules } from '../../../../core/capture/finder.ts';
import {
  compileOwnRules,
  NO_OWN_RULES,
  type OwnRuleSettings,
  PERSONAL_KINDS,
  personalKindOf,
} from '../../../../core/capture/own-rules/index.ts';
import { ruleClasses } from '../../../../core/capture/rules/index.ts';

const where = '.agentv/opik.yaml:3: x';
const compile = (settings: Partial<OwnRuleSettings>, env: Record<string, string> = {}) =>
  compileOwnRules({ ...NO_OWN_RULES, ...settings }, env);

/** The text with everything found replaced by its rule. */
function replaced({ finders }: OwnRules, text: string): string {
  const findings = finders
    .flatMap((finder) => [...finder.find(text)])
    .sort((a, b) => b.start - a.start || b.end - a.end);
  let out = text;
  let from = Number.POSITIVE_INFINITY;
  for (const { start, end, rule } of findings) {
    if (end > from) continue;
    out = `${out.slice(0, start)}[${rule}]${out.slice(end)}`;
    from = start;
  }
  return out;
}

describe('patterns', () => {
  it('find all that they match, or the group called secret', async () => {
    const { own } = await compile({
      patterns: [
        { id: 'customer-number', pattern: 'CN-[0-9]{6}', where },
        { id: 'order', pattern: 'order (?P<secret>[a-z]+)', flags: 'i', where },
      ],
    });
    expect(replaced(own, 'CN-123456, CN-12; ORDER abc; CN-654321')).toBe(
      '[customer-number], CN-12; ORDER [order]; [customer-number]',
    );
    expect(own.finders.flatMap(({ rules }) => rules)).toEqual(['customer-number', 'order']);
  });

  it.each([
    [{ id: 'x', pattern: '(' }, 'missing closing )'],
    [{ id: 'x', pattern: '(a)\\1' }, 'is no pattern'],
    [{ id: 'x', pattern: 'a*' }, 'matches the empty text'],
    [{ id: 'github-classic', pattern: 'a', replace: true }, 'is there already'],
    [{ id: 'env-x', pattern: 'a' }, 'is there already'],
    [{ id: 'own-string', pattern: 'a' }, 'is there already'],
  ])('refuses %j, naming the line', async ({ id, pattern }, message) => {
    const [builtIn] = Object.values(ruleClasses()).flat();
    const given = id === 'github-classic' ? (builtIn?.id ?? '') : id;
    await expect(compile({ patterns: [{ id: given, pattern, where }] })).rejects.toMatchObject({
      code: 'INVALID_OWN_RULE',
      message: expect.stringMatching(
        new RegExp(`^\\.agentv/opik\\.yaml:3: x: .*${message.replaceAll(/[()]/g, '\\$&')}`),
      ),
    });
  });

  it('do not hang, whatever they are', async () => {
    const { own } = await compile({ patterns: [{ id: 'evil', pattern: '(a+)+$|(x+x+)+y', where }] });
    const start = performance.now();
    expect([...(own.finders[0]?.find(`${'a'.repeat(200_000)}b${'x'.repeat(200_000)}`) ?? [])]).toEqual([]);
    expect(performance.now() - start).toBeLessThan(3_000);
  });
});

describe('strings', () => {
  it('are found in either case only where asked, with either kind of accents', async () => {
    const { own } = await compile({
      strings: [
        { value: 'Globex', ignoreCase: false, where },
        { value: 'Café Müller', ignoreCase: true, where },
      ],
    });
    const text = 'globex Globex CAFÉ MÜLLER Cafe\u0301 Mu\u0308ller';
    expect(replaced(own, text)).toBe('globex [own-string] [own-string] [own-string]');
  });

  it('need three characters', async () => {
    await expect(compile({ strings: [{ value: ' ab ', ignoreCase: false, where }] })).rejects.toThrow(
      'fewer than 3 characters',
    );
  });
});

describe('values of the environment', () => {
  const env = { SHOP_API_KEY: 'p/q+r "s" §7?&=x', SHOP_URL: 'x', OTHER: 'other-value', MODE: 'production' };
  const named = (name: string) => compile({ env: [{ name, where }] }, env);

  it.each([
    ['as it is', (value: string) => value],
    ['JSON', (value: string) => JSON.stringify({ a: value })],
    ['JSON in JSON', (value: string) => JSON.stringify(JSON.stringify({ a: value }))],
    ['ASCII JSON', (value: string) => JSON.stringify(value).replace('§', '\\u00a7')],
    ['URL', (value: string) => `https://x.test/?k=${encodeURIComponent(value)}&b`],
    ['form', (value: string) => new URLSearchParams({ k: value }).toString()],
    ['URL in URL', (value: string) => `?u=${encodeURIComponent(`?k=${encodeURIComponent(value)}`)}`],
    ['hex', (value: string) => Buffer.from(value).toString('hex')],
    ['HEX', (value: string) => Buffer.from(value).toString('hex').toUpperCase()],
    ['base64', (value: string) => Buffer.from(value).toString('base64')],
    ['base64url', (value: string) => Buffer.from(value).toString('base64url')],
    ['base64 of more, 1', (value: string) => Buffer.from(`u${value}!`).toString('base64')],
    ['base64 of more, 2', (value: string) => Buffer.from(`us${value}!!`).toString('base64url')],
    ['HTML', (value: string) => `<a href="${value.replaceAll('&', '&amp;').replaceAll('"', '&quot;')}">`],
  ])('are found in %s', async (_, write) => {
    const { own, warnings } = await named('SHOP_API_KEY');
    const out = replaced(own, `before ${write(env.SHOP_API_KEY)} after`);
    expect(out).toContain('[env-shop-api-key]');
    expect(out).not.toMatch(/p\/q\+r|702f712b|cC9xK3|%2Bq?r/i);
    expect(warnings).toEqual([]);
  });

  it('are found wherever they stand in base64, leaving no bit of theirs', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc
          .string({ unit: 'binary-ascii', minLength: 8, maxLength: 40 })
          .filter((value) => value.trim() === value),
        fc.string({ maxLength: 7 }),
        fc.string({ maxLength: 7 }),
        async (value, before, after) => {
          fc.pre(!/^(.)\1*$|^\d+$/.test(value));
          const { own } = await compile({ env: [{ name: 'V', where }] }, { V: value });
          const encoded = Buffer.from(before + value + after).toString('base64');
          const left = replaced(own, encoded).split('[env-v]');
          expect(left).toHaveLength(2);
          expect((left[0] ?? '').length).toBeLessThanOrEqual(Math.ceil((Buffer.byteLength(before) * 8) / 6));
        },
      ),
      { seed: 11, numRuns: 300 },
    );
  });

  it('of several lines are found line by line', async () => {
    const value = `-----BEGIN X-----\n${'Ab1'.repeat(20)}\n${'Cd2'.repeat(20)}\n-----END X-----\n`;
    const { own } = await compile({ env: [{ name: 'PEM', where }] }, { PEM: value });
    expect(replaced(own, value.trim().replaceAll('\n', '\n+ '))).not.toMatch(/Ab1|Cd2/);
  });

  it('are left, with a warning that does not quote them, when they would spoil texts', async () => {
    expect((await named('MODE')).warnings).toEqual([
      `${where}: the value of MODE is left in texts, for it is so common that removing it would spoil them`,
    ]);
    expect((await named('SHOP_URL')).warnings).toEqual([
      `${where}: the value of SHOP_URL is left in texts, for it is shorter than 6 characters`,
    ]);
    expect((await named('MISSING')).warnings).toEqual([
      `${where}: MISSING is not set here, so its value cannot be recognised`,
    ]);
  });

  it('may be named by their beginning', async () => {
    const { described } = await named('SHOP_*');
    expect(described.map(({ id }) => id)).toEqual(['env-shop-api-key']);
  });

  it.each(['*', 'A*', 'SHOP_*_KEY', 'SHOP-KEY', '1X'])('are not named %j', async (name) => {
    await expect(named(name)).rejects.toMatchObject({ code: 'INVALID_OWN_RULE' });
  });
});

describe('what is allowed', () => {
  it('is a value as a whole, or fits a pattern as a whole', async () => {
    const { own } = await compile({
      allow: [
        { value: 'AKIAIOSFODNN7EXAMPLE', where },
        { pattern: 'test_[a-z]+', where },
      ],
    });
    expect(
      ['AKIAIOSFODNN7EXAMPLE', 'AKIAIOSFODNN7EXAMPLE2', 'test_abc', 'test_abc1', 'my test_abc'].map(
        own.allows,
      ),
    ).toEqual([true, false, true, false, false]);
  });

  it('is never everything', async () => {
    await expect(compile({ allow: [{ pattern: '.*', where }] })).rejects.toThrow('allows everything');
  });
});

describe('personal data', () => {
  it('is of one kind for each rule of its class', () => {
    const ids = ruleClasses()['personal data']?.map(({ id }) => id) ?? [];
    expect(ids.filter((id) => personalKindOf(id) === undefined)).toEqual([]);
    expect(new Set(ids.map(personalKindOf))).toEqual(
      new Set(PERSONAL_KINDS.filter((kind) => kind !== 'home_directory')),
    );
  });

  it('is switched off by kinds', async () => {
    expect((await compile({})).own.disabled).toEqual([]);
    const { own } = await compile({ personal: ['email'] });
    expect(own.disabled).toContain('home-path');
    expect(own.disabled).toContain('iban');
    expect(own.disabled).not.toContain('email');
    const all = await compile({ personal: [...PERSONAL_KINDS] });
    expect(all.own.disabled).toEqual([]);
  });

  it('is no name for secrets', () => {
    const others = Object.entries(ruleClasses())
      .filter(([name]) => name !== 'personal data' && name !== 'host paths')
      .flatMap(([, rules]) => rules.map(({ id }) => id));
    expect(others.filter((id) => personalKindOf(id) !== undefined)).toEqual([]);
  });
});
