/**
 * @module
 */
import { type PublishOutcome, publishBundle } from '../core/bundle/publish.ts';
import { createFileStore } from '../core/store/index.ts';
import type { ObjectStore } from '../core/store/port.ts';
import { bundleRun } from './bundle-run.ts';
import type { Session } from './session.ts';
import type { LoadedSettings } from './settings.ts';
import { withTemporaryFolder } from './temporary.ts';

/** Bundles a run in a temporary folder and puts it into a store. @throws what {@link bundleRun} throws */
export async function storeRun(
  session: Session,
  settings: LoadedSettings,
  run: string | undefined,
  store: ObjectStore,
): Promise<PublishOutcome> {
  const { context, output } = session;
  return withTemporaryFolder(context, async (folder) => {
    const staging = createFileStore(folder);
    const outcome = await publishBundle({
      staging,
      store,
      manifest: await bundleRun(session, settings, run, staging),
      signal: context.signal,
      onObject: (done, total) => output.progress('Storing objects', done, total),
    });
    output.endProgress();
    return outcome;
  });
}
