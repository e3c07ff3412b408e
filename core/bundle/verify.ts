/**
 * @module
 */
import { mapConcurrently } from '../concurrent.ts';
import { AgentvOpikError } from '../errors.ts';
import type { Bundle } from './read.ts';

export interface VerifySettings {
  readonly bundle: Bundle;
  readonly onObject?: (done: number, total: number) => void;
  readonly signal?: AbortSignal;
}

export interface VerifyOutcome {
  readonly objects: number;
  readonly results: number;
  /** What is wrong, one sentence each; empty means that the bundle is what was uploaded. */
  readonly problems: readonly string[];
}

const OBJECTS_IN_FLIGHT = 4;

/**
 * Reads every object of a bundle and compares it, and what they add up to, with the manifest.
 *
 * Guarantee: all problems are found, not only the first; errors that are not the bundle's (no network, no permission)
 * are thrown.
 */
export async function verifyBundle({ bundle, onObject, signal }: VerifySettings): Promise<VerifyOutcome> {
  const problems: string[] = [];
  const { objects, totals } = bundle.manifest;
  let done = 0;
  let results = 0;
  await mapConcurrently(
    objects,
    async (object) => {
      try {
        if (object.kind === 'part') results += await countResults(bundle, object);
        else await bundle.check(object);
      } catch (error) {
        if (!(error instanceof AgentvOpikError) || error.code !== 'CORRUPT_OBJECT') throw error;
        problems.push(error.message);
      }
      done += 1;
      onObject?.(done, objects.length);
    },
    { concurrency: OBJECTS_IN_FLIGHT, signal },
  );
  if (problems.length === 0 && results !== totals.results) {
    problems.push(`${results} results in the parts, ${totals.results} in the manifest`);
  }
  return { objects: objects.length, results, problems: problems.sort() };
}

async function countResults(bundle: Bundle, part: Bundle['parts'][number]): Promise<number> {
  let results = 0;
  for await (const _result of bundle.results(part)) results += 1;
  return results;
}
