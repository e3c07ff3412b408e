/**
 * One file or stream, looked at as its kind asks.
 *
 * @module
 */
import type { Capture } from '../../core/capture/index.ts';
import { NotTextError, RedactionFailedError } from '../errors.ts';
import { writtenIn } from './align.ts';
import { type Difference, differences } from './compare.ts';
import type { Findings } from './findings.ts';
import { parseStructured } from './parse.ts';
import { countLines, linesOf, windowsOf } from './windows.ts';

export const FORMATS = ['text', 'json', 'jsonl', 'yaml'] as const;
export type Format = (typeof FORMATS)[number];

export interface ScanFileSettings {
  readonly capture: Capture;
  readonly findings: Findings;
  /** As shown. */
  readonly file: string;
  /** Undefined: told from how the text begins. */
  readonly format: Format | undefined;
  readonly bytes: AsyncIterable<Uint8Array>;
  /** Takes the redacted text, piece by piece. */
  readonly write?: ((text: string) => Promise<void>) | undefined;
  readonly signal: AbortSignal;
}

/** Larger documents are looked at as text, for their tree would not fit into memory. */
const MAX_DOCUMENT_CHARS = 1 << 26;

export function formatOf(path: string): Format {
  const ending = /\.([a-z0-9]+)$/.exec(path.toLowerCase())?.[1];
  if (ending === 'json') return 'json';
  if (ending === 'jsonl' || ending === 'ndjson') return 'jsonl';
  return ending === 'yaml' || ending === 'yml' ? 'yaml' : 'text';
}

/**
 * Scans a text of any size.
 *
 * Guarantees: memory is bounded: JSON Lines go line by line, text in windows, and only JSON and YAML up to 64 MiB are held
 * as a whole; what was not looked at is not written.
 *
 * @throws NotTextError for NUL bytes and what is no UTF-8; RedactionFailedError when the redactor gave up
 */
export async function scanFile(settings: ScanFileSettings): Promise<void> {
  const { file, findings, signal } = settings;
  const { text, format } = await withFormat(decode(settings.bytes, file, signal), settings.format);
  if (format === 'jsonl') await scanLines(settings, text);
  else if (format === 'text') await scanWindows(settings, text);
  else await scanDocument(settings, text, format);
  findings.scanned();
}

