/**
 * Sending mapped results, whole, in the order that Opik needs.
 *
 * @module
 */
import { type Batch, Batcher } from '../opik/batch.ts';
import { OpikConflictError, OpikRefusedError, OpikTooLargeError } from '../opik/errors.ts';
import type { MappedResult } from '../opik/mapping/result.ts';
import type { OpikPort } from '../opik/port.ts';
import type { Remark, Sent } from './receipt.ts';

/** What came of a chunk of results. */
export interface Delivery {
  readonly sent: Sent;
  readonly rejected: Remark[];
  readonly truncated: Remark[];
  /** Keys of the results of which Opik refused the trace or the experiment item: these are not there. */
  readonly lost: Set<string>;
}

export interface KeyedResult extends MappedResult {
  readonly key: string;
}

/** Something to send, and the key of the result that it belongs to. */
type Keyed<Item> = readonly [key: string, item: Item];

/**
 * Delivers results: traces, then spans, scores and assertions, then experiment items.
 *
 * Guarantees:
 * - an item of the experiment never points at a trace that is not there;
 * - what Opik refuses is found by halving the batch, and only that is rejected: its neighbours are delivered;
 * - errors that say nothing about an item (credentials, quota, network, deadline) are thrown.
 */
export async function deliver(results: readonly KeyedResult[], opik: OpikPort): Promise<Delivery> {
  const rejected: Remark[] = [];
  const truncated: Remark[] = [];
  const lost = new Set<string>();
  const outcome = (what: Remark['what']): Outcome => ({ what, rejected, truncated });

  const traces = await sendAll(
    results.map(({ key, trace }) => [key, trace]),
    outcome('trace'),
    (items) => opik.send('traces.batch', { traces: items }),
  );
  for (const { key, what } of rejected) if (what === 'trace') lost.add(key);

  const there = results.filter(({ key }) => !lost.has(key));
  const each = <Item>(pick: (result: KeyedResult) => readonly Item[]): Keyed<Item>[] =>
    there.flatMap((result) => pick(result).map((value): Keyed<Item> => [result.key, value]));
  const [spans, scores, assertions] = await Promise.all([
    sendAll(
      each(({ spans }) => spans),
      outcome('span'),
      (items) => opik.send('spans.batch', { spans: items }),
    ),
    sendAll(
      each(({ scores }) => scores),
      outcome('score'),
      (items) => opik.send('scores.put', { scores: items }),
    ),
    sendAll(
      each(({ assertions }) => assertions),
      outcome('assertion'),
      (items) => opik.send('assertion-results.put', { entity_type: 'TRACE', assertion_results: items }),
    ),
  ]);

  const experiment_items = await sendAll(
    each(({ item }) => [item]),
    outcome('experiment-item'),
    (items) => opik.send('experiment-items.create', { experiment_items: items }),
  );
  for (const { key, what } of rejected) if (what === 'experiment-item') lost.add(key);
  return { sent: { traces, spans, scores, assertions, experiment_items }, rejected, truncated, lost };
}

interface Outcome {
  readonly what: Remark['what'];
  readonly rejected: Remark[];
  readonly truncated: Remark[];
}

/** Sends items in batches, one after another; gives how many were taken. */
async function sendAll<Item extends object>(
  items: readonly Keyed<Item>[],
  outcome: Outcome,
  send: (items: Item[]) => Promise<unknown>,
): Promise<number> {
  let sent = 0;
  for (const batch of batchesOf(items)) {
    for (const { tag, bytes } of batch.truncated) {
      outcome.truncated.push({ key: tag, what: outcome.what, reason: `${bytes} bytes cut to fit a request` });
    }
    sent += await sendHalving(batch, outcome, send);
  }
  return sent;
}

function* batchesOf<Item extends object>(items: readonly Keyed<Item>[]): Generator<Batch<Item>> {
  const batcher = new Batcher<Item>();
  for (const [key, item] of items) {
    const full = batcher.add(item, key);
    if (full !== undefined) yield full;
  }
  const last = batcher.flush();
  if (last !== undefined) yield last;
}

/** One refused batch becomes two smaller ones, down to the item that is to blame. */
async function sendHalving<Item extends object>(
  { items, tags }: Pick<Batch<Item>, 'items' | 'tags'>,
  outcome: Outcome,
  send: (items: Item[]) => Promise<unknown>,
): Promise<number> {
  try {
    await send(items);
    return items.length;
  } catch (error) {
    if (!isAboutItems(error)) throw error;
    const [tag = ''] = tags;
    if (items.length === 1) {
      outcome.rejected.push({ key: tag, what: outcome.what, reason: error.message.slice(0, 1000) });
      return 0;
    }
    const half = Math.ceil(items.length / 2);
    const first = { items: items.slice(0, half), tags: tags.slice(0, half) };
    const second = { items: items.slice(half), tags: tags.slice(half) };
    return (await sendHalving(first, outcome, send)) + (await sendHalving(second, outcome, send));
  }
}

function isAboutItems(error: unknown): error is OpikRefusedError | OpikTooLargeError | OpikConflictError {
  return (
    error instanceof OpikRefusedError ||
    error instanceof OpikTooLargeError ||
    error instanceof OpikConflictError
  );
}
