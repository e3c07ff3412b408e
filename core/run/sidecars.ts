/**
 * The files that lie beside a row, and whether they are its own.
 *
 * In a run of several targets AgentV 4.x gives all of a test's rows one folder, and the last to be written overwrites the
 * others: a row's path fields then lead to another row's answer.
 *
 * @module
 */
import { type AgentvRow, evalPathOf, PATH_FIELDS, type PathField, pathOf } from './agentv-row.ts';
import { parseBlocks } from './blocks.ts';
import { asList, asNumber, asObject, asString, isObject, type JsonObject, pick } from './readers.ts';
import type { ResultNote } from './result.ts';
import { type Located, type RunFolder, readTextOf } from './run-folder.ts';
import { parseTaskSource, type TaskSource } from './task-source.ts';
import { parseJson, parseTranscriptLines, parseTranscriptTurns, type Transcript } from './transcript.ts';

/** What was found beside a row; only what belongs to the row is in it. */
export interface Sidecars {
  readonly notes: ReadonlySet<ResultNote>;
  /** Run-relative paths of what exists and is the row's, by AgentV's field name without `_path`. */
  readonly artifacts: Record<string, string>;
  readonly trace: JsonObject | undefined;
  readonly grading: JsonObject | undefined;
  readonly timing: JsonObject | undefined;
  readonly metrics: JsonObject | undefined;
  readonly transcript: Transcript | undefined;
  readonly inputText: string | undefined;
  readonly answer: string | undefined;
  readonly task: TaskSource | undefined;
  readonly targetsText: string | undefined;
}

export interface SidecarLimits {
  readonly maxSidecarBytes: number;
}

/** Whether other results of the run point at the same folder, and whether this one was written last. */
export interface Sharing {
  readonly shared: boolean;
  readonly last: boolean;
}

type Places = ReadonlyMap<PathField, Located>;

/** Files about the test, not about one target's work on it. */
const TEST_FIELDS = new Set<PathField>([
  'input_path',
  'eval_path',
  'files_path',
  'graders_path',
  'task_dir',
  'test_dir',
]);
/** A configuration of more than this is none. */
const MAX_YAML_BYTES = 2 * 1024 * 1024;

/** A row alone: for callers that want no sidecars read. */
export const NO_SIDECARS: Sidecars = {
  notes: new Set(),
  artifacts: {},
  trace: undefined,
  grading: undefined,
  timing: undefined,
  metrics: undefined,
  transcript: undefined,
  inputText: undefined,
  answer: undefined,
  task: undefined,
  targetsText: undefined,
};

/**
 * Reads the sidecars of a row that belong to it.
 *
 * A trace proves whose the folder is: by projection identity, or without one by test, target and run. Without a trace the
 * folder is the row's unless others share it; then it is the last one's, if the scores in it are the row's. Whatever is
 * left of another row's folder is what concerns the test alone: its source and its input.
 *
 * Guarantees: reads nothing outside the run and no file over the limit; throws for nothing in a sidecar.
 */
export async function loadSidecars(
  row: AgentvRow,
  folder: RunFolder,
  sharing: Sharing,
  limits: SidecarLimits,
): Promise<Sidecars> {
  const notes = new Set<ResultNote>();
  const places = await locateAll(row, folder, notes);
  const read = new Reader(places, notes, limits.maxSidecarBytes);
  const tracePlace = await locateTrace(row, places, folder);
  const trace = tracePlace === undefined ? undefined : await read.json(tracePlace);
  const task = await readTask(row, read);

  const grading = await read.json(places.get('grading_path'));
  const timing = await read.json(places.get('timing_path'));
  // With a trace in hand the transcript has nothing to add.
  const transcript = trace === undefined ? await readTranscript(read) : undefined;
  const isOwn = ownsFolder(row, sharing, { trace, grading, timing, transcript });

  if (!isOwn) {
    notes.add('sidecar_mismatch');
    const testsOwn = task !== undefined;
    return {
      ...NO_SIDECARS,
      notes,
      artifacts: artifactsOf(places, (field) => testsOwn && TEST_FIELDS.has(field)),
      inputText: testsOwn ? await read.text(places.get('input_path')) : undefined,
      task,
    };
  }
  const artifacts = artifactsOf(places, () => true);
  if (tracePlace?.kind === 'file') artifacts.trace = tracePlace.path;
  return {
    notes,
    artifacts,
    trace,
    grading,
    timing,
    transcript,
    metrics: await read.json(places.get('metrics_path')),
    inputText: await read.text(places.get('input_path')),
    answer: await readAnswer(places, read),
    task,
    targetsText: await read.text(places.get('targets_path'), MAX_YAML_BYTES),
  };
}

class Reader {
  readonly #places: Places;
  readonly #notes: Set<ResultNote>;
  readonly #maxBytes: number;

  constructor(places: Places, notes: Set<ResultNote>, maxBytes: number) {
    this.#places = places;
    this.#notes = notes;
    this.#maxBytes = maxBytes;
  }

  at(field: PathField): Located | undefined {
    return this.#places.get(field);
  }

