/**
 * @module
 */
import type { Failure } from '../../core/ingest/failure.ts';

/** What was done about one dead letter or bundle. */
export type ReplayAction =
  | 'moved'
  | 'sent'
  | 'delivered'
  | 'partial'
  | 'superseded'
  | 'failed'
  /** A dry run. */
  | 'would_be_replayed';

export interface ReplayItem {
  /** Absent for a dead letter that nobody can read. */
  readonly bundle?: string | undefined;
  /** Of a dead letter. */
  readonly messageId?: string | undefined;
  /** The step that a dead letter asks for. */
  readonly step?: string | undefined;
  /** Why it was not delivered. */
  readonly failure?: Pick<Failure, 'code' | 'reason' | 'attempts' | 'last_seen_at'> | undefined;
  /** Why a dead letter cannot be read. */
  readonly problem?: string | undefined;
  readonly action: ReplayAction;
  /** Why the replay failed. */
  readonly error?: { readonly code: string; readonly message: string } | undefined;
  readonly experimentUrl?: string | undefined;
}

export interface ReplayReport {
  readonly dryRun: boolean;
  /** How it was done. */
  readonly by: 'move-task' | 'receive-and-send' | 'queue' | 'ingestion';
  readonly items: readonly ReplayItem[];
  /** Dead letters or bundles there are besides. */
  readonly more: number;
}
