import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type OpikStandIn, startOpikStandIn } from '../../support/opik/index.ts';
import { makeProject, type Project, RUN_ID } from './harness.ts';

let project: Project;
let opik: OpikStandIn;
let env: Record<string, string>;

beforeEach(async () => {
  [project, opik] = await Promise.all([makeProject(), startOpikStandIn()]);
  env = { OPIK_URL_OVERRIDE: opik.url };
});
afterEach(async () => {
  await Promise.all([project.remove(), opik.close()]);
});

const uploadJson = async (...flags: string[]) =>
  JSON.parse((await project.cli(['upload', '--store', './bundles', '--json', ...flags])).stdout);

describe('upload', () => {
  it('stores the latest run and says where', async () => {
    const { stdout, stderr, exitCode, leftBehind } = await project.cli(['upload', '--store', './bundles']);
    expect(exitCode).toBe(0);
    expect(stderr).toBe('');
    expect(leftBehind).toEqual([]);
    expect(
      stdout.replaceAll(project.folder, '<project>').replaceAll(/\b[0-9a-f]{12,64}\b/g, '<digest>'),
    ).toBe(
      `Bundle written to: file://<project>/bundles/runs/shop/2026/11/20/2026-11-20t10-21-37-666z/<digest>
  Run: baseline / ${RUN_ID}
  Source: shop
  Results: 4 (2 passed, 2 failed)
  Gate: failed (derived from the results; --gate-exit-code records AgentV's own)
  Capture: metadata-only (no prompts or answers; see --capture)
  Objects: 2 objects written, 0 reused, ${/\d\.\d KiB/.exec(stdout)?.[0]} in all
  Digest: <digest>
Tip: deliver it with: agentv-opik ingest file://<project>/bundles/runs/shop/2026/11/20/2026-11-20t10-21-37-666z/<digest>, unless your store does so by itself
`,
    );
  });

  it('gives one JSON object, and the same bundle the second time', async () => {
    const first = await uploadJson('--gate-exit-code', '1', '--source', 'github.com/acme/shop');
    expect(first).toMatchObject({
      outcome: 'created',
      revision: 1,
      run_id: RUN_ID,
      experiment: 'baseline',
      source: 'github.com/acme/shop',
      complete: true,
      gate: { status: 'failed', exit_code: 1, derived: false, rows: { passed: 2, failed: 2, errored: 0 } },
      capture: { mode: 'metadata-only', fell_back: 0 },
      totals: { results: 4, rejected: 0 },
      objects: { total: 2, uploaded: 2, reused: 0 },
    });
    const second = await uploadJson('--gate-exit-code', '1', '--source', 'github.com/acme/shop');
    expect(second).toMatchObject({ outcome: 'exists', bundle: first.bundle, digest: first.digest });
  });

  it('records names of flags and variables, and no values', async () => {
    const { stdout } = await project.cli(['upload', '--store', './bundles', '--json', '--no-assertions'], {
      env: {
        OPIK_API_KEY: 'sk-very-secret',
        AGENTV_OPIK_PROJECT: 'p',
        AGENTV_VERSION: '4.42.4',
        GITHUB_RUN_ID: '7',
      },
    });
    const manifest = await readFile(
      join(JSON.parse(stdout).bundle.replace('file://', ''), 'manifest.json'),
      'utf8',
    );
    expect(manifest).not.toContain('very-secret');
    expect(JSON.parse(manifest).provenance).toMatchObject({
      agentv_version: '4.42.4',
      flags: ['--store', '--no-assertions', '--json'],
      env_names: ['AGENTV_OPIK_PROJECT', 'OPIK_API_KEY'],
    });
  });

  it('shows in a dry run what would be stored, and stores nothing', async () => {
    const { stdout, exitCode } = await project.cli([
      'upload',
      '--store',
      './bundles',
      '--dry-run',
      '--capture',
      'redacted',
    ]);
    expect(exitCode).toBe(0);
    expect(stdout).toContain('Dry run: nothing was stored in ./bundles\n');
    expect(stdout).toMatch(/^ {4}parts\/00000\.jsonl\.zst {2}\d.* 4 lines$/m);
    expect(stdout).toMatch(/^ {2}Redactions: /m);
    expect(await readdir(project.folder)).not.toContain('bundles');
  });

  it('waits for the delivery', async () => {
    await project.write('.agentv/opik.yaml', 'store: ./bundles\n');
    const stored = await uploadJson();
    const sleep = async (): Promise<void> => {
      await project.cli(['ingest', stored.bundle], { env });
    };
    const { stdout, exitCode } = await project.cli(['upload', '--wait', '--json'], { sleep });
    expect(exitCode).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      bundle: stored.bundle,
      receipt: { status: 'delivered', experiment_url: expect.stringContaining(opik.url) },
    });
  });

  it.each([
    ['best-effort', 0],
    ['required', 3],
  ])('gives up waiting under %s with %d', async (policy, code) => {
    const { stderr, exitCode } = await project.cli(
      ['upload', '--store', './bundles', '--wait', '--wait-timeout', '1', '--policy', policy],
      { sleep: (ms) => new Promise((done) => setTimeout(done, ms)) },
    );
    expect(exitCode).toBe(code);
    expect(stderr).toContain('was not delivered within 1 s');
  });

  it('takes a relative store in the file from the file, and on the command line from here', async () => {
    await project.write('.agentv/opik.yaml', 'store: ./bundles\n');
    await project.write('packages/a/x', '');
    const cwd = join(project.folder, 'packages', 'a');
    await project.cli(['upload', '--quiet'], { cwd });
    await project.cli(['upload', '--quiet', '--store', './here'], { cwd });
    expect(await readdir(project.folder)).toContain('bundles');
    expect(await readdir(cwd)).toContain('here');
  });
});

