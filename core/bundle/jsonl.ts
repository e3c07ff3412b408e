/**
 * JSON Lines in zstd: the form of every object of a bundle but the manifest.
 *
 * @module
 */
import { hash } from 'node:crypto';
import { promisify } from 'node:util';
import { zstdCompressSync, zstdDecompress } from 'node:zlib';
import type { z } from 'zod';
import { messageOf } from '../errors.ts';
import type { ObjectStore } from '../store/port.ts';
import { CorruptObjectError } from './errors.ts';
import type { BundleObject } from './manifest.ts';

const decompress = promisify(zstdDecompress);

/** Plain bytes of one part: one worker's job, and what is held in memory at a time. */
export const PART_BYTES = 2 * 1024 * 1024;

/** No object may unpack to more than this; a row of AgentV may be 64 MiB and still gets a part of its own. */
export const MAX_PLAIN_BYTES = 256 * 1024 * 1024;

/** zlib's least. */
const MIN_CHUNK_BYTES = 64;

export function sha256Hex(bytes: Uint8Array | string): string {
  return hash('sha256', bytes, 'hex');
}

export interface JsonlWriterOptions {
  readonly store: ObjectStore;
  readonly kind: BundleObject['kind'];
  /** The key, within the bundle, of the n-th object. */
  readonly name: (index: number) => string;
  /** Plain bytes after which an object is closed. */
  readonly budget?: number;
}

/**
 * Writes lines into objects of about `budget` plain bytes each.
 *
 * Guarantees: a line is never split over two objects; one object's lines are being gathered, in a buffer that is used again,
 * while at most one more, packed, is being stored; the objects come in order.
 */
export class JsonlWriter {
  readonly #options: JsonlWriterOptions;
  readonly #budget: number;
  readonly #objects: BundleObject[] = [];
  readonly #lines = new LineBuffer();
  #storing: Promise<void> = Promise.resolve();

  constructor(options: JsonlWriterOptions) {
    this.#options = options;
    this.#budget = options.budget ?? PART_BYTES;
  }

  /**
   * @param line - JSON without a line end
   * @throws what the store throws, for this object or the one before
   */
  async write(line: string): Promise<void> {
    const size = Buffer.byteLength(line) + 1;
    if (this.#lines.bytes > 0 && this.#lines.bytes + size > this.#budget) await this.#close();
    this.#lines.add(line, size, this.#budget);
  }

  /** Closes the last object and waits until all are stored. */
  async end(): Promise<BundleObject[]> {
    if (this.#lines.bytes > 0) await this.#close();
    await this.#storing;
    return this.#objects;
  }

  async #close(): Promise<void> {
    await this.#storing;
    const plain = this.#lines.content;
    // Not on a thread: compressing takes milliseconds, and every thread would keep some 8 MB of what it needs for it.
    const packed = zstdCompressSync(plain);
    const path = this.#options.name(this.#objects.length);
    this.#objects.push({
      path,
      kind: this.#options.kind,
      size: packed.byteLength,
      sha256: sha256Hex(packed),
      plain_size: plain.byteLength,
      plain_sha256: sha256Hex(plain),
      lines: this.#lines.lines,
    });
    this.#lines.clear();
    this.#storing = this.#options.store.put(path, packed).then(() => undefined);
    // A failure is thrown by the next await of #storing; this only keeps it from counting as unhandled meanwhile.
    this.#storing.catch(() => undefined);
  }
}

/** Lines in one buffer that is made once: parts of megabytes left to the garbage collector pile up before it comes. */
class LineBuffer {
  bytes = 0;
  lines = 0;
  #buffer = Buffer.alloc(0);

  get content(): Buffer {
    return this.#buffer.subarray(0, this.bytes);
  }

  add(line: string, size: number, budget: number): void {
    if (this.bytes + size > this.#buffer.length) this.#grow(this.bytes + size, budget);
    this.bytes += this.#buffer.write(`${line}\n`, this.bytes);
    this.lines += 1;
  }

  clear(): void {
    this.bytes = 0;
    this.lines = 0;
    // One line of 64 MiB must not hold its room for the rest of the run.
    if (this.#buffer.length > 2 * PART_BYTES) this.#buffer = Buffer.alloc(0);
  }

  /** A small run needs little room; any other gets all of it at once, for outgrown buffers are garbage of their size. */
  #grow(needed: number, budget: number): void {
    const wanted = this.#buffer.length === 0 ? FIRST_BUFFER_BYTES : budget;
    const room = Buffer.allocUnsafe(Math.max(needed, Math.min(wanted, budget)));
    this.#buffer.copy(room, 0, 0, this.bytes);
    this.#buffer = room;
  }
}

const FIRST_BUFFER_BYTES = 256 * 1024;

/**
 * Unpacks an object and checks it against the manifest's entry.
 *
 * @throws CorruptObjectError when a size or digest differs or the bytes are no zstd
 */
export async function unpack(packed: Uint8Array, expected: BundleObject): Promise<Buffer> {
  if (packed.byteLength !== expected.size || sha256Hex(packed) !== expected.sha256) {
    throw new CorruptObjectError(
      `${expected.path}: the stored object is not the one in the manifest ` +
        `(${packed.byteLength} bytes, expected ${expected.size} with sha256 ${expected.sha256.slice(0, 12)}…)`,
      { hint: 'Upload the run again; if the object was changed in the store, restore its first version.' },
    );
  }
  const plain = await unpackPlain(packed, expected.path, expected.plain_size);
  if (plain.byteLength !== expected.plain_size || sha256Hex(plain) !== expected.plain_sha256) {
    throw new CorruptObjectError(`${expected.path}: its contents do not match the manifest`);
  }
  return plain;
}

async function unpackPlain(packed: Uint8Array, path: string, size: number): Promise<Buffer> {
  if (size > MAX_PLAIN_BYTES) {
    throw new CorruptObjectError(
      `${path}: unpacks to ${size} bytes, more than the ${MAX_PLAIN_BYTES} allowed`,
    );
  }
  try {
    // One chunk for all of it: otherwise pieces are gathered and then copied into one.
    return await decompress(packed, {
      maxOutputLength: Math.max(1, size),
      chunkSize: Math.max(MIN_CHUNK_BYTES, size),
    });
  } catch (error) {
    throw new CorruptObjectError(`${path}: cannot be unpacked: ${messageOf(error)}`, { cause: error });
  }
}

/** A line's value and how long the line was. */
export interface ParsedLine<Value> {
  readonly value: Value;
  readonly bytes: number;
}

/**
 * The JSON objects of a plain object, one at a time.
 *
 * @throws CorruptObjectError naming path and line when a line is not JSON or not of the schema
 */
export function* parseLines<Schema extends z.ZodType>(
  plain: Buffer,
  path: string,
  schema: Schema,
): Generator<ParsedLine<z.output<Schema>>> {
  let line = 0;
  for (let start = 0; start < plain.length; ) {
    const newline = plain.indexOf(0x0a, start);
    const end = newline === -1 ? plain.length : newline;
    line += 1;
    const value = parseLine(plain.toString('utf8', start, end), `${path}:${line}`, schema);
    yield { value, bytes: end - start };
    start = end + 1;
  }
}

function parseLine<Schema extends z.ZodType>(text: string, where: string, schema: Schema): z.output<Schema> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new CorruptObjectError(`${where}: not JSON`, { cause: error });
  }
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  throw new CorruptObjectError(`${where}: ${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'invalid'}`);
}
