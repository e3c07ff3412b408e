import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { createCapture } from '../../../core/capture/index.ts';
import { redactYaml } from '../../../core/capture/yaml.ts';
import { KEY } from './support.ts';

const encode = (text: string) => new TextEncoder().encode(text);
const redacted = () => createCapture({ mode: 'redacted', hmacKey: KEY, yaml: redactYaml });

function textOf(path: string, text: string): string {
  const out = redacted().file(path, encode(text));
  if (!('bytes' in out)) throw new Error(`dropped: ${out.dropped}`);
  return new TextDecoder().decode(out.bytes);
}

describe('files in redacted mode', () => {
  it('JSON is parsed, redacted, and written as AgentV writes it', () => {
    const out = textOf('a/grading.json', '{"password":"hunter2","n":1.5,"list":[]}');
    expect(out).toMatch(
      /^\{\n {2}"password": "\[REDACTED:secret:[0-9a-f]{8}\]",\n {2}"n": 1\.5,\n {2}"list": \[\]\n\}\n$/,
    );
  });

  it('broken JSON is redacted as text', () => {
    expect(textOf('x.json', '{"password":"hunter2","n":')).not.toContain('hunter2');
  });

  it('JSON Lines go line by line, with half a line at the end', () => {
    const out = textOf('t.jsonl', '{"password":"hunter2"}\n\n{"a":1}\n{"password":"hunter2","b');
    const [first, empty, third, last] = out.split('\n');
    expect(JSON.parse(first ?? '')).toEqual({ password: expect.stringMatching(/^\[REDACTED:secret:/) });
    expect([empty, third]).toEqual(['', '{"a":1}']);
    expect(last).not.toContain('hunter2');
  });

  it('YAML is redacted as text where nobody brought what parses it', () => {
    const capture = createCapture({ mode: 'redacted', hmacKey: KEY });
    const out = capture.text('EVAL.yaml', 'db:\n  password: swordfish # bob@example.com\n');
    expect('text' in out && out.text).toMatch(
      /^db:\n {2}password: \[REDACTED:secret:[0-9a-f]{8}\] # \[REDACTED:email:[0-9a-f]{8}\]\n$/,
    );
  });

  it('YAML stays YAML, with its comments', () => {
    const source = [
      '# ask jane@example.com',
      'name: shop # a comment',
      'token: ghp_abcdefghijklmnopqrstuvwxyz0123456789',
      'input: AKIAIOSFODNN7EXAMPLE is my key',
      'db:',
      '  password: swordfish # bob@example.com',
      'text: |',
      '  export API_KEY=abc123def456',
      '  done',
      'max_tokens: 100',
      '',
    ].join('\n');
    const out = textOf('task/EVAL.yaml', source);
    for (const secret of ['jane@', 'bob@', 'ghp_', 'AKIA', 'swordfish', 'abc123def456'])
      expect(out).not.toContain(secret);
    expect(out).toContain('# a comment');
    expect(parse(out)).toEqual({
      name: 'shop',
      token: expect.stringMatching(/^\[REDACTED:github-token:[0-9a-f]{8}\]$/),
      input: expect.stringMatching(/^\[REDACTED:aws-access-key-id:[0-9a-f]{8}\] is my key$/),
      db: { password: expect.stringMatching(/^\[REDACTED:secret:[0-9a-f]{8}\]$/) },
      text: expect.stringMatching(/^export API_KEY=\[REDACTED:secret:[0-9a-f]{8}\]\ndone\n$/),
      max_tokens: 100,
    });
  });

  it('YAML without secrets stays to the byte', () => {
    const source = "a:   'x'   # spaced\n---\nb: [1,2]\n";
    expect(textOf('x.yml', source)).toBe(source);
  });

  it('what is no YAML is redacted as text', () => {
    expect(textOf('x.yaml', 'a: [unclosed\npassword: hunter2\n')).not.toContain('hunter2');
  });

  it.each(['x.json', 'x.jsonl', 'x.yaml', 'x.md', 'noending'])('%s redacted again stays', (path) => {
    const once = textOf(path, '{"password": "hunter2", "mail": "jane@example.com", "dir": "/home/jane/x"}\n');
    expect(textOf(path, once)).toBe(once);
    expect(once).not.toMatch(/hunter2|jane/);
  });

  it.each([
    ['NUL bytes', Uint8Array.of(97, 0, 98)],
    ['invalid UTF-8', Uint8Array.of(0xff, 0xfe, 97)],
  ])('drops a file with %s', (_, bytes) => {
    expect(redacted().file('x.bin', bytes)).toEqual({ dropped: 'binary' });
  });

  it('counts by kind, never by name', () => {
    const capture = redacted();
    capture.text('jane@example.com/secret-name.md', 'password=hunter2');
    expect(capture.counts).toEqual({
      by_rule: { 'named-assignment': 1 },
      by_field: { 'artifacts/*.text': 1 },
      fell_back: 0,
      fell_back_by: {},
    });
  });
});

describe('files in the other modes', () => {
  const bytes = encode('password=hunter2');

  it('none leaves in metadata-only', () => {
    const capture = createCapture({ mode: 'metadata-only' });
    expect(capture.file('x.md', bytes)).toEqual({ dropped: 'metadata-only' });
    expect(capture.text('x.md', 'harmless')).toEqual({ dropped: 'metadata-only' });
  });

  it('all leave as they are in full', () => {
    const capture = createCapture({ mode: 'full' });
    expect(capture.file('x.bin', bytes)).toEqual({ bytes });
    expect(capture.text('x.md', 'password=hunter2')).toEqual({ text: 'password=hunter2' });
  });
});