describe('export', () => {
  it('delivers the run, with a link at the end, and again sends nothing', async () => {
    const first = await project.cli(['export', '--project', 'shop'], { env });
    expect(first.exitCode).toBe(0);
    expect(first.stdout).toMatch(/^Delivered to Opik: baseline · 2026-11-20T10-21-37-666Z\n/);
    expect(first.stdout).toMatch(
      /\nOpen in Opik: http:\/\/127\.0\.0\.1:\d+\/api\/v1\/session\/redirect\/experiments\/\S+\n$/,
    );
    expect(await readFile(join(project.folder, '.agentv', 'opik', '.gitignore'), 'utf8')).toBe('*\n');

    const requests = opik.requests.length;
    const again = await project.cli(['export', '--project', 'shop'], { env });
    expect(again.stdout).toMatch(/^Already in Opik: /);
    expect(opik.requests.length).toBe(requests);
  });

  it('gives the receipt as one JSON object', async () => {
    const { stdout, stderr } = await project.cli(['export', '--json'], { env });
    expect(stderr).toBe('');
    expect(JSON.parse(stdout)).toMatchObject({
      schema: 'agentv-opik.receipt.v1',
      status: 'delivered',
      outcome: 'sent',
      results: 4,
      experiment_url: expect.stringContaining('experiment_id='),
      bundle_uri: expect.stringMatching(/^file:\/\/.*\/\.agentv\/opik\/store\/runs\//),
    });
  });

  it('writes in a dry run the requests that it then sends', async () => {
    const planned = await project.cli(['export', '--dry-run'], { env });
    expect(planned.exitCode).toBe(0);
    expect(opik.requests).toEqual([]);
    expect(await readdir(join(project.folder, '.agentv'))).not.toContain('opik');
    const document = JSON.parse(planned.stdout);
    expect(planned.stderr).toContain(
      `Dry run: nothing was sent; to an empty Opik it would be ${document.requests.length} requests`,
    );

    await project.cli(['export'], { env });
    const sent = opik.requests.map(({ method, path }) => ({ method, path: path.replace(/^\/api/, '') }));
    const shown = document.requests.map(({ method, path }: { method: string; path: string }) => ({
      method,
      path,
    }));
    expect(shown).toEqual(sent);
  });

  it('writes the requests to a file', async () => {
    const out = join(project.folder, 'requests.json');
    const { stdout } = await project.cli(['export', '--dry-run', '-o', 'requests.json', '--json'], { env });
    expect(JSON.parse(stdout)).toMatchObject({ dry_run: true, file: out, results: 4 });
    expect(JSON.parse(await readFile(out, 'utf8')).schema).toBe('agentv-opik.dry-run.v1');
    const refused = await project.cli(['export', '--dry-run', '-o', 'no/such/folder.json'], { env });
    expect(refused.exitCode).toBe(2);
  });

  it('needs no credentials for a dry run', async () => {
    expect((await project.cli(['export', '--dry-run'])).exitCode).toBe(0);
  });
});

describe('policy', () => {
  it('makes no credentials one warning', async () => {
    const { stdout, stderr, exitCode } = await project.cli(['export']);
    expect({ stdout, exitCode }).toEqual({ stdout: '', exitCode: 0 });
    expect(stderr.match(/Warning:/g)).toHaveLength(1);
    expect(stderr).toContain('Export failed: No Opik credentials');
    expect(stderr).toContain('--policy required makes it 3');
  });

  it('makes no credentials an error when required', async () => {
    const { stderr, exitCode } = await project.cli(['export', '--policy', 'required']);
    expect(exitCode).toBe(3);
    expect(stderr).toMatch(/^Error: No Opik credentials/);
  });

  it('does not even try when disabled', async () => {
    await project.write('.agentv/opik.yaml', 'policy: disabled\n');
    expect(await project.cli(['export', '--json'], { env })).toMatchObject({
      stdout: expect.stringContaining('"status": "skipped"'),
      exitCode: 0,
    });
    expect(await project.cli(['upload'])).toMatchObject({
      stdout: 'Upload skipped: the policy is disabled\n',
      exitCode: 0,
    });
    expect(opik.requests).toEqual([]);
  });

  it.each([
    ['best-effort', 0, 'Warning: '],
    ['required', 3, 'Error: '],
  ])('%s makes of a refused delivery exit code %d', async (policy, code, start) => {
    opik.fault({ kind: 'status', status: 401, body: { code: 401, message: 'Invalid API key' }, times: 99 });
    const { stderr, stdout, exitCode } = await project.cli(['export', '--json', '--policy', policy], { env });
    expect(exitCode).toBe(code);
    expect(stderr.startsWith(start)).toBe(true);
    expect(JSON.parse(stdout)).toMatchObject({
      error: { code: 'OPIK_AUTH', hint: expect.stringContaining('OPIK_API_KEY') },
    });
  });

  it('tells of retries, and delivers in the end', async () => {
    opik.fault({ kind: 'status', status: 503, times: 2 });
    const { stderr, exitCode, stdout } = await project.cli(['export', '--policy', 'required'], { env });
    expect(exitCode).toBe(0);
    expect(stderr.match(/Trying again in \d+ s \(\d of 8\)/g)).toHaveLength(2);
    expect(stdout).toContain('Delivered to Opik');
  });

  it.each([
    ['best-effort', 0],
    ['required', 3],
  ])('%s makes of a partial delivery %d, and prints one object', async (policy, code) => {
    opik.fault({
      kind: 'status',
      status: 400,
      body: { code: 400, message: 'bad score' },
      at: ({ path }) => path.includes('feedback-scores'),
      times: 1000,
    });
    const { stderr, stdout, exitCode } = await project.cli(['export', '--json', '--policy', policy], { env });
    expect(exitCode).toBe(code);
    expect(JSON.parse(stdout)).toMatchObject({ status: 'partial' });
    expect(stderr).toMatch(/Opik refused \d+ of what was sent; the first: score: /);
  });

  it('follows the policy also where the store fails', async () => {
    await project.write('file', 'not a folder');
    const soft = await project.cli(['upload', '--store', './file/bundles']);
    expect(soft).toMatchObject({ exitCode: 0, stderr: expect.stringContaining('Warning: Upload failed') });
    expect(
      (await project.cli(['upload', '--store', './file/bundles', '--policy', 'required'])).exitCode,
    ).toBe(3);
  });

  it('follows the policy where the project cannot be written', async () => {
    await project.write('.agentv/opik', 'a file in the way');
    const { exitCode, stderr } = await project.cli(['export', '--policy', 'required'], { env });
    expect(exitCode).toBe(3);
    expect(stderr).toContain('agentv-opik upload --store');
  });
});

describe('mistakes are errors under every policy', () => {
  it.each([
    [['upload'], 'No store is named'],
    [['upload', '--store', 'ftp://x'], 'No store has the scheme "ftp:"'],
    [['upload', 'no-such-run', '--store', './b'], 'No run "no-such-run"'],
    [['export', '--capture', 'all'], '--capture must be metadata-only, redacted or full, not "all"'],
    [['export', '--stroe', 'x'], "Unknown option '--stroe'"],
    [['exprt'], "Unknown command 'exprt'"],
    [['ingest'], "Missing required argument 'bundle'"],
    [['export', 'a', 'b'], 'Too many arguments'],
    [['pull', 'x'], "Required option '-o, --out <dir>' not specified"],
    [['list', '--store', './b', '--limit', 'many'], '--limit must be a whole number above 0, not "many"'],
    [['status', 'abcd', '--store', './b'], 'No bundle "abcd"'],
    [['ingest', 's3://team-evals/agentv'], 's3://team-evals/agentv is no bundle'],
    [['ingest', 'http://x/y'], 'A store is not named by its http: address'],
  ])('%j', async (argv, message) => {
    const { stdout, stderr, exitCode } = await project.cli(argv, { env });
    expect(exitCode).toBe(2);
    expect(stdout).toBe('');
    expect(stderr.startsWith(`Error: ${message}`)).toBe(true);
    expect(stderr).not.toContain('    at ');
    const json = await project.cli([...argv, '--json'], { env });
    expect(JSON.parse(json.stdout).error.message).toContain(message);
  });

  it.each(['upload', 'export'])('%s of an interrupted run, unless it is allowed', async (command) => {
    const interrupted = await makeProject('interrupted-raw');
    try {
      const argv = [command, '--store', './b'].slice(0, command === 'export' ? 1 : 3);
      const refused = await interrupted.cli(argv, { env });
      expect(refused).toMatchObject({
        exitCode: 2,
        stderr: expect.stringMatching(/^Error: The run .* is not finished/),
      });
      const taken = await interrupted.cli([...argv, '--allow-incomplete'], { env });
      expect(taken).toMatchObject({ exitCode: 0, stderr: '' });
    } finally {
      await interrupted.remove();
    }
  });

  it.each([
    [
      'experimentname: x\n',
      '.agentv/opik.yaml:1: unknown key "experimentname"',
      'Did you mean experiment_name?',
    ],
    ['project: [a\n', '.agentv/opik.yaml:', 'Correct the line'],
    ['api_key: x\n', '.agentv/opik.yaml:1: api_key does not belong', 'OPIK_API_KEY'],
  ])('in opik.yaml: %j', async (text, message, hint) => {
    await project.write('.agentv/opik.yaml', text);
    const { stderr, exitCode } = await project.cli(['export'], { env });
    expect(exitCode).toBe(2);
    expect(stderr).toContain(`Error: ${message}`);
    expect(stderr).toContain(hint);
  });

  it('an OPIK_CONFIG_PATH that is not there', async () => {
    const { stderr, exitCode } = await project.cli(['export'], { env: { OPIK_CONFIG_PATH: './none' } });
    expect({ exitCode, stderr }).toMatchObject({
      exitCode: 2,
      stderr: expect.stringContaining('names ./none'),
    });
  });
});

describe('bundles are named', () => {
  it('by URI, manifest, path, run folder, run id and digest', async () => {
    const { bundle, digest } = await uploadJson();
    const path = bundle.replace('file://', '');
    for (const reference of [
      bundle,
      `${bundle}/manifest.json`,
      path,
      path.replace(/\/[0-9a-f]{12}$/, ''),
      RUN_ID,
      `baseline/${RUN_ID}`,
      digest,
      digest.slice(0, 6),
    ]) {
      const { stdout, exitCode } = await project.cli(['status', reference, '--store', './bundles', '--json']);
      expect({ reference, exitCode, ...JSON.parse(stdout) }).toMatchObject({
        reference,
        exitCode: 0,
        digest,
        status: 'not_delivered',
      });
    }
  });

  it('by the newest state of a run, and an older one is superseded', async () => {
    const older = await uploadJson();
    const newer = await uploadJson('--gate-exit-code', '0');
    const status = await project.cli(['status', RUN_ID, '--store', './bundles', '--json']);
    expect(JSON.parse(status.stdout).digest).toBe(newer.digest);

    const ingest = await project.cli(['ingest', older.bundle, '--json', '--policy', 'required'], { env });
    expect(ingest.exitCode).toBe(0);
    expect(ingest.stderr).toMatch(/^Warning: .* was superseded by /);
    expect(JSON.parse(ingest.stdout)).toEqual({
      status: 'superseded',
      bundle: older.bundle,
      superseded_by: newer.bundle,
    });
    expect(JSON.parse((await project.cli(['status', older.bundle, '--json'])).stdout)).toMatchObject({
      status: 'superseded',
      superseded_by: newer.bundle,
    });
  });

  it('in the project own store when none is named', async () => {
    await project.cli(['export'], { env });
    const { stdout } = await project.cli(['status', RUN_ID]);
    expect(stdout).toContain('  Status: delivered\n');
  });

  it('ambiguously only if several go by the name', async () => {
    await uploadJson('--source', 'one');
    await uploadJson('--source', 'two');
    const { stderr, exitCode } = await project.cli(['status', RUN_ID, '--store', './bundles']);
    expect(exitCode).toBe(2);
    expect(stderr).toMatch(/names 2 bundles:\n- file:.*\/one\/.*\n- file:.*\/two\//);
  });
});

describe('ingest', () => {
  it('delivers where this side says, as far as the uploader captured', async () => {
    const { bundle } = await uploadJson('--project', 'theirs', '--capture', 'redacted');
    const { stdout } = await project.cli(['ingest', bundle, '--project', 'ours', '--group-by', 'target'], {
      env,
    });
    expect(stdout).toContain('  Project: ours\n');
    expect(stdout).toContain(
      '  Capture: metadata-only (the bundle holds redacted; --capture redacted delivers that)\n',
    );
    const asUploaded = await project.cli(['ingest', bundle, '--capture', 'redacted', '--json'], {
      env: { ...env, HOME_PROJECT: '' },
    });
    expect(JSON.parse(asUploaded.stdout)).toMatchObject({
      capture_mode: 'redacted',
      destination: { project: 'theirs' },
    });
  });

  it('does not let a personal ~/.opik.config overrule the uploader', async () => {
    await writeFile(
      join(project.home, '.opik.config'),
      `[opik]\nurl_override = ${opik.url}\nproject_name = mine\n`,
    );
    const { bundle } = await uploadJson('--project', 'theirs');
    const { stdout } = await project.cli(['ingest', bundle, '--json']);
    expect(JSON.parse(stdout).destination.project).toBe('theirs');
  });

  it('sends again by force', async () => {
    const { bundle } = await uploadJson();
    await project.cli(['ingest', bundle], { env });
    const before = opik.requests.length;
    expect((await project.cli(['ingest', bundle], { env })).stdout).toMatch(/^Already in Opik/);
    expect(opik.requests.length).toBe(before);
    expect((await project.cli(['ingest', bundle, '--force'], { env })).stdout).toMatch(/^Delivered to Opik/);
    expect(opik.requests.length).toBeGreaterThan(before);
  });
});

describe('status, list, verify and pull', () => {
  it('status times out with 3', async () => {
    const { bundle } = await uploadJson();
    const { exitCode } = await project.cli(['status', bundle, '--wait', '--wait-timeout', '1'], {
      sleep: (ms) => new Promise((done) => setTimeout(done, ms)),
    });
    expect(exitCode).toBe(3);
  });

  it('list shows the newest, and what is in Opik', async () => {
    const { bundle, digest } = await uploadJson();
    await project.cli(['ingest', bundle], { env });
    const { stdout } = await project.cli(['list', '--store', './bundles']);
    expect(stdout).toBe(
      `STARTED           DIGEST        RESULTS  GATE     CAPTURE        IN OPIK  RUN                                  SOURCE
2026-11-20 10:21  ${digest.slice(0, 12)}  2/4      failed*  metadata-only  yes      baseline / ${RUN_ID}  shop
* derived from the results, for lack of AgentV's exit code
`,
    );
    const json = await project.cli(['list', '--store', './bundles', '--source', 'other', '--json']);
    expect(JSON.parse(json.stdout)).toMatchObject({ total: 0, bundles: [] });
  });

  it('list survives a broken manifest', async () => {
    const { bundle } = await uploadJson();
    await writeFile(join(bundle.replace('file://', ''), 'manifest.json'), '{');
    const { stdout, exitCode } = await project.cli(['list', '--store', './bundles']);
    expect({ stdout, exitCode }).toMatchObject({
      stdout: expect.stringMatching(/^✗ .*: not JSON\n$/),
      exitCode: 0,
    });
  });

  it('verify finds what was changed', async () => {
    const { bundle } = await uploadJson();
    expect(await project.cli(['verify', bundle])).toMatchObject({
      exitCode: 0,
      stdout: expect.stringMatching(/^✓ /),
    });
    await rm(join(bundle.replace('file://', ''), 'parts', '00000.jsonl.zst'));
    const { stdout, exitCode } = await project.cli(['verify', bundle, '--json']);
    expect(exitCode).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({
      valid: false,
      problems: [expect.stringContaining('is missing')],
    });
  });

  it('pull writes a run that can be uploaded again, and overwrites nothing', async () => {
    const { bundle } = await uploadJson('--capture', 'full');
    const { stdout, exitCode } = await project.cli(['pull', bundle, '-o', 'pulled', '--json']);
    expect(exitCode).toBe(0);
    const { directory } = JSON.parse(stdout);
    expect(directory).toBe(join(project.folder, 'pulled'));
    expect(await readdir(directory)).toContain('index.jsonl');
    const again = await uploadJson(directory, '--capture', 'full');
    expect(again).toMatchObject({ run_id: RUN_ID, totals: { results: 4 } });
    expect((await project.cli(['pull', bundle, '-o', 'pulled'])).exitCode).toBe(2);
  });
});

describe('GitHub Actions', () => {
  it('gets annotations, outputs and a summary', async () => {
    const files = {
      GITHUB_OUTPUT: join(project.home, 'out'),
      GITHUB_STEP_SUMMARY: join(project.home, 'summary.md'),
    };
    const actions = { ...env, ...files, GITHUB_ACTIONS: 'true' };
    const { stdout } = await project.cli(['export', '--json'], { env: actions });
    const receipt = JSON.parse(stdout);
    const outputs = await readFile(files.GITHUB_OUTPUT, 'utf8');
    expect(outputs).toMatch(/^status<<(agentv-opik-[0-9a-f-]{36})\ndelivered\n\1\n/);
    expect(outputs).toContain(`\n${receipt.experiment_url}\n`);
    const summary = await readFile(files.GITHUB_STEP_SUMMARY, 'utf8');
    expect(summary).toContain('**[Open the experiment in Opik](');
    expect(summary).toContain('| Tests | 2 passed, 2 failed |');

    const failed = await project.cli(['export', '--json'], { env: { ...files, GITHUB_ACTIONS: 'true' } });
    expect(failed.stderr).toMatch(
      /^::warning title=agentv-opik::Export failed: No Opik credentials[^\n]*\n$/,
    );
    expect(await readFile(files.GITHUB_OUTPUT, 'utf8')).toContain('\nfailed\n');
  });
});

describe('what a person sees', () => {
  it('is coloured on a terminal, and not without or under NO_COLOR', async () => {
    const argv = ['upload', '--dry-run'];
    const coloured = await project.cli(argv, { isTTY: true });
    expect(coloured.stdout).toContain('\u001b[33mDry run:\u001b[39m');
    for (const world of [
      {},
      { isTTY: true, env: { NO_COLOR: '1' } },
      { isTTY: true, env: { FORCE_COLOR: '0' } },
    ]) {
      expect((await project.cli(argv, world)).stdout).not.toContain('\u001b[');
    }
    expect((await project.cli(argv, { env: { FORCE_COLOR: '1' } })).stdout).toContain('\u001b[33m');
  });

  it('has a progress bar on a terminal only, and none under --quiet or CI', async () => {
    const bar = async (argv: string[], world: object) =>
      (await project.cli(['upload', '--store', './b', ...argv], world)).stderr.includes('█');
    expect(await bar([], { isTTY: true })).toBe(true);
    expect(await bar(['--quiet'], { isTTY: true })).toBe(false);
    expect(await bar([], { isTTY: true, env: { CI: 'true' } })).toBe(false);
    expect(await bar([], {})).toBe(false);
  });

  it('tells how to go on when it is interrupted', async () => {
    const { InterruptedError } = await import('../../../cli/errors.ts');
    for (const [signal, code] of [
      ['SIGINT', 130],
      ['SIGTERM', 143],
    ] as const) {
      const abort = AbortSignal.abort(new InterruptedError(signal));
      const { exitCode, stderr, leftBehind } = await project.cli(['export', '--project', 'my shop'], {
        env,
        signal: abort,
      });
      expect({ exitCode, leftBehind }).toEqual({ exitCode: code, leftBehind: [] });
      expect(stderr).toContain("To go on:\n  agentv-opik export --project 'my shop'\n");
    }
  });

  it('has examples in the help of each command', async () => {
    for (const command of ['upload', 'ingest', 'export', 'status', 'list', 'pull', 'verify']) {
      const { stdout, exitCode } = await project.cli([command, '--help']);
      expect(exitCode).toBe(0);
      expect(stdout).toContain(`EXAMPLES:\n  $ agentv-opik ${command}`);
    }
    expect((await project.cli([])).stdout).toContain('COMMANDS:');
    expect((await project.cli(['--version'])).stdout).toMatch(/^\d+\.\d+\.\d+/);
  });

  it('is a stack only when asked for', async () => {
    const plain = await project.cli(['export', '--policy', 'required']);
    expect(plain.stderr).not.toContain('    at ');
    expect((await project.cli(['export', '--policy', 'required', '--verbose'])).stderr).toContain('    at ');
    expect((await project.cli(['export', '--policy', 'required'], { env: { DEBUG: '1' } })).stderr).toContain(
      '    at ',
    );
  });
});