/** A text that begins like JSON is JSON Lines if its first line is JSON on its own: of one line they are the same. */
async function withFormat(
  text: AsyncGenerator<string>,
  format: Format | undefined,
): Promise<{ readonly text: AsyncIterable<string>; readonly format: Format }> {
  if (format !== undefined) return { text, format };
  let begin = '';
  for (let next = await text.next(); next.done !== true; next = await text.next()) {
    begin += next.value;
    if (begin.includes('\n') || begin.length > MAX_DOCUMENT_CHARS) break;
  }
  const [firstLine = ''] = begin.split('\n', 1);
  const isJson = /^\s*[[{]/.test(begin);
  const isLines = isJson && parseStructured(firstLine, 'json') !== undefined;
  return { text: rejoined(begin, text), format: isLines ? 'jsonl' : isJson ? 'json' : 'text' };
}

async function* decode(
  bytes: AsyncIterable<Uint8Array>,
  file: string,
  signal: AbortSignal,
): AsyncGenerator<string> {
  const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
  const notText = (cause?: unknown): NotTextError =>
    new NotTextError(`${file} is no text in UTF-8`, { hint: 'Binary files are left out of bundles.', cause });
  for await (const chunk of bytes) {
    signal.throwIfAborted();
    if (chunk.includes(0)) throw notText();
    try {
      yield decoder.decode(chunk, { stream: true });
    } catch (error) {
      throw notText(error);
    }
  }
}

async function scanLines(settings: ScanFileSettings, text: AsyncIterable<string>): Promise<void> {
  for await (const { text: whole, line, isWhole } of linesOf(text)) {
    const [row, end] = whole.endsWith('\n') ? [whole.slice(0, -1), '\n'] : [whole, ''];
    const parsed = isWhole ? parseStructured(row, 'json') : undefined;
    const after = redact(settings, parsed === undefined ? 'text.txt' : 'line.jsonl', row);
    const again = parsed === undefined ? undefined : parseStructured(after, 'json');
    const pairs = again === undefined || parsed === undefined ? [row, after] : [parsed.value, again.value];
    for (const difference of differences(...pair(pairs))) addAt(settings, line, difference);
    await settings.write?.(after + end);
  }
}

async function scanWindows(settings: ScanFileSettings, text: AsyncIterable<string>): Promise<void> {
  for await (const { text: before, line } of windowsOf(text)) {
    const after = redact(settings, 'text.txt', before);
    addInText(settings, before, after, line);
    await settings.write?.(after);
  }
}

async function scanDocument(
  settings: ScanFileSettings,
  text: AsyncIterable<string>,
  format: 'json' | 'yaml',
): Promise<void> {
  const chunks = text[Symbol.asyncIterator]();
  let before = '';
  for (let next = await chunks.next(); next.done !== true; next = await chunks.next()) {
    before += next.value;
    if (before.length > MAX_DOCUMENT_CHARS) return scanWindows(settings, rejoined(before, chunks));
  }
  const after = redact(settings, `document.${format}`, before);
  reportDocument(settings, before, after, format);
  await settings.write?.(after);
}

async function* rejoined(first: string, rest: AsyncIterator<string>): AsyncGenerator<string> {
  yield first;
  for (let next = await rest.next(); next.done !== true; next = await rest.next()) yield next.value;
}

/** Notes what was replaced in a document: by JSON path where both can be parsed, by line otherwise. */
export function reportDocument(
  settings: Pick<ScanFileSettings, 'findings' | 'file'>,
  before: string,
  after: string,
  format: Format,
): void {
  if (before === after) return;
  const parsed = format === 'json' || format === 'yaml' ? parseStructured(before, format) : undefined;
  const again =
    parsed === undefined || format === 'text' || format === 'jsonl'
      ? undefined
      : parseStructured(after, format);
  const found =
    parsed === undefined || again === undefined ? [] : [...differences(parsed.value, again.value, '$')];
  if (found.length === 0) {
    addInText(settings, before, after, 1);
    return;
  }
  const { findings, file } = settings;
  for (const each of found) findings.add({ file, path: each.path }, each);
  for (const written of outsideValues(before, after, found)) {
    findings.add({ file }, { path: '', written, secret: undefined, start: 0 });
  }
}

/** Comments of YAML are in no value. */
function outsideValues(before: string, after: string, found: readonly Difference[]): string[] {
  const known = new Map<string, number>();
  for (const written of [...writtenIn(before), ...found.map((each) => each.written)]) {
    known.set(written, (known.get(written) ?? 0) + 1);
  }
  return writtenIn(after).filter((written) => {
    const left = known.get(written) ?? 0;
    known.set(written, left - 1);
    return left <= 0;
  });
}

function addInText(
  { findings, file }: Pick<ScanFileSettings, 'findings' | 'file'>,
  before: string,
  after: string,
  firstLine: number,
): void {
  let line = firstLine;
  let from = 0;
  for (const each of differences(before, after)) {
    line += countLines(before.slice(from, each.start));
    from = each.start;
    findings.add({ file, line }, each);
  }
}

function addAt({ findings, file }: ScanFileSettings, line: number, each: Difference): void {
  findings.add({ file, line, ...(each.path === '' ? {} : { path: `$${each.path}` }) }, each);
}

function redact({ capture, file }: ScanFileSettings, kind: string, text: string): string {
  const out = capture.text(kind, text);
  if ('text' in out) return out.text;
  throw new RedactionFailedError(`${file} could not be redacted: ${out.dropped}`, {
    hint: 'In a bundle this file would be left out.',
  });
}

function pair(values: readonly unknown[]): [unknown, unknown] {
  return [values[0], values[1]];
}
