import { newId } from '../ids.ts';
import type { ErrorInfo, ObservedRow, Stamps } from '../state/rows.ts';

/** The fields that a trace and a span are both written with. */
export interface ObservedWrite {
  readonly id?: string | undefined;
  readonly name?: string | undefined;
  readonly start_time: string;
  readonly end_time?: string | undefined;
  readonly input?: unknown;
  readonly output?: unknown;
  readonly metadata?: unknown;
  readonly tags?: readonly string[] | undefined;
  readonly error_info?: ErrorInfo | undefined;
  readonly ttft?: number | undefined;
  readonly source?: string | undefined;
  readonly environment?: string | undefined;
}

export interface ObservedUpdate extends Omit<ObservedWrite, 'start_time'> {
  readonly tags_to_add?: readonly string[] | undefined;
  readonly tags_to_remove?: readonly string[] | undefined;
}

/** A whole row from what was sent: what is not sent is not there. */
export function observedRow(write: ObservedWrite, projectId: string, made: Stamps): ObservedRow {
  return {
    id: write.id ?? newId(),
    projectId,
    name: write.name,
    startTime: write.start_time,
    endTime: write.end_time,
    input: write.input,
    output: write.output,
    metadata: write.metadata,
    tags: write.tags ?? [],
    errorInfo: write.error_info,
    ttft: write.ttft,
    source: write.source ?? 'sdk',
    environment: write.environment ?? '',
    fromPatch: false,
    ...made,
  };
}

const EPOCH = '1970-01-01T00:00:00Z';

/** The row that a PATCH of an unknown id leaves behind: it starts in 1970. */
export function emptyObserved(id: string, projectId: string, made: Stamps): ObservedRow {
  return { ...observedRow({ id, start_time: EPOCH }, projectId, made), fromPatch: true };
}

/** The sent fields over the stored ones; tags replaced, or added and removed. */
export function mergeObserved(row: ObservedRow, update: ObservedUpdate, made: Stamps): ObservedRow {
  return {
    ...row,
    name: update.name ?? row.name,
    endTime: update.end_time ?? row.endTime,
    input: update.input ?? row.input,
    output: update.output ?? row.output,
    metadata: update.metadata ?? row.metadata,
    tags: changedTags(row.tags, update),
    errorInfo: update.error_info ?? row.errorInfo,
    ttft: update.ttft ?? row.ttft,
    source: update.source ?? row.source,
    environment: update.environment ?? row.environment,
    ...made,
  };
}

export function changedTags(
  stored: readonly string[],
  update: {
    readonly tags?: readonly string[] | undefined;
    readonly tags_to_add?: readonly string[] | undefined;
    readonly tags_to_remove?: readonly string[] | undefined;
  },
): readonly string[] {
  const tags = new Set(update.tags ?? stored);
  for (const tag of update.tags_to_add ?? []) tags.add(tag);
  for (const tag of update.tags_to_remove ?? []) tags.delete(tag);
  return [...tags];
}
