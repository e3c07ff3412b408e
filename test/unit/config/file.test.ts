import { describe, expect, it } from 'vitest';
import { readSettingsFile } from '../../../core/config/index.ts';

const read = (text: string, env: Record<string, string> = {}) =>
  readSettingsFile({ name: '.agentv/opik.yaml', text }, env);

describe('.agentv/opik.yaml', () => {
  it('gives settings', () => {
    expect(
      read(
        '# our team\nstore: s3://team-evals/agentv\nproject: "shop evals"\nassertions: yes\ngroup_by: target\n',
      ),
    ).toEqual({
      store: 's3://team-evals/agentv',
      project: 'shop evals',
      assertions: true,
      group_by: 'target',
    });
  });

  it.each(['', '\n', '# nothing yet\n', '---\n'])('may be empty: %j', (text) => {
    expect(read(text)).toEqual({});
  });

  it.each([
    ['\nprojct: a\n', '.agentv/opik.yaml:2: unknown key "projct"', 'Did you mean project?'],
    ['group-by: run\n', '.agentv/opik.yaml:1: unknown key "group-by"', 'Did you mean group_by?'],
    ['Store: ./x\n', '.agentv/opik.yaml:1: unknown key "Store"', 'Did you mean store?'],
  ])('knows its keys: %j', (text, message, hint) => {
    expect(() => read(text)).toThrow(expect.objectContaining({ code: 'UNKNOWN_SETTING', message, hint }));
  });

  it('lists all keys when none is near', () => {
    expect(() => read('something_else: 1\n')).toThrow(
      expect.objectContaining({ hint: expect.stringContaining('Known are store, source, project') }),
    );
  });

  it.each([
    [
      'capture: partial\n',
      '.agentv/opik.yaml:1: capture must be metadata-only, redacted or full, not "partial"',
    ],
    ['project:\n', '.agentv/opik.yaml:1: project must be a name, not empty'],
    [
      'a: 1\nproject: [x]\n'.slice(5),
      '.agentv/opik.yaml:1: project must be one value, not a list or mapping',
    ],
    ['project: {x: 1}\n', '.agentv/opik.yaml:1: project must be one value, not a list or mapping'],
    ['project: 12\n', '.agentv/opik.yaml:1: project must be a name, not 12'],
  ])('checks its values: %j', (text, message) => {
    expect(() => read(text)).toThrow(expect.objectContaining({ code: 'INVALID_SETTING', message }));
  });

  it.each([
    ['api_key: abc\n', 'OPIK_API_KEY'],
    ['redaction_key: abc\n', 'OPIK_API_KEY'],
    ['url: http://evil/api\n', 'OPIK_URL_OVERRIDE'],
    ['gate_exit_code: 0\n', '--gate-exit-code'],
  ])('refuses what does not belong in a repository: %j', (text, hint) => {
    expect(() => read(text)).toThrow(
      expect.objectContaining({ code: 'MISPLACED_SETTING', hint: expect.stringContaining(hint) }),
    );
  });

  it.each([
    ['project: [a\n', /^\.agentv\/opik\.yaml:\d+: not valid YAML: /],
    ['project: a\nproject: b\n', /^\.agentv\/opik\.yaml:2: not valid YAML: Map keys must be unique/],
    ['- a\n- b\n', /^\.agentv\/opik\.yaml: must hold settings/],
    ['just text\n', /^\.agentv\/opik\.yaml: must hold settings/],
  ])('says where it is broken: %j', (text, message) => {
    expect(() => read(text)).toThrow(
      expect.objectContaining({ code: 'SETTINGS_FILE', message: expect.stringMatching(message) }),
    );
  });
});

describe(`\${{ NAME }}`, () => {
  it('stands for a variable', () => {
    expect(
      read(`project: evals-\${{ TEAM }}-\${{ENV}}\nassertions: \${{ ON }}\n`, {
        TEAM: 'shop',
        ENV: 'ci',
        ON: 'true',
      }),
    ).toEqual({ project: 'evals-shop-ci', assertions: true });
  });

  it('does not look at what was inserted', () => {
    expect(read(`project: \${{ A }}\n`, { A: `\${{ B }}` })).toEqual({ project: `\${{ B }}` });
  });

  it.each([{}, { TEAM: '' }])('must be set: %j', (env) => {
    expect(() => read(`\n\nproject: \${{ TEAM }}\n`, env)).toThrow(
      expect.objectContaining({
        code: 'MISSING_VARIABLE',
        message: '.agentv/opik.yaml:3: project needs the environment variable TEAM, which is not set',
      }),
    );
  });

  it('is quoted as written when its value is wrong, for the value may be a secret', () => {
    expect(() => read(`capture: \${{ TOKEN }}\n`, { TOKEN: 'hunter2' })).toThrow(
      expect.objectContaining({ message: expect.not.stringContaining('hunter2') }),
    );
  });
});
