/**
 * @module
 */
import type { Manifest } from '../../bundle/manifest.ts';
import type { CaptureMode } from '../../capture/mode.ts';

/** Where a run goes in Opik, after every override has been settled. */
export interface OpikDestination {
  readonly project: string;
  readonly dataset: string;
  readonly experimentName: string;
  readonly groupBy: 'run' | 'target';
  readonly assertions: boolean;
}

/** What mapping is told beside the result itself. */
export interface MappingInput {
  readonly destination: OpikDestination;
  readonly manifest: Manifest;
  /** `s3://…` or `file://…` of the bundle, for the links back; absent for a direct export. */
  readonly bundleUri: string | undefined;
  /** The mode in force now, which may be stricter than the manifest's. */
  readonly captureMode: CaptureMode;
}
