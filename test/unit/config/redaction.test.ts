import { describe, expect, it } from 'vitest';
import { ownRuleSettings, resolveSettings } from '../../../core/config/index.ts';

const resolved = (text: string, env: Record<string, string> = {}) =>
  ownRuleSettings(resolveSettings({ flags: {}, env, file: { name: '.agentv/opik.yaml', text } }).values);

const ALL = `redact_patterns:
  - id: customer-number
    pattern: CN-[0-9]{6}
  - { id: order, pattern: "order-[a-z]+", flags: i }
redact_strings:
  - Globex Corporation
  - { value: initech, ignore_case: true }
redact_keys: [x_shop_session]
redact_allow:
  - AKIAIOSFODNN7EXAMPLE
  - { pattern: "test_[a-z]+" }
redact_env:
  - SHOP_API_KEY
  - SHOP_*
redact_personal: [email, ip_address]
`;

describe('the lists of .agentv/opik.yaml', () => {
  it('are read with the line of each item', () => {
    const at = (line: number, key: string) => `.agentv/opik.yaml:${line}: ${key}`;
    expect(resolved(ALL)).toEqual({
      patterns: [
        { id: 'customer-number', pattern: 'CN-[0-9]{6}', where: at(2, 'redact_patterns') },
        { id: 'order', pattern: 'order-[a-z]+', flags: 'i', where: at(4, 'redact_patterns') },
      ],
      strings: [
        { value: 'Globex Corporation', ignoreCase: false, where: at(6, 'redact_strings') },
        { value: 'initech', ignoreCase: true, where: at(7, 'redact_strings') },
      ],
      keys: [{ name: 'x_shop_session', where: at(8, 'redact_keys') }],
      allow: [
        { value: 'AKIAIOSFODNN7EXAMPLE', where: at(10, 'redact_allow') },
        { pattern: 'test_[a-z]+', where: at(11, 'redact_allow') },
      ],
      env: [
        { name: 'SHOP_API_KEY', where: at(13, 'redact_env') },
        { name: 'SHOP_*', where: at(14, 'redact_env') },
      ],
      personal: ['email', 'ip_address'],
    });
  });

  it('may be left out, or switch all personal data off', () => {
    expect(resolved('project: shop\n')).toBeUndefined();
    expect(resolved('redact_personal: []\n')?.personal).toEqual([]);
  });

  it.each([
    ['redact_env: SHOP_API_KEY\n', 'INVALID_SETTING', '.agentv/opik.yaml:1: redact_env must be a list'],
    [
      'redact_patterns:\n  - id: Bad Id\n    pattern: x\n',
      'INVALID_SETTING',
      '.agentv/opik.yaml:2: redact_patterns: an item is not what it must be: id must be lower-case words joined by hyphens, such as customer-number',
    ],
    [
      'redact_patterns:\n  - id: a\n    pattern: x\n    flag: i\n',
      'INVALID_SETTING',
      '.agentv/opik.yaml:2: redact_patterns: an item is not what it must be',
    ],
    [
      'redact_personal:\n  - email\n  - shoe_size\n',
      'INVALID_SETTING',
      '.agentv/opik.yaml:3: redact_personal: an item is not what it must be',
    ],
    ['redact_key: [a]\n', 'UNKNOWN_SETTING', '.agentv/opik.yaml:1: unknown key "redact_key"'],
  ])('are checked: %j', (text, code, message) => {
    expect(() => resolved(text)).toThrow(expect.objectContaining({ code, message }));
  });

  it('never quotes what is to be redacted', () => {
    expect(() => resolved('redact_strings:\n  - { value: hunter2, ignorecase: true }\n')).toThrow(
      expect.objectContaining({ message: expect.not.stringContaining('hunter2') }),
    );
  });

  it('may take a text from a variable', () => {
    expect(
      resolved(`redact_strings:\n  - \${{ CUSTOMER }}\n`, { CUSTOMER: 'Globex' })?.strings,
    ).toMatchObject([{ value: 'Globex' }]);
  });
});

describe('the variables', () => {
  it('add to the file; of redact_personal they win', () => {
    const rules = resolved(ALL, {
      AGENTV_OPIK_REDACT_ENV: 'CI_TOKEN, DEPLOY_*',
      AGENTV_OPIK_REDACT_STRINGS: 'Umbrella, Inc.\nHooli',
      AGENTV_OPIK_REDACT_PATTERNS: '[{"id":"ticket","pattern":"T-[0-9]+"}]',
      AGENTV_OPIK_REDACT_PERSONAL: 'none',
      AGENTV_OPIK_REDACT_KEYS: '',
    });
    expect(rules?.env.map(({ name }) => name)).toEqual(['SHOP_API_KEY', 'SHOP_*', 'CI_TOKEN', 'DEPLOY_*']);
    expect(rules?.strings.map(({ value }) => value)).toEqual([
      'Globex Corporation',
      'initech',
      'Umbrella, Inc.',
      'Hooli',
    ]);
    expect(rules?.patterns.at(-1)).toEqual({
      id: 'ticket',
      pattern: 'T-[0-9]+',
      where: 'AGENTV_OPIK_REDACT_PATTERNS',
    });
    expect(rules?.personal).toEqual([]);
    expect(rules?.keys).toHaveLength(1);
  });

  it('are checked by name', () => {
    expect(() => resolved('', { AGENTV_OPIK_REDACT_PERSONAL: 'emails' })).toThrow(
      'AGENTV_OPIK_REDACT_PERSONAL: an item is not what it must be',
    );
    expect(() => resolved('', { AGENTV_OPIK_REDACT_STRINGS: '[hunter2' })).toThrow(
      expect.objectContaining({ message: 'AGENTV_OPIK_REDACT_STRINGS begins like a JSON list and is none' }),
    );
  });

  it('that are misspelt are told of', () => {
    const { warnings } = resolveSettings({ flags: {}, env: { AGENTV_OPIK_REDACT_STRING: 'x' } });
    expect(warnings).toEqual([
      'AGENTV_OPIK_REDACT_STRING is no setting and was ignored. Did you mean AGENTV_OPIK_REDACT_STRINGS?',
    ]);
  });
});
