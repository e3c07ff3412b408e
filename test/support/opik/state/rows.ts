/** When and by whom a row was made and changed: the part of it that the server makes. */
export interface Stamps {
  createdAt: string;
  lastUpdatedAt: string;
  createdBy: string;
  lastUpdatedBy: string;
}

export interface ProjectRow extends Stamps {
  readonly id: string;
  readonly name: string;
  readonly description: string | undefined;
  readonly visibility: string;
}

export interface ExecutionPolicy {
  readonly runs_per_item: number;
  readonly pass_threshold: number;
}

export interface DatasetItemRow extends Stamps {
  readonly id: string;
  readonly source: string;
  readonly data: Record<string, unknown>;
  readonly description: string | undefined;
  readonly tags: readonly string[];
  readonly traceId: string | undefined;
  readonly spanId: string | undefined;
  readonly evaluators: readonly unknown[] | undefined;
  readonly executionPolicy: ExecutionPolicy | undefined;
}

export interface DatasetVersion extends Stamps {
  readonly id: string;
  readonly hash: string;
  readonly groupId: string | undefined;
  readonly items: Map<string, DatasetItemRow>;
  /** A counter of Opik's, not the number of items: an id that comes twice in a call counts twice. */
  itemsTotal: number;
  itemsAdded: number;
}

export interface DatasetRow extends Stamps {
  readonly id: string;
  name: string;
  readonly projectId: string | undefined;
  readonly type: string;
  visibility: string;
  tags: readonly string[];
  description: string | undefined;
  readonly versions: DatasetVersion[];
}

export interface ExperimentScore {
  readonly name: string;
  readonly value: number;
}

export interface ExperimentRow extends Stamps {
  readonly id: string;
  name: string;
  readonly datasetId: string;
  readonly datasetVersionId: string | undefined;
  readonly projectId: string | undefined;
  metadata: unknown;
  tags: readonly string[];
  type: string;
  readonly evaluationMethod: string;
  status: string;
  scores: readonly ExperimentScore[];
}

export interface ExperimentItemRow extends Stamps {
  readonly id: string;
  readonly experimentId: string;
  readonly datasetItemId: string;
  readonly traceId: string;
  readonly projectId: string | undefined;
  readonly executionPolicy: ExecutionPolicy;
}

export interface ErrorInfo {
  readonly exception_type?: string | undefined;
  readonly message?: string | undefined;
  readonly traceback?: string | undefined;
}

/** What traces and spans have in common. */
export interface ObservedRow extends Stamps {
  readonly id: string;
  readonly projectId: string;
  readonly name: string | undefined;
  readonly startTime: string;
  readonly endTime: string | undefined;
  readonly input: unknown;
  readonly output: unknown;
  readonly metadata: unknown;
  readonly tags: readonly string[];
  readonly errorInfo: ErrorInfo | undefined;
  readonly ttft: number | undefined;
  readonly source: string;
  readonly environment: string;
  /** Made by PATCH of an unknown id: a later single POST fills it instead of being refused. */
  readonly fromPatch: boolean;
}

export interface TraceRow extends ObservedRow {
  readonly threadId: string | undefined;
  readonly visibility: 'default' | 'hidden' | undefined;
}

export interface SpanRow extends ObservedRow {
  readonly traceId: string;
  readonly parentSpanId: string | undefined;
  readonly type: string;
  readonly model: string | undefined;
  readonly provider: string | undefined;
  readonly usage: Readonly<Record<string, number>>;
  readonly cost: number | undefined;
  /** Set when the server computed the cost from model, provider and usage. */
  readonly costVersion: string | undefined;
}

export type EntityType = 'trace' | 'span' | 'thread';

export interface ScoreRow extends Stamps {
  readonly entityType: EntityType;
  readonly entityId: string;
  readonly projectId: string;
  readonly author: string;
  readonly name: string;
  readonly value: number;
  readonly reason: string | undefined;
  readonly categoryName: string | undefined;
  readonly source: string;
}

export interface AssertionRow extends Stamps {
  readonly entityType: EntityType;
  readonly entityId: string;
  readonly projectId: string;
  readonly author: string;
  readonly name: string;
  readonly passed: boolean;
  readonly reason: string | undefined;
  readonly source: string;
  /** How often it was written: the item stream lists it as often until Opik's storage merges. */
  readonly deliveries: number;
}

export interface CommentRow extends Stamps {
  readonly id: string;
  readonly entityType: EntityType;
  readonly entityId: string;
  readonly text: string;
}
