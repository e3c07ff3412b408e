/**
 * @module
 */
import { type Bundle, openBundle } from '../../core/bundle/read.ts';
import { createFileStore } from '../../core/store/index.ts';
import type { ObjectStore } from '../../core/store/port.ts';
import { deliverAndReport } from '../delivery.ts';
import { dryRunDelivery } from '../dry-run.ts';
import { localStorePath, openLocalStore } from '../local-store.ts';
import { requireOpik } from '../opik.ts';
import { underPolicy } from '../policy.ts';
import type { Session } from '../session.ts';
import { type LoadedSettings, loadSettings } from '../settings.ts';
import { storeRun } from '../store-run.ts';

/** Run → Opik. A folder of the project keeps what was delivered, so that doing it again sends nothing. */
export async function exportRun(session: Session, run: string | undefined): Promise<number> {
  const settings = await loadSettings(session);
  if (session.flags.dryRun) {
    const store = createFileStore(localStorePath(settings));
    return dryRunDelivery(session, settings, store, (overlay) => stored(session, settings, run, overlay));
  }
  return underPolicy(session, settings, 'Export', async () => {
    // Before the work: without credentials there is nothing to read a run for.
    requireOpik(settings);
    const bundle = await stored(session, settings, run, await openLocalStore(settings));
    await deliverAndReport(session, settings, bundle);
  });
}

async function stored(
  session: Session,
  settings: LoadedSettings,
  run: string | undefined,
  store: ObjectStore,
): Promise<Bundle> {
  const { path } = await storeRun(session, settings, run, store);
  return openBundle(store, path);
}
