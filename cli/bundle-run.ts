/**
 * From a run on this machine to a bundle in staging: what `upload` and `export` share.
 *
 * @module
 */
import { buildBundle } from '../core/bundle/build.ts';
import type { Destination, Manifest } from '../core/bundle/manifest.ts';
import { createCapture } from '../core/capture/index.ts';
import type { Settings } from '../core/config/index.ts';
import { findRun, openRun } from '../core/run/index.ts';
import type { ObjectStore } from '../core/store/port.ts';
import { localCaptureSettings, redactorFor } from './capture.ts';
import { gatherOrigins } from './provenance/index.ts';
import type { Session } from './session.ts';
import type { LoadedSettings } from './settings.ts';
import { VERSION } from './version.ts';

/**
 * Reads, captures and packs a run.
 *
 * @param run - as typed; the latest one without
 * @throws RunNotFoundError, AmbiguousRunError, IncompleteRunError, EmptyRunError, EmptyBundleError
 */
export async function bundleRun(
  session: Session,
  settings: LoadedSettings,
  run: string | undefined,
  staging: ObjectStore,
): Promise<Manifest> {
  const { context, output } = session;
  const { values } = settings;
  const location = await findRun({ run, cwd: context.cwd, agentvHome: context.env.AGENTV_HOME || undefined });
  const { provenance, source } = await gatherOrigins(
    session,
    settings,
    location.dir,
    redactorFor(context, settings),
  );
  const opened = await openRun(location, { source, allowIncomplete: values.allow_incomplete ?? false });
  const capture = createCapture(localCaptureSettings(context, settings));
  const manifest = await buildBundle({
    run: opened,
    capture,
    staging,
    destination: destinationOf(values),
    provenance,
    gateExitCode: values.gate_exit_code,
    toolVersion: VERSION,
    now: context.now,
    signal: context.signal,
    onResult: (done, total) => output.progress('Reading results', done, total),
  });
  output.endProgress();
  return manifest;
}

function destinationOf(values: Settings): Destination {
  const { project, workspace, experiment_name, dataset, group_by = 'run', assertions = false } = values;
  return {
    ...(project === undefined ? {} : { project }),
    ...(workspace === undefined ? {} : { workspace }),
    ...(experiment_name === undefined ? {} : { experiment_name }),
    ...(dataset === undefined ? {} : { dataset }),
    group_by,
    assertions,
  };
}
