/**
 * A delivery to nowhere: the requests that it would consist of, in a file or on standard output.
 *
 * @module
 */
import { closeSync, copyFileSync, createReadStream, openSync, writeSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Bundle } from '../core/bundle/read.ts';
import { OPIK_CLOUD_URL } from '../core/config/index.ts';
import { createDryRunPort, type DryRunRequest } from '../core/opik/dry-run.ts';
import { createFileStore } from '../core/store/index.ts';
import type { ObjectStore } from '../core/store/port.ts';
import { sendBundle } from './delivery.ts';
import { UsageError } from './errors.ts';
import { overlayStore } from './overlay-store.ts';
import {
  type DryRunSummary,
  dryRunJson,
  renderDryRun,
  renderDryRunEnd,
  renderDryRunRequest,
  renderDryRunStart,
} from './render/dry-run.ts';
import type { Session } from './session.ts';
import type { LoadedSettings } from './settings.ts';
import { withTemporaryFolder } from './temporary.ts';

/**
 * Goes through a delivery without sending or storing anything.
 *
 * Guarantee: receipts are read, so that what was delivered before is left out as it would be; nothing is written to `store`.
 *
 * @param open - gives the bundle, reading from and writing to the overlay
 */
export async function dryRunDelivery(
  session: Session,
  settings: LoadedSettings,
  store: ObjectStore,
  open: (overlay: ObjectStore) => Promise<Bundle>,
): Promise<number> {
  const { context, output, flags } = session;
  await withTemporaryFolder(context, async (folder) => {
    const overlay = overlayStore(store, createFileStore(join(folder, 'overlay')));
    const bundle = await open(overlay);
    const file = join(folder, 'requests.json');
    const summary = await record(session, settings, bundle, overlay, file);
    if (flags.out === undefined) {
      for await (const text of createReadStream(file, 'utf8')) output.raw(String(text));
      output.note(renderDryRun(summary, undefined));
      return;
    }
    const out = resolve(context.cwd, flags.out);
    writeOut(file, out);
    output.result(() => renderDryRun(summary, out), dryRunJson(summary, out));
  });
  return 0;
}

async function record(
  session: Session,
  settings: LoadedSettings,
  bundle: Bundle,
  receipts: ObjectStore,
  file: string,
): Promise<DryRunSummary> {
  const url = settings.opik.url ?? OPIK_CLOUD_URL;
  const byRoute: Record<string, number> = {};
  const handle = openSync(file, 'w');
  try {
    writeSync(handle, renderDryRunStart(url, bundle.uri));
    let first = true;
    const onRequest = (request: DryRunRequest): void => {
      writeSync(handle, renderDryRunRequest(request, first));
      first = false;
      byRoute[request.route] = (byRoute[request.route] ?? 0) + 1;
    };
    const { receipt } = await sendBundle(session, settings, {
      bundle,
      receipts,
      opik: createDryRunPort({ url, onRequest }),
    });
    const summary: DryRunSummary = { byRoute, receipt };
    writeSync(handle, renderDryRunEnd(summary));
    return summary;
  } finally {
    closeSync(handle);
  }
}

function writeOut(file: string, out: string): void {
  try {
    copyFileSync(file, out);
  } catch (error) {
    throw new UsageError(`${out} cannot be written`, {
      hint: 'Give --out a file in a folder that exists and that you may write to.',
      cause: error,
    });
  }
}
