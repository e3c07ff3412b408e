import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { engineOf } from './support.ts';

const engine = engineOf();
const KEY_ID = 'AKIAIOSFODNN7EXAMPLE';
const PASSWORD = 'q7Rk2pXv9LmW4sTz';
const keyTag = engine.tag('aws-access-key-id', KEY_ID);
const passwordTag = engine.tag('secret', PASSWORD);
const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';
const base64 = (text: string) => Buffer.from(text).toString('base64');
const escaped = (text: string, write: (code: number) => string) =>
  Array.from(text, (char) => write(char.charCodeAt(0))).join('');
const hex = (code: number, length: number) => code.toString(16).padStart(length, '0');
const PEM = `-----BEGIN RSA PRIVATE KEY-----\n${Array.from({ length: 27 }, (_, i) => LETTERS.slice(i % 9) + LETTERS.slice(0, i % 9) + i.toString(36)).join('\n')}\n-----END RSA PRIVATE KEY-----`;

function redact(text: string): string {
  const { text: out } = engine.redact(text);
  expect(engine.redact(out), 'again').toEqual({ text: out, rules: [] });
  return out;
}

describe('what is encoded is decoded once', () => {
  it.each([
    ['base64', base64(`aws_access_key_id=${KEY_ID}`), keyTag],
    ['base64 without padding', base64(`id ${KEY_ID}`).replace(/=+$/, ''), keyTag],
    ['url-safe base64', Buffer.from(`~~~???${KEY_ID}???>>>`).toString('base64url'), keyTag],
    ['base64 of a name and a value', base64(`DB_PASSWORD=${PASSWORD}\nDB_HOST=db\n`), passwordTag],
    ['base64 of JSON', base64(JSON.stringify({ user: 'jane', password: PASSWORD })), passwordTag],
    ['base64 of UTF-16', Buffer.from(`$env:X="${KEY_ID}"`, 'utf16le').toString('base64'), keyTag],
    ['hex', Buffer.from(`key ${KEY_ID}`).toString('hex'), keyTag],
    ['upper-case hex', Buffer.from(`key ${KEY_ID}`).toString('hex').toUpperCase(), keyTag],
  ])('%s', (_, encoded, tag) => {
    expect(redact(`before ${encoded}\nafter`)).toBe(`before ${tag}\nafter`);
    expect(redact(JSON.stringify({ data: encoded }))).toBe(JSON.stringify({ data: tag }));
  });

  it.each([
    ['percent-encoding', escaped(KEY_ID, (code) => `%${hex(code, 2)}`)],
    ['some percent-encoding', KEY_ID.replace('O', '%4F').replace('N', '%4e')],
    ['JSON escapes', escaped(KEY_ID, (code) => `\\u${hex(code, 4)}`)],
    ['escapes escaped again', escaped(KEY_ID, (code) => `\\\\u${hex(code, 4)}`)],
    ['JavaScript escapes', KEY_ID.replace('O', '\\u{4f}').replace('N', '\\x4e')],
    ['hexadecimal escapes', escaped(KEY_ID, (code) => `\\x${hex(code, 2)}`)],
    ['HTML entities', escaped(KEY_ID, (code) => `&#${code};`)],
    ['hexadecimal HTML entities', escaped(KEY_ID, (code) => `&#x${hex(code, 2)};`)],
  ])('%s', (_, encoded) => {
    expect(redact(`before ${encoded} after`)).toBe(`before ${keyTag} after`);
  });

  it('each digit and letter as itself: \\u0033 is no escape character', () => {
    const token = `ghp_${LETTERS.slice(-36)}`;
    expect(redact(escaped(token, (code) => `\\u${hex(code, 4)}`))).toBe(engine.tag('github-token', token));
  });

  it('with what gives it away encoded too', () => {
    expect(redact(`x?next=password%3D${PASSWORD.replace('X', '%58')}`)).toBe(
      `x?next=password%3D${passwordTag}`,
    );
    expect(redact(`&lt;password&gt;${PASSWORD}&lt;/password&gt;`)).not.toContain(PASSWORD);
  });

  it('wrapped over lines, as they are and escaped, and in a diff', () => {
    const encoded = base64(
      `${'some text before it. '.repeat(8)}password=${PASSWORD}\n${'and text after. '.repeat(4)}`,
    );
    for (const lineEnd of ['\n', '\r\n', '\\n', '\n    ', '\n+']) {
      for (const width of [60, 64, 76]) {
        const wrapped = encoded.replace(new RegExp(`.{${width}}(?=.)`, 'g'), `$&${lineEnd}`);
        const out = redact(`cat x | base64\n${lineEnd === '\n+' ? '+' : ''}${wrapped}\n$ `);
        expect(out, JSON.stringify([lineEnd, width])).toMatch(
          /^cat x \| base64\n\+?\[REDACTED:secret:[0-9a-f]{8}\]\n\$ $/,
        );
      }
    }
  });

  it('before a line that only looks like more of it', () => {
    // Without padding, so that a word of four letters, or a text of its own, could go on with it.
    const encoded = base64(`mlsn.${'0a1b2c3d'.repeat(8)}`);
    expect(encoded).not.toContain('=');
    expect(redact(`${encoded}\ncost`)).toContain('[REDACTED:mailersend-token:');
    expect(redact(`${encoded}\n${encoded}\ncost`)).not.toContain(encoded);
    expect(redact(`${encoded}\nDB_TOKEN=`)).toMatch(/^\[[^\]]+\]\nDB_TOKEN=$/);
  });

  it('personal data and homes too', () => {
    expect(redact(`x ${base64('mail jane.doe@example.com about it')} y`)).toMatch(
      /^x \[REDACTED:email:[0-9a-f]{8}\] y$/,
    );
    expect(redact('file%3A%2F%2F%2Fhome%2Fjane%2Fx')).not.toContain('jane');
  });

  it('anywhere in base64 text, whatever stands before it', () => {
    const plain = fc.string({ unit: fc.constantFrom(...'abc xyz,.\n123'), maxLength: 60 });
    const prefix = fc.constantFrom('', 'data:text/plain;base64,', '/', 'x-', 'a/b_c/');
    fc.assert(
      fc.property(plain, plain, prefix, (before, after, start) => {
        const out = redact(`${start}${base64(`${before} ${KEY_ID} ${after}`)}`);
        expect(out).toMatch(/\[REDACTED:aws-access-key-id:[0-9a-f]{8}\]/);
      }),
      { numRuns: 300 },
    );
  });
});

