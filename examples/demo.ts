/**
 * `npm run demo`: the main job on a real run, on one machine, with no account.
 *
 * Uploads a run to a `file://` store, ingests it into Opik (the one of OPIK_URL_OVERRIDE if set, else a stand-in started
 * for the purpose), reads the experiment back from Opik and shows it.
 *
 * @module
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { z } from 'zod';
import { startOpikStandIn } from '../test/support/opik/index.ts';
import { type ExperimentView, renderExperiment } from './render-experiment.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const RUN = 'examples/shop/.agentv/results/runs/baseline/2026-11-20T10-21-37-666Z';

const uploadOutput = z.object({ bundle: z.string() });
const receiptOutput = z.object({
  experiment_url: z.string(),
  experiments: z.array(z.object({ id: z.string() })).min(1),
  dataset_id: z.string(),
});

const say = (text: string): void => {
  process.stdout.write(text);
};

const real = process.env.OPIK_URL_OVERRIDE;
const standIn = real === undefined ? await startOpikStandIn() : undefined;
const url = real ?? standIn?.url ?? '';
const store = pathToFileURL(await mkdtemp(join(tmpdir(), 'agentv-opik-demo-'))).href;
say(standIn === undefined ? `Opik: ${url}\n` : `Opik: a local stand-in at ${url}\n`);

try {
  // AgentV itself had exited with 1: a required grader failed and the threshold was not met.
  const upload = ['upload', RUN, '--store', store, '--gate-exit-code', '1'];
  await show(...upload);
  const { bundle } = uploadOutput.parse(await answer(...upload));
  const ingest = ['ingest', bundle, '--policy', 'required'];
  await show(...ingest);
  const receipt = receiptOutput.parse(await answer(...ingest));
  say(`\n${renderExperiment(await readExperiment(receipt.experiments[0]?.id ?? '', receipt.dataset_id))}`);
  await show('status', bundle);
} finally {
  await standIn?.close();
}

/** Runs the built command line for the reader to see. */
async function show(...args: string[]): Promise<void> {
  say(`\n$ agentv-opik ${args.join(' ')}\n`);
  await once(
    cli(args, 'inherit').on('close', (code) => refuse(args, code)),
    'close',
  );
}

/** Runs it again for its answer as JSON: done already, it changes nothing. */
async function answer(...args: string[]): Promise<unknown> {
  const child = cli([...args, '--json'], 'pipe');
  const [output] = await Promise.all([text(child.stdout ?? Readable.from([])), once(child, 'close')]);
  refuse(args, child.exitCode);
  return JSON.parse(output);
}

function cli(args: readonly string[], stdout: 'inherit' | 'pipe'): ChildProcess {
  const env = { ...process.env, OPIK_URL_OVERRIDE: url };
  return spawn(process.execPath, ['dist/cli/main.js', ...args], {
    cwd: ROOT,
    env,
    stdio: ['ignore', stdout, 'inherit'],
  });
}

function refuse(args: readonly string[], code: number | null): void {
  if (code !== 0) throw new Error(`agentv-opik ${args[0]} exited with ${code}`);
}

/** What a person would see on the experiment's page, asked from Opik itself. */
async function readExperiment(id: string, datasetId: string): Promise<ExperimentView> {
  const experiment = z
    .object({
      name: z.string(),
      status: z.string(),
      metadata: z.object({ agentv: z.object({ gate_status: z.string() }) }),
    })
    .parse(await get(`/v1/private/experiments/${id}`));
  const query = new URLSearchParams({ experiment_ids: JSON.stringify([id]), page: '1', size: '100' });
  const page = z
    .object({
      content: z.array(
        z.object({
          data: z.object({ suite: z.string().optional(), test_id: z.string() }),
          experiment_items: z.array(
            z.object({
              feedback_scores: z.array(z.object({ name: z.string(), value: z.number() })).default([]),
            }),
          ),
        }),
      ),
    })
    .parse(await get(`/v1/private/datasets/${datasetId}/items/experiments/items?${query}`));
  return {
    name: experiment.name,
    status: experiment.status,
    gate: experiment.metadata.agentv.gate_status,
    tests: page.content.flatMap(({ data, experiment_items }) =>
      experiment_items.map(({ feedback_scores }) => ({
        test: data.test_id,
        scores: Object.fromEntries(feedback_scores.map(({ name, value }) => [name, value])),
      })),
    ),
  };
}

async function get(path: string): Promise<unknown> {
  const headers = new Headers();
  const { OPIK_API_KEY: key, OPIK_WORKSPACE: workspace } = process.env;
  if (key !== undefined) headers.set('authorization', key);
  if (workspace !== undefined) headers.set('Comet-Workspace', workspace);
  const reply = await fetch(`${url}${path}`, { headers });
  if (!reply.ok) throw new Error(`Opik answered ${reply.status} to GET ${path}`);
  return reply.json();
}
