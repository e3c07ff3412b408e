/**
 * @module
 */

import { type Failure, FailureStore } from '../../core/ingest/failure.ts';
import { supersederOf } from '../../core/ingest/newest.ts';
import type { Receipt } from '../../core/ingest/receipt.ts';
import { receiptsOf } from '../../core/ingest/receipt-store.ts';
import { findBundle } from '../bundle-reference.ts';
import { EXIT } from '../exit.ts';
import { shellCommand } from '../render/messages.ts';
import { renderStatus, statusJson } from '../render/status.ts';
import type { Session } from '../session.ts';
import { loadSettings } from '../settings.ts';
import { waitForReceipt } from '../wait.ts';

/** Receipts of a bundle. */
export async function status(session: Session, reference: string): Promise<number> {
  const { flags, output } = session;
  const bundle = await findBundle(session, await loadSettings(session), reference);
  const newer = await supersederOf(bundle);
  if (flags.wait && newer === undefined) await waitForReceipt(session, bundle.store, bundle.path);
  const receipts: Receipt[] = [];
  for await (const receipt of receiptsOf(bundle.store, bundle.path)) receipts.push(receipt);

  const failures: Failure[] = [];
  for await (const failure of new FailureStore(bundle.store, bundle.path).all()) failures.push(failure);

  const report = { uri: bundle.uri, manifest: bundle.manifest, receipts, failures, newer: newer?.uri };
  output.result((style) => renderStatus(report, style), statusJson(report));
  if (newer !== undefined)
    output.tip(`look at the newer one with: ${shellCommand(['agentv-opik', 'status', newer.uri])}`);
  else if (receipts.length === 0) {
    output.tip(`deliver it with: ${shellCommand(['agentv-opik', 'ingest', bundle.uri])}`);
  }
  return EXIT.done;
}
