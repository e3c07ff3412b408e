import { KeyedRows } from './keyed.ts';
import type {
  AssertionRow,
  CommentRow,
  DatasetRow,
  ExperimentItemRow,
  ExperimentRow,
  ProjectRow,
  ScoreRow,
  SpanRow,
  TraceRow,
} from './rows.ts';

/** Numbers of rows, also in a server that discards bodies. */
export interface Counts {
  readonly projects: number;
  readonly datasets: number;
  readonly datasetItems: number;
  readonly experiments: number;
  readonly experimentItems: number;
  readonly traces: number;
  readonly spans: number;
  readonly scores: number;
  readonly assertions: number;
}

/** What makes an experiment item one row within its experiment. */
export const itemKey = (row: Pick<ExperimentItemRow, 'id' | 'datasetItemId' | 'traceId'>): string =>
  `${row.datasetItemId}/${row.traceId}/${row.id}`;

/** Everything the server holds. The maps are live: read them, do not change them. */
export class OpikState {
  readonly projects = new Map<string, ProjectRow>();
  readonly datasets = new Map<string, DatasetRow>();
  readonly experiments = new Map<string, ExperimentRow>();
  /** By experiment id, then by dataset item, trace and own id: Opik's table key. */
  readonly experimentItems = new KeyedRows<ExperimentItemRow>();
  /** The same rows by trace id. */
  readonly itemsByTrace = new KeyedRows<ExperimentItemRow>();
  /** By trace id, then by project: the same id may live in two projects. */
  readonly traces = new KeyedRows<TraceRow>();
  /** By trace id, then by project, parent and own id: Opik's table key. */
  readonly spans = new KeyedRows<SpanRow>();
  /** By entity id, then by entity type, project, author and name. */
  readonly scores = new KeyedRows<ScoreRow>();
  readonly assertions = new KeyedRows<AssertionRow>();
  readonly comments = new Map<string, CommentRow>();
  /** Ids only, per kind, of what a server with `discardBodies` was sent. */
  readonly discarded = {
    traces: new Set<string>(),
    spans: new Set<string>(),
    scores: new Set<string>(),
    assertions: new Set<string>(),
    experimentItems: new Set<string>(),
  };
  readonly finishCalls: string[][] = [];

  counts(): Counts {
    let datasetItems = 0;
    for (const dataset of this.datasets.values()) datasetItems += dataset.versions.at(-1)?.items.size ?? 0;
    return {
      projects: this.projects.size,
      datasets: this.datasets.size,
      datasetItems,
      experiments: this.experiments.size,
      experimentItems: this.experimentItems.size + this.discarded.experimentItems.size,
      traces: this.traces.size + this.discarded.traces.size,
      spans: this.spans.size + this.discarded.spans.size,
      scores: this.scores.size + this.discarded.scores.size,
      assertions: this.assertions.size + this.discarded.assertions.size,
    };
  }

  linkItem(row: ExperimentItemRow): void {
    this.experimentItems.set(row.experimentId, itemKey(row), row);
    this.itemsByTrace.set(row.traceId, `${row.experimentId}/${itemKey(row)}`, row);
  }

  unlinkItem(row: ExperimentItemRow): void {
    this.experimentItems.delete(row.experimentId, itemKey(row));
    this.itemsByTrace.delete(row.traceId, `${row.experimentId}/${itemKey(row)}`);
  }

  clear(): void {
    const maps = [this.projects, this.datasets, this.experiments, this.comments];
    const tables = [
      this.experimentItems,
      this.itemsByTrace,
      this.traces,
      this.spans,
      this.scores,
      this.assertions,
    ];
    for (const rows of [...maps, ...tables, ...Object.values(this.discarded)]) rows.clear();
    this.finishCalls.length = 0;
  }
}
