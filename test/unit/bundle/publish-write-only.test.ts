/**
 * Uploading with a role that may put what is not there yet and list its own runs, and nothing else: infra/ci-role.yaml.
 */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Manifest } from '../../../core/bundle/manifest.ts';
import { publishBundle } from '../../../core/bundle/publish.ts';
import { openBundle } from '../../../core/bundle/read.ts';
import { verifyBundle } from '../../../core/bundle/verify.ts';
import { StoreAccessError } from '../../../core/store/errors.ts';
import { createFileStore, type ObjectStore } from '../../../core/store/index.ts';
import { makeWorkspace, uploadRun, type Workspace } from '../../support/pipeline.ts';
import { fixtureRun } from '../../support/runs.ts';

let workspace: Workspace;
let manifest: Manifest;
let staging: ObjectStore;
let path: string;
beforeEach(async () => {
  workspace = await makeWorkspace();
  const elsewhere = createFileStore(`${workspace.directory}/elsewhere`);
  ({ manifest, path } = await uploadRun(
    fixtureRun('baseline').directory,
    { directory: workspace.directory, store: elsewhere },
    { mode: 'full' },
  ));
  staging = createFileStore(`${workspace.directory}/elsewhere/${path}`);
});
afterEach(() => workspace.remove());

function refuse(doing: string): never {
  throw new StoreAccessError(`Cannot ${doing}: access is denied (AccessDenied, 403).`);
}

/** As S3 answers a role with s3:PutObject under `If-None-Match: *` and s3:ListBucket alone. */
function writeOnly(store: ObjectStore): ObjectStore {
  return {
    uri: store.uri,
    get: async () => refuse('read'),
    head: async () => refuse('look'),
    delete: async () => refuse('delete'),
    put: async (key, body, options) =>
      options?.ifAbsent === true ? store.put(key, body, options) : refuse('overwrite'),
    list: (prefix, options) => store.list(prefix, options),
    listFolders: (prefix, options) => store.listFolders(prefix, options),
  };
}

describe('publishBundle with a role that may only put', () => {
  it('creates the bundle, whole', async () => {
    const outcome = await publishBundle({ staging, store: writeOnly(workspace.store), manifest });

    expect(outcome).toMatchObject({ path, outcome: 'created', uploaded: manifest.objects.length, reused: 0 });
    const bundle = await openBundle(workspace.store, path);
    expect((await verifyBundle({ bundle })).problems).toEqual([]);
  });

  it('finds its own bundle there, and writes nothing', async () => {
    await publishBundle({ staging, store: writeOnly(workspace.store), manifest });
    const before = await workspace.store.get(`${path}/manifest.json`);

    const outcome = await publishBundle({ staging, store: writeOnly(workspace.store), manifest });

    expect(outcome).toMatchObject({ path, outcome: 'exists', uploaded: 0, manifest: { revision: 1 } });
    expect(await workspace.store.get(`${path}/manifest.json`)).toEqual(before);
  });

  it('goes on where it was interrupted', async () => {
    const [first] = manifest.objects;
    if (first === undefined) throw new Error('no object');
    await workspace.store.put(`${path}/${first.path}`, await staging.get(first.path));

    const outcome = await publishBundle({ staging, store: writeOnly(workspace.store), manifest });

    expect(outcome).toMatchObject({ outcome: 'created', reused: 1, uploaded: manifest.objects.length - 1 });
    const bundle = await openBundle(workspace.store, path);
    expect((await verifyBundle({ bundle })).problems).toEqual([]);
  });

  it('commits nothing over an object that it did not put, and says what to do', async () => {
    const [first] = manifest.objects;
    await workspace.store.put(`${path}/${first?.path}`, Buffer.from('something else'));

    await expect(
      publishBundle({ staging, store: writeOnly(workspace.store), manifest }),
    ).rejects.toMatchObject({ code: 'CORRUPT_OBJECT', hint: expect.stringContaining('delete') });

    expect(await workspace.store.head(`${path}/manifest.json`)).toBeUndefined();
    expect(Buffer.from(await workspace.store.get(`${path}/${first?.path}`)).toString()).toBe(
      'something else',
    );
  });

  it('counts the revisions of a run', async () => {
    const other = await uploadRun(fixtureRun('baseline').directory, workspace);
    expect(other.path).not.toBe(path);

    const outcome = await publishBundle({ staging, store: writeOnly(workspace.store), manifest });

    expect(outcome.manifest.revision).toBe(2);
  });

  it('fails as refused where it may not put either', async () => {
    const store: ObjectStore = { ...writeOnly(workspace.store), put: async () => refuse('write') };

    await expect(publishBundle({ staging, store, manifest })).rejects.toMatchObject({ code: 'STORE_ACCESS' });
  });
});
