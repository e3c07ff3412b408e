/**
 * Metadata-only: no free text of any real run survives, down to twelve characters, in any byte that is stored or sent.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, extname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse as parseYaml } from 'yaml';
import { type OpikStandIn, startOpikStandIn } from '../support/opik/index.ts';
import { ingest, makeWorkspace, uploadRun } from '../support/pipeline.ts';
import { fixtureRuns } from '../support/runs.ts';
import { storedText } from '../support/stored-text.ts';

const WINDOW = 12;

/** What this tool itself says about every result. */
const OWN_WORDS = '0 of 1 assertions passed';

/** Keys of AgentV's files below which every string is text that somebody or some model wrote. */
const TEXT_KEYS = new Set([
  'content', 'input', 'output', 'text', 'evidence', 'reason', 'reasoning', 'error', 'message', 'messages', 'details',
  'command', 'command_line', 'argv', 'cwd', 'criteria', 'expected_output', 'question', 'requests', 'stdout', 'stderr',
  'gen_ai.tool.call.arguments', 'gen_ai.tool.call.result', 'gen_ai.output.messages', 'agentv.transcript.message',
  'exception.message', 'final_output', 'value', 'metadata', 'eval_file', 'workspace_path', 'diff_summary', 'result',
  'shell_commands', 'errors', 'vars',
]); // biome-ignore format: a list of words

/** Keys whose values are names, ids and paths even below a text key. */
const NAME_KEYS = new Set([
  'test_id', 'id', 'eval_case_id', 'target', 'provider', 'model', 'name', 'tool', 'type', 'role', 'schema_version',
  'artifact_id', 'trace_id', 'span_id', 'start_time', 'end_time', 'timestamp', 'targets', 'tests_run', 'experiment',
  'run_id', 'suite', 'tool_name', 'status', 'version', 'format', 'path', 'eval_files', 'config_source',
]); // biome-ignore format: a list of words

let opik: OpikStandIn;
beforeAll(async () => {
  opik = await startOpikStandIn();
});
afterAll(() => opik.close());

describe.each(fixtureRuns())('$name', (run) => {
  it('leaves no text in the bundle, in the receipts or in the requests', async () => {
    const texts = [...textsOf(run.directory)];
    const workspace = await makeWorkspace();
    opik.reset();
    const { path } = await uploadRun(run.directory, workspace);
    await ingest(workspace.store, path, opik.url);

    const left = `${await storedText(workspace.store)}\n${opik.requests.map(({ body }) => JSON.stringify(body)).join('\n')}`;
    const windows = windowsOf(left);
    const allowed = windowsOf(
      [namesOf(run.index), evalFileName(run.directory), workspace.store.uri, OWN_WORDS].join('\n'),
    );
    const leaked = texts.flatMap((text) =>
      [...windowsOf(text)].filter((window) => windows.has(window) && !allowed.has(window)),
    );

    expect(texts.length).toBeGreaterThan(5);
    expect(leaked).toEqual([]);
    await workspace.remove();
  });
});

it('would notice: the same check finds the text of a full bundle', async () => {
  const [run] = fixtureRuns();
  if (run === undefined) throw new Error('no fixture run');
  const workspace = await makeWorkspace();
  await uploadRun(run.directory, workspace, { mode: 'full' });
  const windows = windowsOf(await storedText(workspace.store));
  const found = [...textsOf(run.directory)].filter((text) =>
    [...windowsOf(text)].some((window) => windows.has(window)),
  );
  expect(found.length).toBeGreaterThan(20);
  await workspace.remove();
});

function windowsOf(text: string): Set<string> {
  const windows = new Set<string>();
  for (let at = 0; at + WINDOW <= text.length; at += 1) windows.add(text.slice(at, at + WINDOW));
  return windows;
}

/** Every text in the run's files, found without any code of the project. */
function* textsOf(directory: string): Generator<string> {
  for (const entry of readdirSync(directory, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const content = readFileSync(join(entry.parentPath, entry.name), 'utf8');
    switch (extname(entry.name)) {
      case '.json':
        yield* textsIn(JSON.parse(content), false);
        break;
      case '.jsonl':
        for (const line of content.split('\n'))
          if (line.trim() !== '') yield* textsIn(JSON.parse(line), false);
        break;
      case '.yaml':
        yield* textsIn(parseYaml(content), false);
        break;
      default:
        yield content;
    }
  }
}

function* textsIn(value: unknown, isText: boolean): Generator<string> {
  if (typeof value === 'string' && isText) yield value;
  else if (Array.isArray(value)) for (const member of value) yield* textsIn(member, isText);
  else if (typeof value === 'object' && value !== null) {
    for (const [key, member] of Object.entries(value)) {
      yield* textsIn(member, (isText || TEXT_KEYS.has(key)) && !NAME_KEYS.has(key));
    }
  }
}

/** The names that a row says outright; text that merely repeats one of them is no leak. */
function namesOf(index: string): string {
  const rows = readFileSync(index, 'utf8')
    .split('\n')
    .filter((line) => line.trim() !== '');
  return rows.flatMap((line) => [...namesIn(JSON.parse(line))]).join('\n');
}

/** Of the place of the eval source on some machine only the last part is a name. */
function evalFileName(directory: string): string {
  const file = join(directory, 'benchmark.json');
  return existsSync(file) ? basename(JSON.parse(readFileSync(file, 'utf8')).metadata.eval_file) : '';
}

function* namesIn(row: Record<string, unknown>): Generator<string> {
  for (const [key, value] of Object.entries(row)) {
    if (typeof value === 'string' && !TEXT_KEYS.has(key)) yield value;
    if (key === 'projection_identity') yield JSON.stringify(value);
    if (key === 'scores' && Array.isArray(value))
      for (const score of value) yield `${score.name}\n${score.type}`;
  }
}
