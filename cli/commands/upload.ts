/**
 * @module
 */
import { SupersededError } from '../../core/ingest/errors.ts';
import type { Receipt } from '../../core/ingest/receipt.ts';
import { createFileStore } from '../../core/store/index.ts';
import type { ObjectStore } from '../../core/store/port.ts';
import { bundleRun } from '../bundle-run.ts';
import { reportToActions } from '../github.ts';
import { underPolicy } from '../policy.ts';
import {
  renderUpload,
  renderUploadDryRun,
  type UploadReport,
  uploadDryRunJson,
  uploadJson,
  uploadSummary,
} from '../render/bundle.ts';
import { shellCommand } from '../render/messages.ts';
import { deliverySummary, renderReceipt } from '../render/receipt.ts';
import type { Session } from '../session.ts';
import { type LoadedSettings, loadSettings } from '../settings.ts';
import { storeRun } from '../store-run.ts';
import { requiredStore } from '../stores.ts';
import { reportSuperseded } from '../superseded.ts';
import { withTemporaryFolder } from '../temporary.ts';
import { waitForReceipt } from '../wait.ts';

/** Run → bundle in the store. */
export async function upload(session: Session, run: string | undefined): Promise<number> {
  const settings = await loadSettings(session);
  if (session.flags.dryRun) return dryRun(session, settings, run);
  return underPolicy(session, settings, 'Upload', async () => {
    const store = await requiredStore(session, settings);
    const stored = await storeRun(session, settings, run, store);
    const report = { ...stored, uri: `${store.uri}/${stored.path}` };
    if (session.flags.wait) await reportDelivered(session, store, report);
    else await reportStored(session, report);
  });
}

async function reportStored(session: Session, report: UploadReport): Promise<void> {
  const { manifest, outcome, uri } = report;
  session.output.result((style) => renderUpload(report, style), uploadJson(report));
  session.output.tip(
    `deliver it with: ${shellCommand(['agentv-opik', 'ingest', uri])}, unless your store does so by itself`,
  );
  await reportToActions(
    session,
    { status: outcome, bundle: uri, digest: manifest.digest },
    uploadSummary(report),
  );
}

async function reportDelivered(
  session: Session,
  store: ObjectStore,
  report: UploadReport & { readonly path: string },
): Promise<void> {
  const { manifest, uri } = report;
  if (!session.output.flags.json) session.output.result((style) => renderUpload(report, style), {});
  let receipt: Receipt;
  try {
    receipt = await waitForReceipt(session, store, report.path);
  } catch (error) {
    if (!(error instanceof SupersededError)) throw error;
    return reportSuperseded(session, uri, `${store.uri}/${error.by}`, error);
  }
  session.output.result((style) => renderReceipt({ manifest, receipt, unchanged: false }, style), {
    ...uploadJson(report),
    receipt: { ...receipt, bundle_uri: uri },
  });
  const { status, digest, experiment_url } = receipt;
  await reportToActions(
    session,
    { status, bundle: uri, digest, experiment_url },
    deliverySummary(manifest, receipt),
  );
}

async function dryRun(session: Session, settings: LoadedSettings, run: string | undefined): Promise<number> {
  await withTemporaryFolder(session.context, async (folder) => {
    const manifest = await bundleRun(session, settings, run, createFileStore(folder));
    session.output.result(
      (style) => renderUploadDryRun(manifest, settings.values.store, style),
      uploadDryRunJson(manifest),
    );
  });
  return 0;
}
