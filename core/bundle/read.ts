/**
 * Reading bundles back, trusting nothing.
 *
 * @module
 */
import { z } from 'zod';
import { type Result, resultSchema } from '../run/result.ts';
import { ObjectNotFoundError, ObjectTooLargeError } from '../store/errors.ts';
import type { ObjectStore } from '../store/port.ts';
import { digestOf } from './digest.ts';
import {
  BundleNotFoundError,
  CorruptObjectError,
  InvalidManifestError,
  UnsupportedManifestError,
} from './errors.ts';
import { type ParsedLine, parseLines, unpack } from './jsonl.ts';
import { bundlePath, MANIFEST_NAME } from './keys.ts';
import {
  type ArtifactChunk,
  artifactChunkSchema,
  type BundleItem,
  type BundleObject,
  datasetItemSchema,
  MANIFEST_SCHEMA,
  type Manifest,
  manifestSchema,
} from './manifest.ts';

/** A manifest names one object per 2 MiB of results: this is enough for 50 GB, and too little to harm a reader. */
export const MAX_MANIFEST_BYTES = 16 * 1024 * 1024;

/**
 * Reads and checks the manifest of the bundle in a folder.
 *
 * Guarantees: it is of the known schema, its digest covers what it says, and it lies where its own identity puts it, so
 * that a manifest copied to another place or run is refused.
 *
 * @throws BundleNotFoundError, InvalidManifestError, UnsupportedManifestError
 */
export async function readManifest(store: ObjectStore, path: string): Promise<Manifest> {
  const manifest = parseManifest(await manifestBytes(store, path), `${store.uri}/${path}/${MANIFEST_NAME}`);
  const belongs = bundlePath(manifest.run, manifest.digest);
  if (belongs !== path) {
    throw new InvalidManifestError(`${store.uri}/${path}: this manifest belongs to ${belongs}`, {
      hint: 'Do not copy bundles by hand from one folder to another: upload the run instead.',
    });
  }
  return manifest;
}

async function manifestBytes(store: ObjectStore, path: string): Promise<Uint8Array> {
  try {
    return await store.get(`${path}/${MANIFEST_NAME}`, { maxBytes: MAX_MANIFEST_BYTES });
  } catch (error) {
    if (!(error instanceof ObjectNotFoundError)) throw error;
    throw new BundleNotFoundError(`No bundle at ${store.uri}/${path}: there is no ${MANIFEST_NAME}`, {
      hint: 'An interrupted upload leaves none: run `agentv-opik upload` again. `agentv-opik list` shows what is there.',
      cause: error,
    });
  }
}

/** @throws InvalidManifestError, UnsupportedManifestError */
export function parseManifest(bytes: Uint8Array, where: string): Manifest {
  let value: unknown;
  try {
    value = JSON.parse(Buffer.from(bytes).toString('utf8'));
  } catch (error) {
    throw new InvalidManifestError(`${where}: not JSON`, { cause: error });
  }
  const { schema } = z
    .looseObject({ schema: z.string().catch('') })
    .catch({ schema: '' })
    .parse(value);
  if (schema !== MANIFEST_SCHEMA) {
    const what = schema === '' ? 'no agentv-opik manifest' : `schema ${JSON.stringify(schema.slice(0, 80))}`;
    if (!schema.startsWith('agentv-opik.manifest.')) {
      throw new InvalidManifestError(`${where}: ${what}; expected ${MANIFEST_SCHEMA}`);
    }
    throw new UnsupportedManifestError(`${where}: ${what}; this version reads ${MANIFEST_SCHEMA}`, {
      hint: 'It was written by a newer agentv-opik: upgrade the side that reads it.',
    });
  }
  const parsed = manifestSchema.safeParse(value);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    throw new InvalidManifestError(
      `${where}: ${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'invalid'}`,
    );
  }
  if (digestOf(parsed.data) !== parsed.data.digest) {
    throw new InvalidManifestError(`${where}: its contents do not match its digest`, {
      hint: 'It was changed after the upload. Upload the run again.',
    });
  }
  return parsed.data;
}

/** A committed bundle: its manifest, and its objects as values, each checked when read. */
export class Bundle {
  readonly store: ObjectStore;
  readonly path: string;
  readonly manifest: Manifest;

  constructor(store: ObjectStore, path: string, manifest: Manifest) {
    this.store = store;
    this.path = path;
    this.manifest = manifest;
  }

  get uri(): string {
    return `${this.store.uri}/${this.path}`;
  }

  get parts(): BundleObject[] {
    return this.manifest.objects.filter(({ kind }) => kind === 'part');
  }

  /** @throws CorruptObjectError */
  async *results(part: BundleObject): AsyncGenerator<Result> {
    for await (const { value } of this.sizedResults(part)) yield value;
  }

  /** The results with the bytes that each takes in the part, for readers that gather them by size. */
  async *sizedResults(part: BundleObject): AsyncGenerator<ParsedLine<Result>> {
    yield* parseLines(await this.#plain(part), part.path, resultSchema);
  }

  /** @throws CorruptObjectError */
  async *items(): AsyncGenerator<BundleItem> {
    for (const object of this.manifest.objects.filter(({ kind }) => kind === 'items')) {
      for (const { value } of parseLines(await this.#plain(object), object.path, datasetItemSchema))
        yield value;
    }
  }

  /** @throws CorruptObjectError */
  async *artifacts(): AsyncGenerator<ArtifactChunk> {
    for (const object of this.manifest.objects.filter(({ kind }) => kind === 'artifacts')) {
      for (const { value } of parseLines(await this.#plain(object), object.path, artifactChunkSchema))
        yield value;
    }
  }

  /** Reads an object and throws unless it is what the manifest says. */
  async check(object: BundleObject): Promise<void> {
    await this.#plain(object);
  }

  async #plain(object: BundleObject): Promise<Buffer> {
    const key = `${this.path}/${object.path}`;
    try {
      return await unpack(await this.store.get(key, { maxBytes: object.size }), object);
    } catch (error) {
      if (error instanceof ObjectNotFoundError) {
        throw new CorruptObjectError(`${this.uri}/${object.path} is missing`, { cause: error });
      }
      if (error instanceof ObjectTooLargeError) {
        throw new CorruptObjectError(`${this.uri}/${object.path} is larger than the manifest says`, {
          cause: error,
        });
      }
      throw error;
    }
  }
}

/** @throws BundleNotFoundError, InvalidManifestError, UnsupportedManifestError */
export async function openBundle(store: ObjectStore, path: string): Promise<Bundle> {
  return new Bundle(store, path, await readManifest(store, path));
}
