/**
 * @module
 */
import { TIMELESS_MS, uuidV7 } from '../ids.ts';
import type { JsonObject } from '../wire.ts';
import type { MappingInput, OpikDestination } from './input.ts';
import { runMetadata } from './run-metadata.ts';

/** All that mapping needs beside the result itself, with what is the same for every result worked out. */
export interface MappingContext extends MappingInput {
  /** @see {@link runMetadata} */
  readonly runMetadata: JsonObject;
  /** The experiment of a target's results. */
  readonly experimentOf: (target: string) => string;
}

export function createMappingContext(input: MappingInput): MappingContext {
  const ids = new Map<string, string>();
  return {
    ...input,
    runMetadata: runMetadata(input),
    experimentOf: (target) => {
      const group = input.destination.groupBy === 'target' ? target : '';
      const id = ids.get(group) ?? experimentId(input, group);
      ids.set(group, id);
      return id;
    },
  };
}

/** The dataset of a project unless told otherwise. Dataset names are unique in a workspace, whatever the project. */
export function defaultDatasetName(project: string): string {
  return `${project} · agentv`;
}

/**
 * The experiment of a run, or of one of its targets.
 *
 * Guarantees: one id per run (or per run and target), whatever is uploaded from it and how often; another project or
 * dataset makes another experiment, for Opik binds an experiment to both when it is created and never again.
 */
function experimentId({ manifest, destination }: MappingInput, group: string): string {
  const { source, experiment, run_key, started_at } = manifest.run;
  return uuidV7(
    Date.parse(started_at),
    'experiment',
    foldName(destination.project),
    foldName(destination.dataset),
    source,
    experiment ?? '',
    run_key,
    group,
  );
}

/** The same for a suite's test in every run, which is what lets Opik compare them. */
export function datasetItemId(
  destination: OpikDestination,
  item: { readonly suite?: string | undefined; readonly test_id: string },
): string {
  const { project, dataset } = destination;
  return uuidV7(
    TIMELESS_MS,
    'dataset-item',
    foldName(project),
    foldName(dataset),
    item.suite ?? '',
    item.test_id,
  );
}

/**
 * Carries the project, for the same trace id in two projects makes two rows that Opik cannot tell apart later.
 */
export function traceId(destination: OpikDestination, result: { key: string; started_at: string }): string {
  return uuidV7(Date.parse(result.started_at), 'trace', foldName(destination.project), result.key);
}

export function experimentItemId(experiment: string, trace: string, startedAt: string): string {
  return uuidV7(Date.parse(startedAt), 'experiment-item', experiment, trace);
}

/** Opik looks up project and dataset names regardless of case. */
function foldName(name: string): string {
  return name.toLowerCase();
}
