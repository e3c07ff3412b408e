/**
 * What a server says of its work.
 *
 * @module
 */
import type { WebEvent } from '../../core/web/ports.ts';

/** Ids, codes and counts alone: what failed and why is in the receipts, which `status` shows. */
export type ServeEvent =
  | WebEvent
  | {
      readonly event: 'serving';
      readonly url: string;
      readonly store: string;
      readonly webhooks: boolean;
      readonly poll_s: number;
    }
  | { readonly event: 'found'; readonly bundles: number; readonly given_up: number }
  | {
      readonly event: 'delivered';
      readonly bundle: string;
      readonly status: 'delivered' | 'partial';
      readonly results: number;
      readonly rejected: number;
      readonly experiment_url: string;
    }
  | { readonly event: 'unchanged'; readonly bundle: string }
  | { readonly event: 'superseded'; readonly bundle: string; readonly by: string }
  | {
      readonly event: 'retrying';
      readonly bundle: string;
      readonly step: string;
      readonly code: string;
      readonly attempt: number;
      readonly attempts: number;
      readonly delay_ms: number;
    }
  | {
      readonly event: 'gave_up';
      readonly bundle: string;
      readonly step: string;
      readonly code: string;
      readonly hint?: string;
    }
  | { readonly event: 'interrupted'; readonly bundle: string; readonly step: string }
  | {
      readonly event: 'store_failed';
      readonly code: string;
      /** In our own words. */
      readonly reason?: string;
      readonly hint?: string;
    }
  | { readonly event: 'receipt_not_written'; readonly bundle: string; readonly code: string }
  | { readonly event: 'stopping'; readonly running: number };