describe('what is encoded and harmless stays', () => {
  const bytes = (length: number, seed: number) => {
    let state = seed;
    return Buffer.from(
      Array.from({ length }, () => {
        state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
        return state >>> 24;
      }),
    );
  };

  it.each([
    ['an image', `data:image/png;base64,${bytes(200_000, 1).toString('base64')}`],
    ['an integrity string', `"integrity": "sha512-${bytes(64, 2).toString('base64')}"`],
    ['hashes', Array.from({ length: 200 }, (_, i) => bytes(32, i).toString('hex')).join('\n')],
    ['prose in base64', base64('Nothing to be seen here, only some words that go on for a while.')],
    ['prose in hex', Buffer.from('Nothing to be seen here, only some words.').toString('hex')],
    ['a certificate', bytes(900, 3).toString('base64').replace(/.{64}/g, '$&\n')],
    [
      'a long path',
      'node_modules/some-package/dist/esm/internal/observable/operators/distinctUntilChanged.js.map',
    ],
    ['UTF-8 in percent-encoding', 'https://x.test/%E2%9C%93?q=caf%C3%A9%20noir'],
  ])('%s', (_, text) => {
    expect(engine.redact(text)).toEqual({ text, rules: [] });
  });
});

describe('what cannot be seen does not hide', () => {
  const halves = [KEY_ID.slice(0, 7), KEY_ID.slice(7)] as const;

  it.each([
    '\u200b',
    '\u200c',
    '\u200d',
    '\u2060',
    '\ufeff',
    '\u00ad',
    '\x1b[31m',
    '\x1b[0;1m',
    '\x1b]8;;x\x07',
  ])('%j in a token', (unseen) => {
    expect(redact(`key ${halves.join(unseen)} x`)).toBe(`key ${keyTag} x`);
    expect(redact(`x password=${PASSWORD.slice(0, 5)}${unseen}${PASSWORD.slice(5)} y`)).toBe(
      `x password=${passwordTag} y`,
    );
  });

  it('colours in escaped text', () => {
    expect(redact(`key ${halves.join('\\u001b[31m')} x`)).toBe(`key ${keyTag} x`);
    expect(redact(`key ${halves.join('\\x1b[0m')} x`)).toBe(`key ${keyTag} x`);
  });

  it('tags inside a token', () => {
    expect(redact(`key ${halves.join('[REDACTED:secret:00000000]')} x`)).toBe(`key ${keyTag} x`);
    expect(redact(`key ${halves.join('[REDACTED:nobody:00000000]')} x`)).toBe(`key ${keyTag} x`);
  });

  it('full-width forms', () => {
    const wide = escaped(KEY_ID, (code) => String.fromCharCode(code + 0xfee0));
    expect(redact(`key ${wide} x`)).toBe(`key ${keyTag} x`);
  });

  it.each([
    ['added', '+'],
    ['removed', '-'],
  ])('a key block that is %s in a diff', (_, mark) => {
    for (const lineEnd of ['\n', '\\n']) {
      const diff = `@@ -1,3 +1,30 @@${lineEnd}${PEM.split('\n')
        .map((line) => mark + line)
        .join(lineEnd)}${lineEnd} end`;
      expect(redact(diff)).toMatch(
        /^@@ -1,3 \+1,30 @@(?:\n|\\n)[+-]\[REDACTED:private-key:[0-9a-f]{8}\](?:\n|\\n) end$/,
      );
    }
  });
});

