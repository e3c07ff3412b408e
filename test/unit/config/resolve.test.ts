import { describe, expect, it } from 'vitest';
import {
  connectionOf,
  OPIK_CLOUD_URL,
  resolveSettings,
  settingVariables,
} from '../../../core/config/index.ts';

const file = (text: string) => ({ name: '.agentv/opik.yaml', text });
const opikConfig = (text: string) => ({ name: '~/.opik.config', text });

describe('who decides', () => {
  const layers = {
    'opik-config': { opikConfig: opikConfig('[opik]\nproject_name = home\n') },
    file: { file: file('project: file\n') },
    'opik-variable': { env: { OPIK_PROJECT_NAME: 'opik' } },
    variable: { env: { AGENTV_OPIK_PROJECT: 'ours' } },
    flag: { flags: { project: 'flag' } },
  } as const;
  const values = {
    'opik-config': 'home',
    file: 'file',
    'opik-variable': 'opik',
    variable: 'ours',
    flag: 'flag',
  };
  const order = ['opik-config', 'file', 'opik-variable', 'variable', 'flag'] as const;

  it.each(order.map((origin, index) => [origin, index] as const))(
    '%s wins over all before it',
    (origin, index) => {
      const present = order.slice(0, index + 1);
      const env = Object.assign(
        {},
        ...present.map((name) => ('env' in layers[name] ? layers[name].env : {})),
      );
      const resolved = resolveSettings({
        flags: {},
        ...Object.assign({}, ...present.map((name) => layers[name])),
        env,
      });
      expect(resolved.values.project).toBe(values[origin]);
      expect(resolved.origins.project).toBe(origin);
    },
  );

  it('settles each key on its own', () => {
    const { values: settled } = resolveSettings({
      flags: { capture: 'full' },
      env: { AGENTV_OPIK_DATASET: 'tests', AGENTV_OPIK_CAPTURE: 'redacted' },
      file: file('project: shop\ncapture: metadata-only\npolicy: required\nassertions: true\n'),
    });
    expect(settled).toEqual({
      capture: 'full',
      dataset: 'tests',
      project: 'shop',
      policy: 'required',
      assertions: true,
    });
  });

  it('takes empty variables, as CI passes them, for unset', () => {
    const { values: settled, opik } = resolveSettings({
      flags: {},
      env: { AGENTV_OPIK_PROJECT: '', AGENTV_OPIK_STORE: ' ', OPIK_API_KEY: '', OPIK_WORKSPACE: '' },
      file: file('project: shop\n'),
    });
    expect(settled).toEqual({ project: 'shop' });
    expect(opik.apiKey).toBeUndefined();
  });

  it('lets a switch be turned off again', () => {
    const settings = { env: {}, file: file('assertions: true\n') };
    expect(resolveSettings({ ...settings, flags: { assertions: false } }).values.assertions).toBe(false);
    expect(
      resolveSettings({ ...settings, flags: {}, env: { AGENTV_OPIK_ASSERTIONS: 'off' } }).values.assertions,
    ).toBe(false);
  });

  it('takes the key and the URL from OPIK_* first, then from ~/.opik.config', () => {
    const home = opikConfig(
      '[opik]\napi_key = from-home\nurl_override = http://home/api/\nworkspace = team\n',
    );
    const fromHome = resolveSettings({ flags: {}, env: {}, opikConfig: home });
    expect(fromHome.opik).toEqual({ apiKey: 'from-home', url: 'http://home/api' });
    expect(fromHome.values.workspace).toBe('team');
    const env = { OPIK_API_KEY: 'from-env', OPIK_URL_OVERRIDE: 'http://env/api' };
    expect(resolveSettings({ flags: {}, env, opikConfig: home }).opik).toEqual({
      apiKey: 'from-env',
      url: 'http://env/api',
    });
  });

  it('survives an ~/.opik.config of another shape', () => {
    const { opik } = resolveSettings({ flags: {}, env: {}, opikConfig: opikConfig('hello\n[other]\na=b\n') });
    expect(opik).toEqual({ apiKey: undefined, url: undefined });
  });

  it('warns of variables that look like settings', () => {
    const { warnings } = resolveSettings({
      flags: {},
      env: { AGENTV_OPIK_PROJCT: 'x', AGENTV_OPIK_REDACTION_KEY: 'k' },
    });
    expect(warnings).toEqual([
      'AGENTV_OPIK_PROJCT is no setting and was ignored. Did you mean AGENTV_OPIK_PROJECT?',
    ]);
  });

  it.each([
    [{ flags: { capture: 'ful' } }, '--capture must be metadata-only, redacted or full, not "ful"'],
    [{ flags: { group_by: 'suite' } }, '--group-by must be run or target, not "suite"'],
    [{ flags: { project: ' ' } }, '--project must be a name, not " "'],
    [
      { env: { AGENTV_OPIK_POLICY: 'maybe' } },
      'AGENTV_OPIK_POLICY must be disabled, best-effort or required, not "maybe"',
    ],
    [{ env: { AGENTV_OPIK_ASSERTIONS: 'ja' } }, 'AGENTV_OPIK_ASSERTIONS must be true or false, not "ja"'],
    [
      { env: { AGENTV_OPIK_GATE_EXIT_CODE: '256' } },
      'AGENTV_OPIK_GATE_EXIT_CODE must be a whole number from 0 to 255, not "256"',
    ],
    [
      { env: { AGENTV_OPIK_GATE_EXIT_CODE: '-1' } },
      'AGENTV_OPIK_GATE_EXIT_CODE must be a whole number from 0 to 255, not "-1"',
    ],
    [{ env: { OPIK_URL_OVERRIDE: 'localhost:5173' } }, 'OPIK_URL_OVERRIDE is no http: or https: URL'],
    [{ env: { OPIK_URL_OVERRIDE: 'http://me:pw@host/api' } }, 'OPIK_URL_OVERRIDE holds credentials'],
  ])('names where a wrong value stands: %j', (sources, message) => {
    expect(() => resolveSettings({ flags: {}, env: {}, ...sources })).toThrow(
      expect.objectContaining({ code: 'INVALID_SETTING', message }),
    );
  });

  it('checks a source also where another one wins', () => {
    expect(() =>
      resolveSettings({ flags: { capture: 'full' }, env: { AGENTV_OPIK_CAPTURE: 'nonsense' } }),
    ).toThrow('AGENTV_OPIK_CAPTURE');
  });
});

describe('which Opik', () => {
  it('is Opik cloud for somebody who has a key', () => {
    expect(connectionOf({ apiKey: 'k', url: undefined })).toEqual({ apiKey: 'k', url: OPIK_CLOUD_URL });
  });

  it('is the URL that was given, without a key too', () => {
    expect(connectionOf({ apiKey: undefined, url: 'http://localhost:5173/api' }).url).toBe(
      'http://localhost:5173/api',
    );
  });

  it.each([undefined, 'https://www.comet.com/opik/api'])('is nowhere without a key for %s', (url) => {
    expect(() => connectionOf({ apiKey: undefined, url })).toThrow(
      expect.objectContaining({ code: 'NO_OPIK_CREDENTIALS' }),
    );
  });
});

it('names variables that are set, never their values', () => {
  const names = settingVariables({
    OPIK_API_KEY: 'secret',
    AGENTV_OPIK_STORE: 's3://b',
    AGENTV_OPIK_PROJECT: '',
    HOME: '/',
  });
  expect(names).toEqual(['AGENTV_OPIK_STORE', 'OPIK_API_KEY']);
});
