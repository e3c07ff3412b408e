import { constants, zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { digestOf } from '../../../core/bundle/digest.ts';
import { bundleOfManifestKey, isBundlePath } from '../../../core/bundle/keys.ts';
import type { Manifest } from '../../../core/bundle/manifest.ts';
import { publishBundle } from '../../../core/bundle/publish.ts';
import { openBundle, parseManifest, readManifest } from '../../../core/bundle/read.ts';
import { verifyBundle } from '../../../core/bundle/verify.ts';
import { createFileStore, type ObjectStore } from '../../../core/store/index.ts';
import { makeWorkspace, uploadRun, type Workspace } from '../../support/pipeline.ts';
import { fixtureRun } from '../../support/runs.ts';

const BASELINE = fixtureRun('baseline').directory;

let workspace: Workspace;
beforeEach(async () => {
  workspace = await makeWorkspace();
});
afterEach(() => workspace.remove());

/** A store that stops working after a number of puts, as a killed process does; what had begun by then is done. */
function dying(store: ObjectStore, puts: number): ObjectStore {
  const begun: Promise<unknown>[] = [];
  return {
    uri: store.uri,
    get: (key, options) => store.get(key, options),
    head: (key, options) => store.head(key, options),
    list: (prefix, options) => store.list(prefix, options),
    listFolders: (prefix, options) => store.listFolders(prefix, options),
    delete: (key) => store.delete(key),
    put: async (key, body, options) => {
      if (begun.length === puts) {
        await Promise.allSettled(begun);
        throw new Error('killed');
      }
      const put = store.put(key, body, options);
      begun.push(put);
      return put;
    },
  };
}

async function keysOf(store: ObjectStore): Promise<string[]> {
  const keys: string[] = [];
  for await (const { key } of store.list('')) keys.push(key);
  return keys;
}

/** A bundle of several objects, published elsewhere, and its staging. */
async function built(): Promise<{ manifest: Manifest; staging: ObjectStore }> {
  const other = createFileStore(`${workspace.directory}/elsewhere`);
  const { manifest, path } = await uploadRun(
    BASELINE,
    { directory: workspace.directory, store: other },
    { mode: 'full' },
  );
  return { manifest, staging: createFileStore(`${workspace.directory}/elsewhere/${path}`) };
}

describe('publishBundle', () => {
  it('interrupted anywhere, leaves no bundle; tried again, skips what is there and ends the same', async () => {
    const { manifest, staging } = await built();
    const { objects } = manifest;
    expect(objects.length).toBeGreaterThan(2);
    for (let puts = 0; puts <= objects.length; puts += 1) {
      const store = createFileStore(`${workspace.directory}/store-${puts}`);
      await expect(publishBundle({ staging, store: dying(store, puts), manifest })).rejects.toThrow('killed');
      expect((await keysOf(store)).some((key) => key.endsWith('manifest.json'))).toBe(false);

      const again = await publishBundle({ staging, store, manifest });

      expect(again).toMatchObject({ outcome: 'created', reused: puts, uploaded: objects.length - puts });
      expect((await verifyBundle({ bundle: await openBundle(store, again.path) })).problems).toEqual([]);
    }
  });

  it('put by many at once, is there once', async () => {
    const { manifest, staging } = await built();
    const outcomes = await Promise.all(
      Array.from({ length: 8 }, () => publishBundle({ staging, store: workspace.store, manifest })),
    );
    expect(outcomes.filter(({ outcome }) => outcome === 'created').length).toBe(1);
    expect(new Set(outcomes.map(({ path }) => path)).size).toBe(1);
    const manifests = (await keysOf(workspace.store)).filter((key) => key.endsWith('manifest.json'));
    expect(manifests.map(bundleOfManifestKey)).toEqual([outcomes[0]?.path]);
  });

  it('adopts an object that another zstd packed otherwise, and names it as it is stored', async () => {
    const { manifest, staging } = await built();
    const [part] = manifest.objects;
    if (part === undefined) throw new Error('no part');
    const plain = zstdDecompressSync(await staging.get(part.path));
    const otherwise = zstdCompressSync(plain, { params: { [constants.ZSTD_c_compressionLevel]: 19 } });
    expect(otherwise.equals(await staging.get(part.path))).toBe(false);
    const { path } = await publishBundle({
      staging,
      store: createFileStore(`${workspace.directory}/probe`),
      manifest,
    });
    await workspace.store.put(`${path}/${part.path}`, otherwise);

    const outcome = await publishBundle({ staging, store: workspace.store, manifest });

    expect(outcome.reused).toBe(1);
    expect(outcome.manifest.objects[0]?.size).toBe(otherwise.length);
    expect(outcome.manifest.digest).toBe(manifest.digest);
    const bundle = await openBundle(workspace.store, outcome.path);
    expect((await verifyBundle({ bundle })).problems).toEqual([]);
  });

  it('replaces an object of no committed bundle that holds something else', async () => {
    const { manifest, staging } = await built();
    const { path } = await publishBundle({
      staging,
      store: createFileStore(`${workspace.directory}/probe`),
      manifest,
    });
    await workspace.store.put(`${path}/${manifest.objects[0]?.path}`, Buffer.from('not zstd'));
    const outcome = await publishBundle({ staging, store: workspace.store, manifest });
    expect(outcome).toMatchObject({ outcome: 'created', reused: 0 });
    const bundle = await openBundle(workspace.store, outcome.path);
    expect((await verifyBundle({ bundle })).problems).toEqual([]);
  });
});

describe('reading a bundle', () => {
  it('finds every object that was changed, cut or removed', async () => {
    const { path, manifest } = await uploadRun(BASELINE, workspace, { mode: 'full' });
    const [part, items, artifacts] = manifest.objects;
    if (part === undefined || items === undefined || artifacts === undefined)
      throw new Error('three kinds expected');
    const bytes = Buffer.from(await workspace.store.get(`${path}/${part.path}`));
    bytes.writeUInt8(bytes.readUInt8(bytes.length - 9) ^ 1, bytes.length - 9);
    await workspace.store.put(`${path}/${part.path}`, bytes);
    await workspace.store.delete(`${path}/${items.path}`);
    await workspace.store.put(`${path}/${artifacts.path}`, Buffer.alloc(artifacts.size + 1));

    const { problems } = await verifyBundle({ bundle: await openBundle(workspace.store, path) });

    expect(problems).toEqual(
      [
        expect.stringContaining(artifacts.path),
        expect.stringContaining(`${items.path} is missing`),
        expect.stringContaining(part.path),
      ].sort(),
    );
  });

  it('refuses a manifest that was changed, copied elsewhere, or is of another schema, and says which', async () => {
    const { path, manifest } = await uploadRun(BASELINE, workspace);
    const refusal = async (changed: unknown, at = path): Promise<string> => {
      await workspace.store.put(
        `${at}/manifest.json`,
        Buffer.from(typeof changed === 'string' ? changed : JSON.stringify(changed)),
      );
      return readManifest(workspace.store, at).then(
        () => 'accepted',
        (error: { code: string; message: string }) => `${error.code} ${error.message}`,
      );
    };
    expect(await refusal({ ...manifest, gate: { ...manifest.gate, status: 'passed' } })).toMatch(
      /^INVALID_MANIFEST.*digest/,
    );
    expect(await refusal({ ...manifest, schema: 'agentv-opik.manifest.v9' })).toMatch(
      /^UNSUPPORTED_MANIFEST.*v9/,
    );
    expect(await refusal({ ...manifest, schema: 'other' })).toMatch(/^INVALID_MANIFEST.*other/);
    expect(await refusal({ eval_file: '/x', test_ids: [] })).toMatch(
      /^INVALID_MANIFEST.*no agentv-opik manifest/,
    );
    expect(await refusal('{')).toMatch(/^INVALID_MANIFEST.*not JSON/);
    expect(await refusal(manifest, `runs/other/2026/11/20/run/${manifest.digest.slice(0, 12)}`)).toMatch(
      /^INVALID_MANIFEST.*belongs to runs\//,
    );
    const climbing = { ...manifest, objects: [{ ...manifest.objects[0], path: '../../secret' }] };
    expect(await refusal({ ...climbing, digest: digestOf({ ...manifest, objects: [] }) })).toMatch(
      /^INVALID_MANIFEST.*path/,
    );
    expect(await refusal(manifest)).toBe('accepted');
  });

  it('says what is missing where there is no bundle', async () => {
    await expect(readManifest(workspace.store, 'runs/a/2026/11/20/b/000000000000')).rejects.toMatchObject({
      code: 'BUNDLE_NOT_FOUND',
      hint: expect.stringContaining('agentv-opik list'),
    });
  });
});

describe('digest', () => {
  it('covers what the bundle says and where it goes, not when, whence and how it was packed', async () => {
    const { manifest } = await uploadRun(BASELINE, workspace);
    const same: Manifest = {
      ...manifest,
      created_at: '2030-01-01T00:00:00.000Z',
      revision: 7,
      tool: { name: 'agentv-opik', version: '9' },
      provenance: { flags: ['store'], env_names: [] },
      objects: manifest.objects.map((object) => ({ ...object, size: 1, sha256: '0'.repeat(64) })),
    };
    expect(digestOf(same)).toBe(manifest.digest);
    expect(digestOf({ ...manifest, destination: { ...manifest.destination, project: 'x' } })).not.toBe(
      manifest.digest,
    );
    expect(digestOf({ ...manifest, gate: { ...manifest.gate, exit_code: 1 } })).not.toBe(manifest.digest);
  });

  it('is unchanged by a round trip through JSON', async () => {
    const { manifest } = await uploadRun(BASELINE, workspace);
    expect(parseManifest(Buffer.from(JSON.stringify(manifest)), 'test')).toEqual(manifest);
  });
});

describe('keys', () => {
  it.each([
    ['runs/a/2026/11/20/b/0123456789ab/manifest.json', 'runs/a/2026/11/20/b/0123456789ab'],
    ['runs/a/2026/11/20/b/0123456789ab/other.json', undefined],
    ['runs/a/2026/11/20/b/0123456789/manifest.json', undefined],
    ['runs/a/b/2026/11/20/b/0123456789ab/manifest.json', undefined],
    ['receipts/runs/a/2026/11/20/b/0123456789ab/manifest.json', undefined],
  ])('%s is the manifest of %s', (key, bundle) => {
    expect(bundleOfManifestKey(key)).toBe(bundle);
    if (bundle !== undefined) expect(isBundlePath(bundle)).toBe(true);
  });
});
