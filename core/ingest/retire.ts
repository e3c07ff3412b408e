/**
 * Taking out of Opik what a newer state of a run no longer holds.
 *
 * @module
 */
import { DigestSet } from '../bundle/digest-set.ts';
import type { Bundle } from '../bundle/read.ts';
import { MAX_BATCH_ITEMS } from '../opik/batch.ts';
import { experimentItemId, traceId } from '../opik/mapping/context.ts';
import type { IngestContext } from './context.ts';
import { siblingsOf } from './newest.ts';

/**
 * Removes the results of a run's other bundles that this one does not hold: tests that were run again.
 *
 * Guarantees: what both hold is not touched, so tags and comments on it stay; removing twice changes nothing; results
 * of an older bundle whose ingestion was killed are removed too, for its parts tell what may have been sent.
 *
 * @returns how many results were taken out
 */
export async function retireOlder(context: IngestContext): Promise<number> {
  const siblings = await plannedSiblings(context);
  if (siblings.length === 0) return 0;
  const current = await keysOf(context.bundle);
  let retired = 0;
  for (const sibling of siblings) retired += await retireMissing(context, sibling, current);
  return retired;
}

/** Bundles of the same run of which something may have been sent to the same place. */
async function plannedSiblings(context: IngestContext): Promise<Bundle[]> {
  const planned: Bundle[] = [];
  for (const sibling of await siblingsOf(context.bundle)) {
    if ((await context.receiptStore.of(sibling.path).readPlan()) !== undefined) planned.push(sibling);
  }
  return planned;
}

export async function keysOf(bundle: Bundle): Promise<DigestSet> {
  const keys = new DigestSet();
  for (const part of bundle.parts) {
    for await (const { key } of bundle.results(part)) keys.add(key);
  }
  return keys;
}

/** Removes what an older bundle holds and `current` does not. */
export async function retireMissing(
  context: IngestContext,
  older: Bundle,
  current: DigestSet,
): Promise<number> {
  const { mapping, opik } = context;
  const { started_at } = older.manifest.run;
  let retired = 0;
  let traces: string[] = [];
  let items: string[] = [];
  const remove = async (): Promise<void> => {
    if (traces.length === 0) return;
    await opik.send('experiment-items.delete', { ids: items });
    await opik.send('traces.delete', { ids: traces });
    retired += traces.length;
    traces = [];
    items = [];
  };
  for (const part of older.parts) {
    for await (const result of older.results(part)) {
      if (current.has(result.key)) continue;
      const trace = traceId(mapping.destination, result);
      traces.push(trace);
      items.push(experimentItemId(mapping.experimentOf(result.target), trace, started_at));
      if (traces.length >= MAX_BATCH_ITEMS) await remove();
    }
  }
  await remove();
  return retired;
}
