/**
 * What an ingestion does when it learns that a newer state of its run has been uploaded meanwhile.
 *
 * @module
 */
import type { Bundle } from '../bundle/read.ts';
import { completeExperiment } from '../opik/mapping/experiment.ts';
import { createContext, type IngestContext } from './context.ts';
import { keysOf, retireMissing } from './retire.ts';
import { asExperimentTotals } from './totals.ts';

/**
 * Undoes what the older ingestion may have done after the newer one had finished.
 *
 * Guarantee: however the two were interleaved, Opik ends with the newer state, whole: either the newer one is still to
 * finish, and takes the older results out itself; or it has finished, and this takes them out and writes its totals
 * again.
 */
export async function giveWay(context: IngestContext, newer: Bundle): Promise<void> {
  const newerContext = createContext({ ...context, bundle: newer });
  const receipt = await newerContext.receiptStore.readReceipt();
  if (receipt === undefined) return;
  await retireMissing(newerContext, context.bundle, await keysOf(newer));
  for (const { id, name, target, totals } of receipt.experiments) {
    const patch = completeExperiment({ id, name, target }, newerContext.mapping, asExperimentTotals(totals));
    await newerContext.opik.send('experiments.update', { id, patch });
  }
}
