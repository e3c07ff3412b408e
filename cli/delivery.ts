/**
 * From a bundle to Opik: what `ingest` and `export` share.
 *
 * @module
 */
import type { Bundle } from '../core/bundle/read.ts';
import { recapture } from '../core/capture/index.ts';
import type { DestinationOverrides, IngestProgress } from '../core/ingest/context.ts';
import { SupersededError } from '../core/ingest/errors.ts';
import { ingestBundle } from '../core/ingest/ingest.ts';
import type { Receipt } from '../core/ingest/receipt.ts';
import type { OpikPort } from '../core/opik/port.ts';
import type { ObjectStore } from '../core/store/port.ts';
import { captureSettings } from './capture.ts';
import { PartlyDeliveredError } from './errors.ts';
import { reportToActions } from './github.ts';
import { connectOpik } from './opik.ts';
import { deliverySummary, receiptJson, renderReceipt } from './render/receipt.ts';
import type { Session } from './session.ts';
import type { LoadedSettings } from './settings.ts';
import { reportSuperseded } from './superseded.ts';

export interface DeliverySettings {
  readonly bundle: Bundle;
  readonly receipts: ObjectStore;
  readonly opik: OpikPort;
}

/** The workspace in force: this side's, else the uploader's. */
export function workspaceOf(settings: LoadedSettings, bundle: Bundle): string | undefined {
  return settings.values.workspace ?? bundle.manifest.destination.workspace;
}

/** What came of a delivery. */
export interface Delivered {
  readonly receipt: Receipt;
  /** The receipt is an earlier delivery's, and nothing was sent now. */
  readonly unchanged: boolean;
}

/** Sends a bundle, or whatever of it is not there yet. @throws what {@link ingestBundle} throws */
export async function sendBundle(
  { context, flags, output }: Session,
  settings: LoadedSettings,
  { bundle, receipts, opik }: DeliverySettings,
): Promise<Delivered> {
  let unchanged = true;
  const receipt = await ingestBundle({
    bundle,
    receipts,
    opik,
    workspace: workspaceOf(settings, bundle),
    capture: recapture(captureSettings(context, settings), bundle.manifest.capture.mode),
    overrides: overridesOf(settings),
    force: flags.force,
    now: context.now,
    signal: context.signal,
    onProgress: ({ step, done, total }) => {
      unchanged = false;
      output.progress(LABELS[step], done, total);
    },
  });
  output.endProgress();
  return { receipt, unchanged };
}

/**
 * Sends a bundle and says what came of it. A bundle that a newer one has superseded is no failure.
 *
 * @throws PartlyDeliveredError when Opik refused something, after saying what was delivered
 */
export async function deliverAndReport(
  session: Session,
  settings: LoadedSettings,
  bundle: Bundle,
): Promise<void> {
  const { output } = session;
  const opik = connectOpik(session, settings, workspaceOf(settings, bundle));
  let delivered: Delivered;
  try {
    delivered = await sendBundle(session, settings, { bundle, receipts: bundle.store, opik });
  } catch (error) {
    if (!(error instanceof SupersededError)) throw error;
    await reportSuperseded(session, bundle.uri, `${bundle.store.uri}/${error.by}`, error);
    return;
  }
  const { receipt } = delivered;
  const { experiment_url, digest, status } = receipt;
  await reportToActions(
    session,
    { status, bundle: bundle.uri, digest, experiment_url },
    deliverySummary(bundle.manifest, receipt),
  );
  output.result(
    (style) => renderReceipt({ manifest: bundle.manifest, ...delivered }, style),
    receiptJson({ uri: bundle.uri, ...delivered }),
  );
  if (status === 'partial') throw new PartlyDeliveredError(...partly(receipt));
}

function partly({ rejected_count, rejected }: Receipt): [string, { hint: string }] {
  const first = rejected[0];
  const example = first === undefined ? '' : `; the first: ${first.what}: ${first.reason}`;
  return [
    `Opik refused ${rejected_count} of what was sent${example}`,
    { hint: 'The rest is delivered. Please report the refusal; `--force` sends everything again.' },
  ];
}

const LABELS: Readonly<Record<IngestProgress['step'], string>> = {
  plan: 'Preparing the dataset',
  items: 'Dataset items',
  results: 'Results',
  finish: 'Closing the experiment',
};

/** What somebody put down in ~/.opik.config for his own experiments does not overrule an uploader. */
function overridesOf({ values, origins }: LoadedSettings): DestinationOverrides {
  const { project, dataset, experiment_name, group_by, assertions } = values;
  return {
    project: origins.project === 'opik-config' ? undefined : project,
    dataset,
    experimentName: experiment_name,
    groupBy: group_by,
    assertions,
  };
}
