/**
 * Bundles of many parts without the gigabytes that it takes to fill them.
 */

import { join } from 'node:path';
import { digestOf } from '../../core/bundle/digest.ts';
import { JsonlWriter } from '../../core/bundle/jsonl.ts';
import { partName } from '../../core/bundle/keys.ts';
import type { Manifest } from '../../core/bundle/manifest.ts';
import { type PublishOutcome, publishBundle } from '../../core/bundle/publish.ts';
import { openBundle } from '../../core/bundle/read.ts';
import { createFileStore, type ObjectStore } from '../../core/store/index.ts';
import { makeWorkspace, type UploadOptions, uploadRun } from './pipeline.ts';

/** Uploads a run cut into parts of at most `budget` plain bytes; 1 gives a part for each result. */
export async function uploadInParts(
  run: string,
  store: ObjectStore,
  budget: number,
  options: UploadOptions = {},
): Promise<PublishOutcome> {
  const workspace = await makeWorkspace();
  try {
    const { path } = await uploadRun(run, workspace, options);
    const whole = await openBundle(workspace.store, path);
    const staging = createFileStore(join(workspace.directory, 'parts'));
    const parts = new JsonlWriter({ store: staging, kind: 'part', name: partName, budget });
    for (const part of whole.parts)
      for await (const result of whole.results(part)) await parts.write(JSON.stringify(result));
    const others = whole.manifest.objects.filter(({ kind }) => kind !== 'part');
    for (const { path: name } of others)
      await staging.put(name, await workspace.store.get(`${path}/${name}`));
    const cut: Manifest = { ...whole.manifest, objects: [...(await parts.end()), ...others] };
    return await publishBundle({ staging, store, manifest: { ...cut, digest: digestOf(cut) } });
  } finally {
    await workspace.remove();
  }
}