  async text(place: Located | undefined, maxBytes = this.#maxBytes): Promise<string | undefined> {
    if (place?.kind !== 'file') return undefined;
    if (place.size > Math.min(maxBytes, this.#maxBytes)) {
      this.#notes.add('sidecar_too_large');
      return undefined;
    }
    const text = await readTextOf(place);
    if (text === undefined) this.#notes.add('sidecar_broken');
    return text;
  }

  async json(place: Located | undefined): Promise<JsonObject | undefined> {
    return this.parsed(place, parseJson);
  }

  async parsed<T>(
    place: Located | undefined,
    parse: (text: string) => T | undefined,
    maxBytes = this.#maxBytes,
  ) {
    const text = await this.text(place, maxBytes);
    if (text === undefined) return undefined;
    const value = parse(text);
    if (value === undefined) this.#notes.add('sidecar_broken');
    return value;
  }
}

async function locateAll(row: AgentvRow, folder: RunFolder, notes: Set<ResultNote>): Promise<Places> {
  const places = new Map<PathField, Located>();
  for (const field of PATH_FIELDS) {
    const path = pathOf(row, field);
    if (path === undefined) continue;
    // A row without files of its own may name its source here instead.
    if (field === 'eval_path' && path === evalPathOf(row)) continue;
    const place = await folder.locate(path);
    places.set(field, place);
    if (place.kind === 'outside') notes.add('path_outside_run');
    if (place.kind === 'missing') notes.add('sidecar_missing');
    if (place.kind === 'unreadable') notes.add('sidecar_broken');
  }
  return places;
}

/** The one path that rows do not name. */
async function locateTrace(row: AgentvRow, places: Places, folder: RunFolder): Promise<Located | undefined> {
  const named = places.get('trace_path');
  if (named !== undefined) return named;
  const artifactDir = places.get('artifact_dir');
  if (artifactDir?.kind !== 'directory') return undefined;
  const dir = pathOf(row, 'artifact_dir');
  for (const name of ['trace.json', 'execution-trace.json']) {
    const place = await folder.locate(`${dir}/outputs/${name}`);
    if (place.kind === 'file') return place;
  }
  return undefined;
}

/** The test's source, unless two tests' names became one folder name and it is the other's. */
async function readTask(row: AgentvRow, read: Reader): Promise<TaskSource | undefined> {
  const task = await read.parsed(read.at('eval_path'), parseTaskSource, MAX_YAML_BYTES);
  return task?.testId === row.testId ? task : undefined;
}

async function readTranscript(read: Reader): Promise<Transcript | undefined> {
  const raw = read.at('transcript_raw_path');
  if (raw?.kind === 'file') {
    const lines = await read.parsed(raw, parseTranscriptLines);
    if (lines !== undefined) return lines;
  }
  const place = read.at('transcript_path');
  if (place?.kind !== 'file') return undefined;
  return read.parsed(place, place.path.endsWith('.jsonl') ? parseTranscriptLines : parseTranscriptTurns);
}

async function readAnswer(places: Places, read: Reader): Promise<string | undefined> {
  const answer = await read.text(places.get('answer_path'));
  if (answer !== undefined) return answer;
  const response = await read.text(places.get('response_path') ?? places.get('output_path'));
  // Before answer.md (4.36) the file held every message of the agent, the answer last.
  return response === undefined || places.has('answer_path') ? response : lastBlock(response);
}

function ownsFolder(
  row: AgentvRow,
  sharing: Sharing,
  found: Pick<Sidecars, 'trace' | 'grading' | 'timing' | 'transcript'>,
): boolean {
  const { trace, transcript } = found;
  if (trace !== undefined) return ownsTrace(row, trace, sharing);
  if (transcript?.testId !== undefined && transcript.testId !== row.testId) return false;
  if (transcript?.target !== undefined && transcript.target !== row.target) return false;
  if (!sharing.shared) return true;
  const envelope = row.projection?.envelopeId;
  // Equal proves it; unequal is only a hint, for 5.x names a sample's envelope otherwise than its row's.
  if (transcript?.envelopeId !== undefined && envelope !== undefined)
    return transcript.envelopeId === envelope;
  return sharing.last && gradingFits(row, found.grading) && timingFits(row, found.timing);
}

function ownsTrace(row: AgentvRow, trace: JsonObject, sharing: Sharing): boolean {
  const id = asString(asObject(trace.projection_identity)?.id);
  if (id !== undefined && row.projection !== undefined) return id === row.projection.id;
  const made = asObject(trace.eval);
  const runId = asString(made?.run_id);
  const rowRunId = row.projection?.runId;
  if (made?.test_id !== row.testId || made.target !== row.target) return false;
  if (runId !== undefined && rowRunId !== undefined && runId !== rowRunId) return false;
  return !sharing.shared || sharing.last;
}

/** The graders in grading.json are the row's, name by name and score by score; none at all proves nothing. */
function gradingFits(row: AgentvRow, grading: JsonObject | undefined): boolean {
  const graded = asList(pick(grading, 'graders', 'evaluators', 'component_results')).filter(isObject);
  const scored = asList(row.fields.scores).filter(isObject);
  if (graded.length === 0 || graded.length !== scored.length) return false;
  return graded.every((grader, index) => {
    const name = grader.name ?? asObject(grader.assertion)?.name;
    return name === scored[index]?.name && grader.score === scored[index]?.score;
  });
}

function timingFits(row: AgentvRow, timing: JsonObject | undefined): boolean {
  const duration = asNumber(row.fields.duration_ms);
  const timed = asNumber(timing?.duration_ms);
  return duration === undefined || timed === undefined || duration === timed;
}

function lastBlock(text: string): string {
  return parseBlocks(text)?.findLast((block) => block.role === 'assistant')?.content ?? text;
}

function artifactsOf(places: Places, isOwn: (field: PathField) => boolean): Record<string, string> {
  const artifacts: Record<string, string> = {};
  for (const [field, place] of places) {
    if (!isOwn(field) || (place.kind !== 'file' && place.kind !== 'directory')) continue;
    artifacts[field.replace(/_path$/, '')] = place.path;
  }
  return artifacts;
}
