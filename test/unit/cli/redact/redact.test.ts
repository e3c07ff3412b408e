/**
 * `agentv-opik redact`, in this process.
 */
import { mkdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { makeProject, type Project } from '../harness.ts';

// Put together here: scanners of repositories rightly stop at literals that look like live keys.
const AWS = ['AKIA', 'QYLPMN5HNXAK7BZQ'].join('');
const PASSWORD = ['tr0ub4dor', '-and-3'].join('');

let project: Project;
beforeEach(async () => {
  project = await makeProject();
});
afterEach(() => project.remove());

const json = async (argv: readonly string[], world = {}) => {
  const printed = await project.cli(['redact', ...argv, '--json'], world);
  return { ...printed, report: JSON.parse(printed.stdout) };
};

describe('a file', () => {
  it('of text: by rule and line, masked', async () => {
    await project.write('notes.txt', `hello\nkey ${AWS} here\nDB_PASSWORD=${PASSWORD}\n`);
    const { exitCode, stdout, stderr } = await project.cli(['redact', 'notes.txt']);
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
    expect(stdout).toBe(`2 findings in 1 file (1 file scanned)
  notes.txt:2  aws-access-key-id  AKI…BZQ
  notes.txt:3  secret  tr…-3
By rule:
  1  aws-access-key-id
  1  secret
`);
  });

  it.each([
    [
      'a.json',
      JSON.stringify({ env: [{ name: 'DB_PASSWORD', value: PASSWORD }] }, null, 2),
      '$.env[0].value',
    ],
    ['a.jsonl', `{"x":1}\n${JSON.stringify({ db: { password: PASSWORD } })}\n`, '$.db.password'],
    ['a.yaml', `# a comment\ndb:\n  password: ${PASSWORD}\n`, '$.db.password'],
  ])('%s: by path', async (name, text, path) => {
    await project.write(name, text);
    const { report } = await json([name]);
    expect(report).toMatchObject({
      total: 1,
      files_scanned: 1,
      findings: [{ file: name, path, rule: 'secret' }],
    });
    expect(JSON.stringify(report)).not.toContain(PASSWORD);
  });

  it('of YAML: comments too', async () => {
    await project.write('a.yaml', `# ask jane@example.com\npassword: ${PASSWORD}\n`);
    expect((await json(['a.yaml'])).report.by_rule).toEqual({ email: 1, secret: 1 });
  });

  it('with nothing in it', async () => {
    await project.write('clean.md', '# Nothing\n');
    const { stdout, exitCode } = await project.cli(['redact', 'clean.md', '--fail-on-findings']);
    expect({ stdout, exitCode }).toEqual({ stdout: 'Nothing to redact (1 file scanned)\n', exitCode: 0 });
  });

  it('that is binary is left out and named', async () => {
    await writeFile(join(project.folder, 'a.bin'), Buffer.from([1, 0, 2]));
    const { report, exitCode } = await json(['a.bin', '--fail-on-findings']);
    expect(report).toMatchObject({
      total: 0,
      files_scanned: 0,
      skipped: [{ file: 'a.bin', reason: 'binary' }],
    });
    expect(exitCode).toBe(0);
  });

  it('that is not there', async () => {
    const { exitCode, stderr } = await project.cli(['redact', 'no-such-file']);
    expect(exitCode).toBe(2);
    expect(stderr).toMatch(/^Error: /);
  });
});

describe('--output', () => {
  it('writes the redacted text, also in place, and scans clean afterwards', async () => {
    await project.write('a.jsonl', `${JSON.stringify({ k: AWS })}\nplain ${AWS}\n`);
    const { exitCode } = await project.cli(['redact', 'a.jsonl', '--output', 'a.jsonl']);
    expect(exitCode).toBe(0);
    const text = await readFile(join(project.folder, 'a.jsonl'), 'utf8');
    expect(text).toMatch(
      /^\{"k":"\[REDACTED:aws-access-key-id:0{8}\]"\}\nplain \[REDACTED:aws-access-key-id:0{8}\]\n$/,
    );
    expect((await json(['a.jsonl'])).report.total).toBe(0);
  });

  it('-: the text alone on standard output, the report beside it', async () => {
    const { stdout, stderr, exitCode } = await project.cli(['redact', '-', '-o', '-', '--fail-on-findings'], {
      stdin: `a ${AWS} b\n`,
    });
    expect(stdout).toBe('a [REDACTED:aws-access-key-id:00000000] b\n');
    expect(stderr).toMatch(/^1 finding in 1 file/);
    expect(exitCode).toBe(4);
  });

  it.each([
    [['redact', '-o', 'x'], 'A run is not written'],
    [['redact', 'a.txt', 'b.txt', '-o', 'x'], '--output takes the text of one file, not of 2'],
    [['redact', 'a.txt', '-o', '-', '--json'], '--json and --output -'],
    [['redact', 'a.txt', '-o', 'no/such/folder/x'], 'cannot be written'],
    [['redact', 'a.txt', '--format', 'xml'], '--format must be one of text, json, jsonl, yaml'],
  ])('%j is refused', async (argv, message) => {
    await project.write('a.txt', 'a');
    await project.write('b.txt', 'b');
    const { exitCode, stderr } = await project.cli(argv);
    expect(exitCode).toBe(2);
    expect(stderr).toContain(message);
  });

  it('writes nothing of a binary file', async () => {
    await writeFile(join(project.folder, 'a.bin'), Buffer.from([65, 0, 66]));
    const { exitCode, stderr } = await project.cli(['redact', 'a.bin', '-o', 'out.txt']);
    expect({ exitCode, stderr }).toMatchObject({
      exitCode: 1,
      stderr: expect.stringContaining('no text in UTF-8'),
    });
    await expect(readFile(join(project.folder, 'out.txt'))).rejects.toMatchObject({ code: 'ENOENT' });
  });
});

describe('standard input', () => {
  it.each([
    ['JSON', '{\n "password": "SECRET"\n}\n', '$.password'],
    ['JSON Lines', '{"a":1}\n{"password":"SECRET"}\n', '$.password'],
  ])('%s is known by its beginning', async (_, text, path) => {
    const { report } = await json(['-'], { stdin: text.replace('SECRET', PASSWORD) });
    expect(report.findings).toMatchObject([{ file: '-', path }]);
  });
});

describe('a folder', () => {
  it('with all its files, but for .git and what links lead to', async () => {
    await project.write('logs/b/two.txt', AWS);
    await project.write('logs/one.txt', AWS);
    await project.write('logs/.git/config', AWS);
    await symlink(join(project.folder, 'logs/one.txt'), join(project.folder, 'logs/link.txt'));
    const { report, exitCode } = await json(['logs', '--fail-on-findings']);
    expect(report).toMatchObject({ files_scanned: 2, by_file: { 'logs/b/two.txt': 1, 'logs/one.txt': 1 } });
    expect(exitCode).toBe(4);
  });
});

describe('a run', () => {
  it('is the latest by default; its paths alone fail nothing', async () => {
    const { report, exitCode } = await json(['--fail-on-findings']);
    expect(report.files_scanned).toBeGreaterThan(20);
    expect(report.total).toBe(report.host_paths);
    expect(report.findings).toContainEqual(
      expect.objectContaining({ file: 'index.jsonl', line: 3, result: 'refund-json', rule: 'home-path' }),
    );
    expect(exitCode).toBe(0);
  });

  it('shows what every result and every file would lose', async () => {
    const run = join(project.folder, '.agentv/results/runs/baseline/2026-11-20T10-21-37-666Z');
    const index = join(run, 'index.jsonl');
    await writeFile(index, (await readFile(index, 'utf8')).replaceAll('"question"', `"${AWS}"`));
    await mkdir(join(run, 'extra'));
    await writeFile(join(run, 'extra/stderr.log'), `password: ${PASSWORD}\n`);
    const { report } = await json([run]);
    expect(report.findings).toContainEqual(
      expect.objectContaining({ file: 'extra/stderr.log', line: 1, rule: 'secret' }),
    );
    expect(JSON.stringify(report)).not.toMatch(new RegExp(`${AWS}|${PASSWORD}`));
  });
});

describe('the rules', () => {
  it('are listed with the own ones', async () => {
    await project.write('.agentv/opik.yaml', 'redact_patterns:\n  - { id: ticket, pattern: "T-[0-9]+" }\n');
    const { report } = await json(['--list-rules']);
    expect(report.rules).toContainEqual({
      id: 'ticket',
      class: 'your own',
      description: 'A pattern of your own (.agentv/opik.yaml:2: redact_patterns)',
    });
    expect(report.rules).toContainEqual(expect.objectContaining({ id: 'email', class: 'personal data' }));
    expect(report.total).toBe(report.rules.length);
  });

  it('are explained, with an example that holds no secret', async () => {
    const { stdout } = await project.cli(['redact', '--explain', 'email']);
    expect(stdout).toContain('email (personal data)\n  An e-mail address\n');
    expect(stdout).toContain('Example: [REDACTED:email:00000000]');
    expect(stdout).toContain('leave email out of redact_personal');
  });

  it('are suggested when misspelt', async () => {
    const { exitCode, stderr } = await project.cli(['redact', '--explain', 'emial']);
    expect({ exitCode, stderr }).toEqual({
      exitCode: 2,
      stderr: 'Error: There is no rule "emial"\n  Did you mean email?\n',
    });
  });
});

describe('personal data', () => {
  it('is left when the settings say so, homes included', async () => {
    const line = `jane@acme-corp.com +14155552671 ${project.home}/x /home/jane/y ${AWS}\n`;
    await project.write('a.txt', line);
    const { stdout } = await project.cli(['redact', 'a.txt', '-o', '-'], {
      env: { AGENTV_OPIK_REDACT_PERSONAL: 'none' },
    });
    expect(stdout).toBe(line.replace(AWS, '[REDACTED:aws-access-key-id:00000000]'));
  });
});

describe('questions at once', () => {
  it.each([
    [['--list-rules', '--explain', 'jwt'], '--list-rules and --explain'],
    [['--explain', 'jwt', 'x.txt'], '--explain and a run or a file'],
  ])('are refused: %j', async (args, named) => {
    const { exitCode, stderr } = await project.cli(['redact', ...args]);
    expect(exitCode).toBe(2);
    expect(stderr).toContain(`${named} cannot be given together`);
  });
});

describe('settings that are wrong', () => {
  it('name the line', async () => {
    await project.write('.agentv/opik.yaml', 'redact_patterns:\n  - id: bad\n    pattern: "(a"\n');
    const { exitCode, stderr } = await project.cli(['redact', '--list-rules']);
    expect(exitCode).toBe(2);
    expect(stderr).toMatch(
      /^Error: \.agentv\/opik\.yaml:2: redact_patterns: "\(a" is no pattern: missing closing/,
    );
  });

  it('warn of a variable that is not there', async () => {
    await project.write('.agentv/opik.yaml', 'redact_env: [SHOP_API_KEY]\n');
    const { exitCode, stderr } = await project.cli(['redact', '--list-rules']);
    expect(exitCode).toBe(0);
    expect(stderr).toContain('Warning: .agentv/opik.yaml:1: redact_env: SHOP_API_KEY is not set here');
  });
});
