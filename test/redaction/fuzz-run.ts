/**
 * A real run with secrets in it, through the whole pipeline: read → capture → bundle in a store → ingest → stand-in.
 *
 * @module
 */
import { cp, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { ruleClasses } from '../../core/capture/rules/index.ts';
import { createFileStore } from '../../core/store/index.ts';
import { startOpikStandIn } from '../support/opik/index.ts';
import { fixtureRun } from '../support/runs.ts';
import { storedText } from '../support/stored-text.ts';
import { makeProject } from '../unit/cli/harness.ts';
import { CARRIERS } from './carriers.ts';
import { carriersFor, GENERATORS, inCarrier, instanceOf } from './labelled.ts';
import { createRandom, fill, type Random } from './random.ts';
import { found } from './search.ts';

export interface Embedding {
  readonly rule: string;
  readonly carrier: string;
  /** Where in the run: a field of a row or of a file beside it, a key, a file's name. */
  readonly place: string;
  readonly secret: string;
}

export interface FuzzSettings {
  readonly seed: number;
  readonly embeddings: number;
}

export interface FuzzOutcome {
  readonly embedded: number;
  /** Bytes that were stored, sent and printed. */
  readonly bytes: number;
  readonly results: number;
  /** Results that went metadata-only because the redactor gave up. */
  readonly fellBack: number;
  readonly leaked: readonly (Embedding & { readonly where: 'stored' | 'sent' | 'printed' })[];
}

/** So many in each row, beside what the row says itself. */
const PER_ROW = 16;
/** Of each hundred embeddings so many go into the files beside the rows. */
const IN_FILES = 0.2;
/** Fields by which a row is read at all: changed, there would be nothing to leak from. */
const STRUCTURE =
  /^(?:timestamp|execution_status|.*_path|.*_dir|schema_version|start_time|end_time|started_at|ended_at|format|type|role|id|trace_id|span_id|status)$/;

/** Puts secrets in, carries the run to Opik, and looks at everything that came out. */
export async function fuzz({ seed, embeddings }: FuzzSettings): Promise<FuzzOutcome> {
  const random = createRandom(seed);
  const project = await makeProject();
  const opik = await startOpikStandIn();
  try {
    const run = join(project.folder, 'run', '2026-11-20T10-21-37-666Z');
    const own = ownSecrets(random);
    await project.write('.agentv/opik.yaml', own.settings);
    const embedded = await writeRun(run, { random, embeddings, own: own.secrets });
    const env = { OPIK_URL_OVERRIDE: opik.url, ...own.env };
    const upload = await project.cli(
      [
        'upload',
        run,
        '--store',
        './bundles',
        '--capture',
        'redacted',
        '--policy',
        'required',
        '--verbose',
        '--json',
      ],
      { env },
    );
    if (upload.exitCode !== 0)
      throw new Error(`upload exited with ${upload.exitCode}: ${upload.stderr.slice(0, 2_000)}`);
    const { bundle, totals, capture } = JSON.parse(upload.stdout);
    const ingest = await project.cli(
      ['ingest', bundle, '--capture', 'redacted', '--policy', 'required', '--verbose', '--json'],
      { env },
    );
    if (ingest.exitCode !== 0)
      throw new Error(`ingest exited with ${ingest.exitCode}: ${ingest.stderr.slice(0, 2_000)}`);
    const status = await project.cli(['status', bundle, '--verbose'], { env });
    const out = {
      stored: await storedText(createFileStore(join(project.folder, 'bundles'))),
      sent: opik.requests.map(({ path, body }) => `${path} ${JSON.stringify(body)}`).join('\n'),
      printed: [upload, ingest, status].map(({ stdout, stderr }) => stdout + stderr).join('\n'),
    };
    return {
      embedded: embedded.length,
      bytes: out.stored.length + out.sent.length + out.printed.length,
      results: totals.results,
      fellBack: capture.fell_back,
      leaked: (['stored', 'sent', 'printed'] as const).flatMap((where) =>
        found(out[where], embedded).map((each) => ({ ...each, where })),
      ),
    };
  } finally {
    await Promise.all([project.remove(), opik.close()]);
  }
}

interface Writing {
  readonly random: Random;
  readonly embeddings: number;
  readonly own: readonly OwnSecret[];
}

interface OwnSecret {
  readonly rule: string;
  readonly secret: string;
}

/** What only the team knows: the value of a variable, and a name. */
function ownSecrets(random: Random): { settings: string; env: Record<string, string>; secrets: OwnSecret[] } {
  const value = fill('{l5} {l7}/{l6}&{l5}=', random);
  const customer = fill('{L1}{l8} {L1}{l7}', random);
  return {
    settings: `redact_env: [FUZZ_VALUE]\nredact_strings: [${customer}]\n`,
    env: { FUZZ_VALUE: value },
    secrets: [
      { rule: 'env-fuzz-value', secret: value },
      { rule: 'own-string', secret: customer },
    ],
  };
}
/** One in so many embeddings is of the team's own. */
const OWN_SHARE = 20;

/** The baseline run with as many rows as are needed, each with an identity of its own. */
async function writeRun(directory: string, writing: Writing): Promise<Embedding[]> {
  const { embeddings } = writing;
  const from = fixtureRun('baseline');
  await cp(from.directory, directory, { recursive: true });
  const embedded: Embedding[] = [];
  const templates = (await readFile(from.index, 'utf8')).trimEnd().split('\n');
  const rows = Math.ceil((embeddings * (1 - IN_FILES)) / PER_ROW);
  const lines: string[] = [];
  for (let n = 0; n < rows; n += 1) {
    const row: Record<string, unknown> = JSON.parse(templates[n % templates.length] ?? '{}');
    row.test_id = `${row.test_id}-${n}`;
    Reflect.deleteProperty(row, 'projection_identity');
    for (let k = 0; k < PER_ROW; k += 1) embedded.push(embedIn(row, 'row', writing));
    lines.push(JSON.stringify(row));
  }
  await writeFile(join(directory, 'index.jsonl'), `${lines.join('\n')}\n`);
  const benchmark = JSON.parse(await readFile(join(directory, 'benchmark.json'), 'utf8'));
  benchmark.metadata.planned_test_count = rows;
  await writeFile(join(directory, 'benchmark.json'), JSON.stringify(benchmark));
  embedded.push(...(await embedInFiles(directory, embeddings - embedded.length, writing)));
  return embedded;
}

/** Into the sidecars that the rows name, and into files of its own, some of them in the name. */
async function embedInFiles(directory: string, count: number, writing: Writing): Promise<Embedding[]> {
  const { random } = writing;
  const embedded: Embedding[] = [];
  const sidecars = (await readdir(directory, { recursive: true, withFileTypes: true }))
    .filter((entry) => entry.isFile() && /^(?:trace|grading)\.json$/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
  for (const path of sidecars) {
    const value: unknown = JSON.parse(await readFile(path, 'utf8'));
    for (let k = 0; k < 10 && embedded.length < count; k += 1)
      embedded.push(embedIn(value, 'sidecar', writing));
    await writeFile(path, JSON.stringify(value));
  }
  for (let n = 0; embedded.length < count; n += 1) {
    const kind = random.pick(['log', 'json', 'jsonl', 'yaml', 'md']);
    const texts: string[] = [];
    for (let k = 0; k < 20 && embedded.length < count; k += 1) {
      const { text, ...embedding } = pick(`*.${kind}`, writing);
      embedded.push(embedding);
      texts.push(text);
    }
    const path = join(directory, 'extra', `${n}-${fileName(embedded, writing, count)}.${kind}`);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, fileText(kind, texts));
  }
  return embedded;
}

/** One in ten files has a token in its name. */
function fileName(embedded: Embedding[], { random }: Writing, count: number): string {
  if (random.next() > 0.1 || embedded.length >= count) return 'notes';
  const { rule, secret } = instanceOf(random.pick(IN_NAMES), 'names', random);
  embedded.push({ rule, secret, carrier: 'alone', place: 'file name' });
  return secret;
}
const IN_NAMES = ['github-token', 'npm-token', 'stripe-key', 'anthropic-key', 'groq-key'];

function fileText(kind: string, texts: readonly string[]): string {
  if (kind === 'json')
    return JSON.stringify({ messages: texts.map((content) => ({ role: 'tool', content })) });
  if (kind === 'jsonl') return texts.map((content) => JSON.stringify({ role: 'tool', content })).join('\n');
  if (kind === 'yaml') return texts.map((text) => `- ${JSON.stringify(text)}\n`).join('');
  return texts.join('\n\n');
}

/** Every rule that hides something. */
const RULES = Object.entries(ruleClasses())
  .filter(([name]) => name !== 'host paths')
  .flatMap(([name, rules]) => rules.map(({ id }) => ({ id, name })))
  .filter(({ id }) => GENERATORS.has(id));

function pick(place: string, { random, own }: Writing): Embedding & { readonly text: string } {
  if (random.int(1, OWN_SHARE) === 1) {
    const { rule, secret } = random.pick(own);
    const carrier = random.pick(CARRIERS);
    return { rule, carrier: carrier.name, place, secret, text: carrier.carry(secret) };
  }
  const { id, name } = random.pick(RULES);
  const carrier = random.pick(carriersFor(id, name));
  const { text, secret } = inCarrier(instanceOf(id, name, random), carrier);
  return { rule: id, carrier: carrier.name, place, secret, text };
}

/** At a string anywhere in the value: instead of it, before it, behind it, or as a key beside it. */
function embedIn(value: unknown, name: string, writing: Writing): Embedding {
  const { random } = writing;
  const spots = [...spotsIn(value, name)].filter(({ key }) => !STRUCTURE.test(key));
  const spot = random.pick(spots);
  const wasUsed = markUsed(spot);
  const { text, ...embedding } = pick(spot.path, writing);
  const old = spot.get();
  // What was put in before is not taken out again.
  const how = random.int(wasUsed ? 1 : 0, spot.isContent ? 3 : 2);
  if (how === 3 && spot.addKey !== undefined) {
    spot.addKey(text);
    return { ...embedding, place: `${spot.path} (key)` };
  }
  spot.set(how === 0 ? text : how === 1 ? `${text}\n${old}` : `${old}\n${text}`);
  return embedding;
}

const used = new WeakMap<object, Set<string>>();

function markUsed({ owner, index }: Spot): boolean {
  const keys = used.get(owner) ?? new Set<string>();
  used.set(owner, keys);
  const wasUsed = keys.has(index);
  keys.add(index);
  return wasUsed;
}

interface Spot {
  readonly owner: object;
  /** Key or index in its owner. */
  readonly index: string;
  readonly path: string;
  readonly key: string;
  /** Below a field whose keys are anybody's. */
  readonly isContent: boolean;
  get(): string;
  set(text: string): void;
  readonly addKey: ((key: string) => void) | undefined;
}

const CONTENT = new Set(['metadata', 'details', 'input', 'output', 'arguments', 'attributes']);

function* spotsIn(value: unknown, path: string, isContent = false): Generator<Spot> {
  if (typeof value !== 'object' || value === null) return;
  for (const [key, child] of Object.entries(value)) {
    const place = Array.isArray(value) ? `${path}[]` : `${path}.${key.length > 40 ? '…' : key}`;
    if (typeof child === 'string') {
      yield {
        owner: value,
        index: key,
        path: place,
        key: Array.isArray(value) ? '' : key,
        isContent,
        get: () => child,
        set: (text) => Reflect.set(value, key, text),
        addKey: Array.isArray(value) ? undefined : (name) => Reflect.set(value, name, 1),
      };
    } else yield* spotsIn(child, place, isContent || CONTENT.has(key));
  }
}
