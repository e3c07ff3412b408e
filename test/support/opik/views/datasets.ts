import type { DatasetItemRow, DatasetRow, DatasetVersion, ProjectRow } from '../state/rows.ts';
import type { OpikState } from '../state/state.ts';
import { stampView } from './stamps.ts';

export const projectView = (project: ProjectRow) => ({
  id: project.id,
  name: project.name,
  description: project.description,
  visibility: project.visibility,
  ...stampView(project),
});

export function datasetView(state: OpikState, dataset: DatasetRow) {
  const latest = dataset.versions.at(-1);
  const experiments = [...state.experiments.values()].filter(
    (experiment) => experiment.datasetId === dataset.id,
  );
  return {
    id: dataset.id,
    name: dataset.name,
    project_id: dataset.projectId,
    type: dataset.type,
    visibility: dataset.visibility,
    tags: dataset.tags.length === 0 ? undefined : dataset.tags,
    description: dataset.description,
    ...stampView(dataset),
    experiment_count: experiments.length,
    dataset_items_count: latest?.items.size ?? 0,
    status: 'unknown',
    latest_version: latest === undefined ? undefined : versionSummary(dataset, latest),
  };
}

export const versionSummary = (dataset: DatasetRow, version: DatasetVersion) => ({
  id: version.id,
  version_hash: version.hash,
  version_name: `v${dataset.versions.indexOf(version) + 1}`,
});

export const versionView = (dataset: DatasetRow, version: DatasetVersion) => ({
  ...versionSummary(dataset, version),
  dataset_id: dataset.id,
  is_latest: dataset.versions.at(-1) === version,
  items_total: version.itemsTotal,
  items_added: version.itemsAdded,
  items_modified: 0,
  items_deleted: 0,
  ...stampView(version),
});

export const itemView = (datasetId: string, item: DatasetItemRow) => ({
  id: item.id,
  dataset_item_id: item.id,
  dataset_id: datasetId,
  trace_id: item.traceId,
  span_id: item.spanId,
  source: item.source,
  data: item.data,
  description: item.description,
  tags: item.tags.length === 0 ? undefined : item.tags,
  evaluators: item.evaluators,
  execution_policy: item.executionPolicy,
  ...stampView(item),
});

/** Rows with ids, the newest id first, as all of Opik's lists are. */
export function newestFirst<T extends { readonly id: string }>(rows: Iterable<T>): T[] {
  return [...rows].sort((a, b) => (a.id < b.id ? 1 : a.id > b.id ? -1 : 0));
}
