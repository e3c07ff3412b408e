/**
 * @module
 */
import type { JsonObject } from '../wire.ts';
import type { MappingInput } from './input.ts';

/** What is the same for all results of a run; computed once for all of them. Absent members are undefined. */
export function runMetadata({ manifest, bundleUri, captureMode }: MappingInput): JsonObject {
  const { run, provenance, tool } = manifest;
  return {
    run_id: run.run_id,
    run_key: run.run_key,
    source: run.source,
    experiment: run.experiment,
    complete: run.complete,
    capture_mode: captureMode,
    bundle: bundleUri,
    uploader: `${tool.name} ${tool.version}`,
    agentv_version: provenance.agentv_version,
    commit: provenance.git?.commit,
    branch: provenance.git?.branch,
    repository: provenance.git?.repository,
    ci_url: provenance.ci?.url,
    pull_request: provenance.ci?.pull_request,
  };
}
