/**
 * @module
 */
import { sha256Hex } from './jsonl.ts';
import type { Manifest } from './manifest.ts';

/** The part of a manifest that its digest covers. */
export type DigestedManifest = Pick<
  Manifest,
  'schema' | 'run' | 'gate' | 'capture' | 'destination' | 'totals' | 'rejected' | 'skipped_files'
> & { readonly objects: readonly Pick<Manifest['objects'][number], 'path' | 'plain_sha256'>[] };

/**
 * What a bundle is: who it is of, what it says and where it shall go.
 *
 * Guarantees: the same run uploaded twice with the same settings has the same digest, on any machine and with any
 * version of zstd, for only plain bytes count; when and where it was uploaded does not matter.
 */
export function digestOf(manifest: DigestedManifest): string {
  const { schema, run, gate, capture, destination, totals, rejected, skipped_files } = manifest;
  const objects = manifest.objects.map(({ path, plain_sha256 }) => [path, plain_sha256]);
  return sha256Hex(
    canonicalJson({ schema, run, gate, capture, destination, totals, rejected, skipped_files, objects }),
  );
}

/** JSON with sorted keys and without absent members: equal values give equal text. */
export function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_key, member: unknown) =>
    isPlainObject(member)
      ? Object.fromEntries(
          Object.entries(member)
            .filter(([, inner]) => inner !== undefined)
            .sort(([a], [b]) => (a < b ? -1 : 1)),
        )
      : member,
  );
}

function isPlainObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
