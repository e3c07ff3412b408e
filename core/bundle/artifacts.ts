/**
 * The run's own files, as captured, so that `pull` gives back a folder that AgentV reads.
 *
 * @module
 */
import { open, readFile } from 'node:fs/promises';
import type { Capture } from '../capture/index.ts';
import type { RunFile } from '../run/index.ts';
import type { JsonlWriter } from './jsonl.ts';
import type { ArtifactChunk, BundleObject, Manifest } from './manifest.ts';

/** A file up to this size is captured as a whole, so that JSON is redacted as JSON. */
const WHOLE_FILE_BYTES = 8 * 1024 * 1024;
/** Pieces of larger line-by-line files. */
const PIECE_BYTES = 4 * 1024 * 1024;
const MAX_LINE_BYTES = 64 * 1024 * 1024;
/** Longer than any private key. */
const MAX_BLOCK_BYTES = 64 * 1024;
const MAX_SKIPPED = 100;

export interface ArtifactTally {
  readonly objects: BundleObject[];
  readonly files: number;
  readonly skipped: Manifest['skipped_files'];
}

export interface WriteArtifactsSettings {
  readonly files: AsyncIterable<RunFile>;
  readonly capture: Capture;
  readonly writer: JsonlWriter;
  readonly signal?: AbortSignal;
}

/**
 * Packs the run's files into the bundle; none in metadata-only mode.
 *
 * Guarantees: every file went through the capture; one that it drops is named with the reason; a file of any size is
 * read in pieces.
 */
export async function writeArtifacts(settings: WriteArtifactsSettings): Promise<ArtifactTally> {
  const { capture, writer, signal } = settings;
  if (capture.mode === 'metadata-only') return { objects: [], files: 0, skipped: [] };
  const skipped: Manifest['skipped_files'] = [];
  let files = 0;
  for await (const file of settings.files) {
    signal?.throwIfAborted();
    const path = capture.name(file.path);
    const reason = await writeFile(file, path, capture, writer);
    if (reason === undefined) files += 1;
    else if (skipped.length < MAX_SKIPPED) skipped.push({ path, reason });
  }
  return { objects: await writer.end(), files, skipped };
}

/** Writes one file and gives undefined, or the reason why it was left out. */
async function writeFile(
  file: RunFile,
  path: string,
  capture: Capture,
  writer: JsonlWriter,
): Promise<string | undefined> {
  if (file.size <= WHOLE_FILE_BYTES) {
    return writePiece(await readFile(file.absolutePath), file, { path, last: true, capture, writer });
  }
  if (!/\.(?:jsonl|ndjson|log|txt|md)$/i.test(file.path)) {
    return file.size > MAX_LINE_BYTES
      ? `larger than ${MAX_LINE_BYTES} bytes`
      : writePiece(await readFile(file.absolutePath), file, { path, last: true, capture, writer });
  }
  for await (const { bytes, last } of pieces(file.absolutePath)) {
    const reason = await writePiece(bytes, file, { path, last, capture, writer });
    if (reason !== undefined) return reason;
  }
  return undefined;
}

interface PieceSettings {
  readonly path: string;
  readonly last: boolean;
  readonly capture: Capture;
  readonly writer: JsonlWriter;
}

async function writePiece(
  bytes: Uint8Array,
  file: RunFile,
  { path, last, capture, writer }: PieceSettings,
): Promise<string | undefined> {
  const captured = capture.file(file.path, bytes);
  if ('dropped' in captured) return captured.dropped;
  const line = JSON.stringify(chunkOf(path, captured.bytes, last));
  if (capture.lastCheck(line) === 'leak') return 'leak-found';
  await writer.write(line);
  return undefined;
}

function chunkOf(path: string, bytes: Uint8Array, last: boolean): ArtifactChunk {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const text = buffer.toString('utf8');
  return Buffer.from(text).equals(buffer)
    ? { path, last, text }
    : { path, last, base64: buffer.toString('base64') };
}

/** Pieces that end at a line's end and outside a key block, so that neither is captured in two halves. */
async function* pieces(path: string): AsyncGenerator<{ bytes: Buffer; last: boolean }> {
  const handle = await open(path);
  try {
    let rest = Buffer.alloc(0);
    for (;;) {
      const block = Buffer.alloc(PIECE_BYTES);
      const { bytesRead } = await handle.read(block, 0, PIECE_BYTES);
      if (bytesRead === 0) break;
      rest = Buffer.concat([rest, block.subarray(0, bytesRead)]);
      const end = endOfPiece(rest);
      if (end === 0) continue;
      yield { bytes: rest.subarray(0, end), last: false };
      rest = Buffer.from(rest.subarray(end));
    }
    yield { bytes: rest, last: true };
  } finally {
    await handle.close();
  }
}

/** 0 for bytes that do not hold a whole line yet. */
function endOfPiece(bytes: Buffer): number {
  const end = bytes.lastIndexOf(0x0a) + 1;
  const block = bytes.lastIndexOf('-----BEGIN ', end);
  const isOpen =
    block >= 0 && end - block <= MAX_BLOCK_BYTES && !bytes.subarray(block, end).includes('-----END ');
  return isOpen ? bytes.lastIndexOf(0x0a, block) + 1 : end;
}
