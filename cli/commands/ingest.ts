/**
 * @module
 */
import { findBundle } from '../bundle-reference.ts';
import { deliverAndReport } from '../delivery.ts';
import { dryRunDelivery } from '../dry-run.ts';
import { underPolicy } from '../policy.ts';
import type { Session } from '../session.ts';
import { loadSettings } from '../settings.ts';

/** Bundle → Opik. */
export async function ingest(session: Session, reference: string): Promise<number> {
  const settings = await loadSettings(session);
  if (session.flags.dryRun) {
    const bundle = await findBundle(session, settings, reference);
    return dryRunDelivery(session, settings, bundle.store, async () => bundle);
  }
  return underPolicy(session, settings, 'Delivery', async () => {
    await deliverAndReport(session, settings, await findBundle(session, settings, reference));
  });
}
