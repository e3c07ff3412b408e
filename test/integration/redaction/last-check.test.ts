/**
 * The last check: whatever a faulty redactor lets through, no secret leaves.
 */
import { cp, readFile, writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { openBundle } from '../../../core/bundle/read.ts';
import { type Capture, LeakFoundError } from '../../../core/capture/index.ts';
import { builtInRules } from '../../../core/capture/rules/index.ts';
import { type OpikStandIn, startOpikStandIn } from '../../support/opik/index.ts';
import { ingest, makeCapture, makeWorkspace, uploadRun, type Workspace } from '../../support/pipeline.ts';
import { fixtureRun, survivingRows } from '../../support/runs.ts';
import { storedText } from '../../support/stored-text.ts';

const RULES = builtInRules();

const SECRET = exampleOf('anthropic-key');

let opik: OpikStandIn;
let workspace: Workspace;
let runDirectory: string;
beforeAll(async () => {
  opik = await startOpikStandIn();
});
afterAll(() => opik.close());
beforeEach(async () => {
  opik.reset();
  workspace = await makeWorkspace();
  runDirectory = await plantSecret(workspace);
});
afterEach(() => workspace.remove());

describe('a redactor that lets everything through', () => {
  it('puts no secret into the store: the result goes without its content, and the manifest says so', async () => {
    const { path } = await uploadRun(runDirectory, workspace, { capture: faulty() });

    const { manifest } = await openBundle(workspace.store, path);
    const stored = await storedText(workspace.store);
    expect(stored.includes(SECRET)).toBe(false);
    expect(manifest.totals.results).toBe(survivingRows(fixtureRun('baseline')).length);
    expect(manifest.capture.fell_back).toBe(1);
    expect(manifest.capture.fell_back_by).toMatchObject({ 'leak-found': 1 });
    expect(manifest.skipped_files.map(({ reason }) => reason)).toContain('leak-found');
    expect(stored.includes('"content":'), 'the other results keep theirs').toBe(true);
  });

  it('sends no secret to Opik: the trace goes without its content, and the receipt says so', async () => {
    const { path } = await uploadRun(runDirectory, workspace, { mode: 'full' });

    const receipt = await ingest(workspace.store, path, opik.url, { capture: faulty() });

    expect(sentText().includes(SECRET)).toBe(false);
    expect(receipt).toMatchObject({ status: 'delivered', fell_back: 1, fell_back_by: { 'leak-found': 1 } });
    expect(receipt.sent.traces).toBe(receipt.results);
  });

  it('refuses a secret in a setting, which has no content to go without', async () => {
    const { path } = await uploadRun(runDirectory, workspace, { mode: 'redacted' });

    const attempt = ingest(workspace.store, path, opik.url, {
      overrides: { experimentName: `nightly ${SECRET}` },
    });

    await expect(attempt).rejects.toThrow(LeakFoundError);
    expect(sentText().includes(SECRET)).toBe(false);
  });
});

it('would notice: in full mode the secret is in the store and in Opik', async () => {
  const { path } = await uploadRun(runDirectory, workspace, { mode: 'full' });
  await ingest(workspace.store, path, opik.url);

  expect((await storedText(workspace.store)).includes(SECRET)).toBe(true);
  expect(sentText().includes(SECRET)).toBe(true);
});

it('finds nothing in what a sound redactor made', async () => {
  const { path } = await uploadRun(runDirectory, workspace, { mode: 'redacted' });
  const receipt = await ingest(workspace.store, path, opik.url);

  const { manifest } = await openBundle(workspace.store, path);
  expect(manifest.capture).toMatchObject({ fell_back: 0, fell_back_by: {} });
  expect(receipt).toMatchObject({ fell_back: 0, fell_back_by: {} });
  expect((await storedText(workspace.store)).includes(SECRET)).toBe(false);
});

function exampleOf(rule: string): string {
  const [example] = RULES.find(({ id }) => id === rule)?.examples.match ?? [];
  if (example === undefined) throw new Error(`no example of ${rule}`);
  return example.replace(/[«»]/g, '');
}

/** Redacts nothing, but looks at what leaves. */
function faulty(): Capture {
  const sound = makeCapture('redacted');
  const blind = makeCapture('full');
  return {
    ...sound,
    result: blind.result,
    testCase: blind.testCase,
    file: blind.file,
    get counts() {
      return sound.counts;
    },
  };
}

/** A copy of a real run with the secret in the first row's input. */
async function plantSecret({ directory }: Workspace): Promise<string> {
  const run = fixtureRun('baseline');
  const copy = join(directory, 'run');
  await cp(run.directory, copy, { recursive: true });
  const index = join(copy, relative(run.directory, run.index));
  const [first = '', ...others] = (await readFile(index, 'utf8')).split('\n');
  const row: unknown = JSON.parse(first);
  const input = [{ role: 'user', content: `deploy with ${SECRET} please` }];
  await writeFile(index, [JSON.stringify({ ...Object(row), input }), ...others].join('\n'));
  return copy;
}

function sentText(): string {
  return opik.requests.map(({ body }) => JSON.stringify(body)).join('\n');
}