describe('what is quoted within quotes is read like what is quoted once', () => {
  const insert = `INSERT INTO users (id, mail, password) VALUES (7, 'shop', '${PASSWORD}');`;
  const csv = (text: string) => `id,name,value\n1,v,"${text.replaceAll('"', '""')}"\n2,w,x`;
  const sql = (text: string) => `INSERT INTO t (id, v) VALUES (7,'${text.replaceAll("'", "''")}'),(8,'x');`;
  const shell = (text: string) => `curl -H 'X-Value: ${text.replaceAll("'", `'\\''`)}' https://x.test`;

  it.each([
    csv(`"db_password": {"type": "string", "value": "${PASSWORD}"}`),
    csv(`"private_key_id": "${LETTERS.slice(-10, -4).repeat(7).slice(0, 40)}"`),
    csv(`"password": "${PASSWORD}"`),
    sql(insert),
    sql(`apiKey: '${PASSWORD}'`),
    shell(insert),
    shell(`apiKey: '${PASSWORD}'`),
    JSON.stringify({ command: shell(insert) }),
    JSON.stringify({ command: sql(insert) }),
  ])('%s', (text) => {
    expect(redact(text)).toMatch(/\[REDACTED:(?:secret|gcp-service-account-key-id):/);
    expect(redact(text)).not.toContain(PASSWORD);
  });

  it.each([
    `"""Doc of a function, '''quoted''' and ''empty''."""\nx = ''\ny = ""\n`,
    `['', '', 'password', ''].join("")`,
    `echo 'it'\\''s a password'`,
  ])('and %s stays', (text) => {
    expect(engine.redact(text)).toEqual({ text, rules: [] });
  });
});

describe('a value in two halves is put together', () => {
  const [first, second] = [PASSWORD.slice(0, 9), PASSWORD.slice(9)];
  it.each([
    [`const apiKey = "${first}" +\n  "${second}";`, `const apiKey = "${passwordTag}";`],
    [`api_key = '${first}'+'${second}'`, `api_key = '${passwordTag}'`],
    [`String id = "${KEY_ID.slice(0, 6)}"\n    + "${KEY_ID.slice(6)}";`, `String id = "${keyTag}";`],
    [`export API_KEY=${first}\\\n${second}\necho ok`, `export API_KEY=${passwordTag}\necho ok`],
  ])('%s', (text, expected) => {
    expect(redact(text)).toBe(expected);
    expect(redact(JSON.stringify({ code: text }))).toBe(JSON.stringify({ code: expected }));
  });

  it.each([
    `const text = "first" + "second" + 'third';`,
    'docker build \\\n  --no-cache .',
    `x = "password" + "field" + "name"`,
  ])('and %s stays', (text) => {
    expect(engine.redact(text)).toEqual({ text, rules: [] });
  });

  it('in linear time', () => {
    const text = `"abcdef" + `.repeat(100_000);
    const begin = performance.now();
    expect(engine.redact(text).rules).toEqual([]);
    expect(performance.now() - begin).toBeLessThan(5000);
  });
});

describe('comments and tags in the content switch nothing off', () => {
  it.each([
    (text: string) => `${text} # gitleaks:allow`,
    (text: string) => `${text} # pragma: allowlist secret`,
    (text: string) => `// secretlint-disable\n${text}\n// secretlint-enable`,
    (text: string) => `${text} // trufflehog:ignore nosec NOSONAR`,
    (text: string) => `[REDACTED:x:00000000]${text}[REDACTED:x:00000000]`,
    (text: string) => `[REDACTED:secret:00000000] ${text} [REDACTED:secret:00000000]`,
    (text: string) => `[REDACTED:${text} :00000000]`,
    (text: string) => `{"redacted": true, "safe": "${text}"}`,
  ])('%s', (wrap) => {
    expect(redact(wrap(KEY_ID))).not.toContain(KEY_ID);
    expect(redact(wrap(`password=${PASSWORD}`))).not.toContain(PASSWORD);
  });
});
