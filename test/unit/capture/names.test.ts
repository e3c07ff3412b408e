import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { code, createNameGuard, isRelativePath } from '../../../core/capture/names.ts';
import { builtInRules } from '../../../core/capture/rules/index.ts';
import { secretKind, wordsOf } from '../../../core/capture/secret-names.ts';
import { createTally } from '../../../core/capture/tally.ts';
import { engineOf, readExample } from './support.ts';

const RULES = builtInRules();

const TEXTS = RULES.flatMap((rule) => rule.examples.match.map((marked) => readExample(marked).text));
const engine = engineOf();
const guard = createNameGuard(engine, createTally());

describe('names', () => {
  it('are short, printable, and stay what they are when guarded again', () => {
    const name = fc
      .array(fc.oneof(fc.string({ unit: 'binary', maxLength: 300 }), fc.constantFrom(...TEXTS)), {
        maxLength: 5,
      })
      .map((parts) => parts.join(' '));
    fc.assert(
      fc.property(name, (text) => {
        const once = guard(text, 'name');
        expect(guard(once, 'name')).toBe(once);
        expect(once.length).toBeLessThanOrEqual(512);
        expect(once).not.toMatch(/\p{Cc}/u);
      }),
      { numRuns: 1000 },
    );
  });

  it.each([
    'capital',
    'refund/json',
    'contains-Paris',
    'execute_tool Bash',
    'gpt-4.1-2025-04-14',
    'claude-sonnet-4-5@20250929',
    '2026-11-20T10-21-37-666Z',
    'token-usage',
    'Ünïcode – 漢字 😀',
    'turn-1',
  ])('%j stays', (name) => {
    expect(guard(name, 'name')).toBe(name);
  });

  it('lose secrets and control characters', () => {
    expect(guard('contains-AKIAIOSFODNN7EXAMPLE', 'name')).toBe(
      `contains-${engine.tag('aws-access-key-id', 'AKIAIOSFODNN7EXAMPLE')}`,
    );
    expect(guard('a\u0000b\u202ec\n', 'name')).toBe('abc');
    expect(guard('AKIA\u0000IOSFODNN7EXAMPLE', 'name')).toBe(
      engine.tag('aws-access-key-id', 'AKIAIOSFODNN7EXAMPLE'),
    );
  });

  it('of several lines lose what a line holds', () => {
    expect(guard('ENV KEY=AKIAIOSFODNN7EXAMPLE\nRUN x', 'name')).not.toContain('IOSFODNN7');
    expect(guard('a case\nAKIAIOSFODNN7EXAMPLE', 'name')).not.toContain('IOSFODNN7');
  });

  it('that are too long are cut, and stay two if they were two', () => {
    const [a, b] = [guard(`${'x y '.repeat(500)}1`, 'name'), guard(`${'x y '.repeat(500)}2`, 'name')];
    expect(a).toHaveLength(512);
    expect(a).toMatch(/…~[0-9a-f]{12}$/);
    expect(a).not.toBe(b);
  });

  it('that show a secret only once they are cut lose it too', () => {
    const name = `${'-'.repeat(478)}AKIAIOSFODNN7EXAMPLE${'Z'.repeat(100)}`;
    const once = guard(name, 'name');
    expect(once).not.toContain('AKIA');
    expect(guard(once, 'name')).toBe(once);
  });

  it.each([
    ['agent', 'agent'],
    ['provider_error', 'provider_error'],
    ['it failed because of x', 'other'],
    ['', 'other'],
    ['x'.repeat(65), 'other'],
  ])('the code %j becomes %j', (text, expected) => {
    expect(code(text)).toBe(expected);
  });

  it.each(['a/b.md', 'a b/..c/d', '.agentv/x'])('%j is relative', (path) => {
    expect(isRelativePath(path)).toBe(true);
  });

  it.each([
    '',
    '/etc/x',
    '~/x',
    'C:\\x',
    'C:x',
    '\\\\host\\x',
    '../x',
    'a/../../x',
    'a\\..\\x',
    'file:///x',
    'https://x',
  ])('%j is not', (path) => {
    expect(isRelativePath(path)).toBe(false);
  });
});

describe('the names of secrets', () => {
  it('fall into words whatever their case', () => {
    expect(wordsOf('X-APIKey2')).toEqual(['x', 'api', 'key', '2']);
    expect(wordsOf('awsSecretAccessKey')).toEqual(['aws', 'secret', 'access', 'key']);
  });

  it.each([
    'password',
    'PASSWORD',
    'dbPassword',
    'db_password',
    'PGPASSWORD',
    'userpassword',
    'MYSQL_PWD',
    'DB_PASS',
    'password_hash',
    'client_secret',
    'clientSecret',
    'token',
    'access_token',
    'accessToken',
    'AUTH_TOKEN_2',
    'apikey',
    'api-key',
    'X-Api-Key',
    'OPENAI_API_KEY',
    'private_key',
    'AWS_ACCESS_KEY_ID',
    'SecretAccessKey',
    'authorization',
    'credentials',
    'connectionString',
    'api_tokens',
    'SESSION_SECRET',
    'secret_key_base64',
    '_authToken',
    'GITHUB_TOKEN',
    'PresharedKey',
    'fernetKey',
    'AES_KEY',
    'SESSION_TOKEN_HEX',
  ])('%s announces a secret', (name) => {
    expect(secretKind(name)).toBeDefined();
  });

  it.each([
    'max_tokens',
    'total_tokens',
    'token_usage',
    'token_count',
    'tokens',
    'tokenizer',
    'token_type',
    'next_token',
    'eos_token',
    'inputToken',
    'secret_name',
    'secretKeyRef',
    'password_policy',
    'has_password',
    'key',
    'primary_key',
    'cache_key',
    'pass',
    'pass_rate',
    'first_pass',
    'bypass',
    'compass',
    'authorization_url',
    'keyboard',
    'monkey',
    'secretary',
    'session_id',
    'name',
    'x'.repeat(200),
  ])('%s does not', (name) => {
    expect(secretKind(name)).toBeUndefined();
  });
});
