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
  /** What became of its bundle, where that says that it is asked for in vain. */
  readonly state?: 'delivered' | 'gone' | undefined;
  /** Why the store could not be asked about its bundle. */
  readonly unknown?: string | undefined;
  /** Why a dead letter cannot be read, or asks for nothing here. */
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
  /** Dead letters that somebody else is looking at just now. */
  readonly held?: number | undefined;
}
